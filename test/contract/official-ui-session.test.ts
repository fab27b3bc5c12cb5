import { defineDriver, type MeterType } from '@main/edge/component/driver'
import { ElectricityMeter, SymmetricEss } from '@main/edge/nature'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { apiEdge } from '../support/api-edge'
import { edgeWire, type RawLine } from '../support/edge-wire'
import { FakeWire, fakeBridge } from '../support/fake-meter'
import { fixture } from '../support/fixtures'
import { ManualClock } from '../support/manual-clock'
import { type Fetched, setPoints } from '../support/set-points'
import { memoryHistory } from '../support/test-edge'

const session = fixture('openems/ui-edge-session.jsonl')

interface Frame {
  id: string
  method: string
  params: { password?: string; token?: string; edgeId?: string; payload?: Frame } & Record<string, unknown>
}
interface Line {
  dir: 'client' | 'server' | 'note'
  conn: number
  frame: Frame & Record<string, unknown>
}

const socomec = defineDriver({
  factoryId: 'Meter.Socomec.Threephase',
  name: 'Meter Socomec Threephase',
  description: 'A factory the recorded session installs.',
  config: z.strictObject({
    type: z.string(),
    'modbus.id': z.string(),
    modbusUnitId: z.int(),
    invert: z.boolean().default(false),
  }),
  natures: () => [ElectricityMeter],
  references: (config) => [config['modbus.id']],
  traits: (config) => ({ meterType: config.type as MeterType }),
  start: () => undefined,
})

const storage = defineDriver({
  factoryId: 'Simulator.EssSymmetric.Reacting',
  name: 'Simulator EssSymmetric Reacting',
  description: 'A storage whose channels the recorded session looks at.',
  config: z.strictObject({}),
  natures: () => [SymmetricEss],
  start: () => undefined,
})

const grid = { type: 'GRID', 'modbus.id': 'modbus0', modbusUnitId: 4 }

it.skipIf(!session.present)(`answers a recorded session of the official UI, frame by frame${session.why}`, async () => {
  const history = { ...memoryHistory(), means: onePerSlot, counts: onePerSlot }
  const fetched: Fetched[] = []
  await using edge = await apiEdge({
    clock: new ManualClock(Date.UTC(2026, 10, 20, 9, 30)),
    history,
    drivers: [fakeBridge(new FakeWire()), socomec, storage, setPoints(fetched)],
    components: {
      modbus0: { factoryId: 'Test.Bridge' },
      meter0: { factoryId: 'Meter.Socomec.Threephase', properties: grid },
      ess0: { factoryId: 'Simulator.EssSymmetric.Reacting' },
      io0: { factoryId: 'Test.SetPoints' },
      ctrlApiWebsocket0: { factoryId: 'Controller.Api.Websocket', properties: { port: 0 } },
      rrd4j0: { factoryId: 'Timedata.Rrd4j' },
    },
  })
  using wire = edgeWire(edge)
  const lines = session
    .text()
    .trim()
    .split('\n')
    .map((text): Line => JSON.parse(text))
  const recorded = new Map(lines.filter(({ dir }) => dir === 'server').map(({ frame }) => [frame.id, frame]))
  const connections = new Map<number, RawLine>()
  const tokens = new Map<string, string>()
  const asked: string[] = []
  const questions: string[] = []

  for (const { dir, conn, frame } of lines) {
    if (dir !== 'client') continue
    const line = connections.get(conn) ?? wire.connect()
    connections.set(conn, line)
    const told = recorded.get(frame.id)
    const params = frame.params.token
      ? { ...frame.params, token: tokens.get(frame.params.token) ?? 'unknown' }
      : frame.params
    const answer = await line.ask({ ...frame, params })
    const method = frame.params.payload?.method ?? frame.method
    if (method === 'componentJsonApi') questions.push(String(frame.params.payload?.params.payload?.method))
    asked.push(method)

    if (told && 'error' in told)
      expect(answer).toMatchObject({
        id: frame.id,
        error: { code: told.error && (told.error as { code: number }).code },
      })
    else expect([method, shape(answer)]).toEqual([method, expect.arrayContaining(shape(told ?? {}).filter(isOurs))])

    const before = (told?.result as { token?: string } | undefined)?.token
    const now = (answer.result as { token?: string } | undefined)?.token
    if (before && now) tokens.set(before, now)
  }
  expect(asked).toEqual(
    expect.arrayContaining(['authenticateWithToken', 'createComponentConfig', 'queryHistoricTimeseriesData']),
  )
  await edge.cycle()
  expect(fetched).toEqual([{ InputOutput0: 1 }])
  expect([...new Set(questions)]).toEqual([
    'getChannelsOfComponent',
    'getAllComponentFactories',
    'getPropertiesOfFactory',
  ])
  expect(Object.keys(edge.store.load().components)).not.toContain('meter2')
  expect(edge.store.load().components.meter0?.alias).toBe('Grid meter main')
})

/** Member paths of an answer, three levels deep: what a UI reads before it looks at values. */
function shape(value: unknown, path = '', depth = 0): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === 5) return [path]
  return Object.entries(value).flatMap(([key, member]) => shape(member, `${path}/${key}`, depth + 1))
}

/** Members that name this or that site's components, times and settings are nobody's contract. */
const isOurs = (path: string): boolean =>
  !/\/(components|factories|data|settings|timestamps)(\/|$)/.test(path) && !/lastmessage|firstSetupProtocol/.test(path)

function onePerSlot(channels: readonly string[], slots: readonly number[]): Map<string, (number | null)[]> {
  return new Map(channels.map((channel) => [channel, slots.map(() => 1)]))
}
