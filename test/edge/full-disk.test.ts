import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import { SitewrightError } from '@shared/errors'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../storage/temporary-folder'
import { FakeWire, fakeBridge, fakeMeter } from '../support/fake-meter'
import { memoryHistory, testEdge } from '../support/test-edge'

const meter = (wire: FakeWire) => ({
  drivers: [fakeBridge(wire), fakeMeter(wire)],
  components: {
    modbus0: { factoryId: 'Test.Bridge' },
    meter0: { factoryId: 'Test.Meter', properties: { 'modbus.id': 'modbus0', unit: 1 } },
    rrd4j0: { factoryId: 'Timedata.Rrd4j' },
  },
})

it('records nothing while the disk is nearly full, says so, and goes on by itself with all that is known', async () => {
  using folder = temporaryFolder()
  using history = SqliteTimeSeries.open(folder.file('history.db'))
  const wire = new FakeWire()
  let isFull = false
  await using edge = await testEdge({ ...meter(wire), history, isDiskFull: () => isFull })
  wire.power.set(1, 500)
  await edge.cycle(60)
  const stoppedAt = edge.clock.now()
  isFull = true
  await edge.cycle()
  wire.power.set(1, 900)
  await edge.cycle(60)
  expect(edge.edge.read('rrd4j0/RecordingStopped')).toBe(1)
  expect(edge.edge.read('_sum/State')).toBe(2)
  expect(history.latest('meter0/ActivePower')?.at).toBeLessThan(stoppedAt)
  isFull = false
  await edge.cycle(60)
  const resumedAt = edge.clock.now()
  await edge.cycle(60)
  expect(edge.edge.read('rrd4j0/RecordingStopped')).toBe(0)
  expect(history.latest('meter0/ActivePower')).toMatchObject({ value: 900 })
  const slots = [stoppedAt - 10_000, stoppedAt + 5000, stoppedAt + 15_000, resumedAt - 10_000, resumedAt]
  // The minute without space is a hole, not a line.
  expect(history.means(['meter0/ActivePower'], slots, resumedAt + 10_000).get('meter0/ActivePower')).toEqual([
    500,
    null,
    null,
    900,
    900,
  ])
  expect(edge.log.filter(({ message }) => /disk/.test(message)).map(({ level }) => level)).toEqual(['warn', 'info'])
})

it('stops as well when the disk says so before anybody looked', async () => {
  const wire = new FakeWire()
  let refuses = true
  const history = memoryHistory()
  const append = history.append
  history.append = (at, changes) => {
    if (refuses) throw new SitewrightError('storage.full', 'No space left')
    append(at, changes)
  }
  await using edge = await testEdge({ ...meter(wire), history })
  await edge.cycle(3)
  expect(edge.edge.read('rrd4j0/RecordingStopped')).toBe(1)
  refuses = false
  await edge.cycle(61)
  expect(edge.edge.read('rrd4j0/RecordingStopped')).toBe(0)
  expect(history.rows[0]?.changes.get('meter0/ActivePower')).toBe(0)
})
