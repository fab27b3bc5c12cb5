import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../storage/temporary-folder'
import { edgeWire } from '../support/edge-wire'
import { ManualClock } from '../support/manual-clock'
import { rowsOf, unzip } from '../support/spreadsheet'
import { testEdge } from '../support/test-edge'

const MINUTE = 60_000

it('exports a day as a sheet: energies of the day, powers by the quarter of an hour, in local time', async () => {
  using folder = temporaryFolder()
  using history = SqliteTimeSeries.open(folder.file('history.db'), { maxStepMs: () => MINUTE })
  history.markCumulated(['_sum/GridBuyActiveEnergy'])
  // From midnight in Zurich: a quarter of an hour of buying, then of selling.
  const start = Date.UTC(2026, 0, 31, 23)
  for (let minute = 0; minute <= 30; minute++) {
    history.append(
      start + minute * MINUTE,
      new Map([
        ['_sum/GridActivePower', minute < 15 ? 4000 : -2500],
        ['_sum/EssSoc', 64],
        ['_sum/GridBuyActiveEnergy', 500_000 + Math.min(minute, 15) * 100],
      ]),
    )
  }
  await using edge = await testEdge({
    history,
    clock: new ManualClock(Date.UTC(2026, 1, 2)),
    components: { rrd4j0: { factoryId: 'Timedata.Rrd4j' } },
  })
  using wire = edgeWire(edge)
  const line = wire.connect()
  await line.login('user')
  const ask = (fromDate: string) =>
    line.ask({
      jsonrpc: '2.0',
      id: fromDate,
      method: 'queryHistoricTimeseriesExportXlxs',
      params: { timezone: 'Europe/Zurich', fromDate, toDate: fromDate },
    })
  const { payload } = (await ask('2026-02-01')).result as { payload: string }
  const files = unzip(Buffer.from(payload, 'base64'))
  expect(files.get('xl/workbook.xml')).toContain('name="Export"')
  const rows = rowsOf(files)
  expect(rows.length).toBe(8 + 96)
  expect(rows[4]).toMatchObject({ B: 'Grid buy [kWh]', C: 'Grid sell [kWh]' })
  expect(rows[5]).toEqual({ A: 'Total', B: 1.5 })
  expect(rows[7]).toMatchObject({ A: 'Date/Time', B: 'Grid buy [W]', C: 'Grid sell [W]', H: 'State of charge [%]' })
  // Days since 1899-12-30, on the clock of the place.
  const midnight = (Date.UTC(2026, 1, 1) - Date.UTC(1899, 11, 30)) / 86_400_000
  expect(rows[8]).toEqual({ A: midnight, B: 4000, C: 0, H: 64 })
  expect(rows[9]).toEqual({ A: expect.closeTo(midnight + 15 / 1440, 8), B: 0, C: 2500, H: 64 })
  // What is not known is empty.
  expect(rows[11]).toEqual({ A: expect.closeTo(midnight + 45 / 1440, 8) })

  expect(await ask('2025-02-01')).toMatchObject({ error: { code: 1, key: 'history.none' } })
  expect(await ask('today')).toMatchObject({ error: { key: 'rpc.params' } })
})
