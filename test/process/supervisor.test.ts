import { Supervisor } from '@main/process/supervisor'
import type { FrameConnection } from '@main/transport/connection'
import { memoryPair } from '@main/transport/memory'
import { SitewrightError } from '@shared/errors'
import type { LogEntry } from '@shared/log'
import { expect, it } from 'vitest'
import { ManualClock, settle } from '../support/manual-clock'
import { FakeFork, MemorySettings } from './fake-engine'

it('passes frames both ways, untouched', async () => {
  await using house = await household()
  const window = house.openWindow()
  await settle()
  window.send('{"jsonrpc":"2.0","id":"1","method":"echo","params":{"a":[1,null,"é"]}}')
  await settle()
  expect(window.seen).toEqual([
    '{"jsonrpc":"2.0","method":"hello","params":{}}',
    '{"jsonrpc":"2.0","id":"1","result":{"a":[1,null,"é"]}}',
  ])
})

it('keeps what a window asks before the engine runs, and asks it then', async () => {
  await using house = await household({ start: false })
  const window = house.openWindow()
  window.send('{"jsonrpc":"2.0","id":"1","method":"echo","params":{}}')
  await settle()
  expect(window.seen).toEqual([])

  await house.supervisor.start()
  await settle()
  expect(window.seen.at(-1)).toBe('{"jsonrpc":"2.0","id":"1","result":{}}')
})

it('tells a window that its engine is lost, fails what it asked, and goes on with the next engine', async () => {
  await using house = await household()
  const window = house.openWindow()
  window.send('{"jsonrpc":"2.0","id":"answered","method":"echo","params":{}}')
  window.send('{"jsonrpc":"2.0","id":7,"method":"wait","params":{}}')
  await settle()
  window.seen.length = 0

  house.forks.last.exit(139)
  await settle()
  window.send('{"jsonrpc":"2.0","id":"while lost","method":"echo","params":{}}')
  await settle()
  const lost = {
    code: 1006,
    message: 'Service [engine] is not available',
    data: ['engine'],
    key: 'engine.lost',
    args: {},
  }
  expect(window.parsed()).toEqual([
    { jsonrpc: '2.0', id: 7, error: lost },
    { jsonrpc: '2.0', method: 'engine', params: { state: 'lost', restartInMs: 500 } },
    { jsonrpc: '2.0', id: 'while lost', error: lost },
  ])

  window.seen.length = 0
  await house.clock.advance(500)
  window.send('{"jsonrpc":"2.0","id":"again","method":"echo","params":{}}')
  await settle()
  expect(window.parsed()).toEqual([
    { jsonrpc: '2.0', method: 'engine', params: { state: 'running', restartInMs: null } },
    { jsonrpc: '2.0', method: 'hello', params: {} },
    { jsonrpc: '2.0', id: 'again', result: {} },
  ])
})

it('waits longer after each loss, up to ten seconds, and starts short again after a good minute', async () => {
  await using house = await household()
  const waits: (number | null)[] = []
  const window = house.openWindow()
  window.onLost((restartInMs) => waits.push(restartInMs))
  const loseAfter = async (ms: number) => {
    await house.clock.advance(ms)
    house.forks.last.exit(1)
    await settle()
    await house.clock.advance(10_000)
  }
  for (let round = 0; round < 7; round++) await loseAfter(0)
  await loseAfter(60_000)
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 500])
})

it('has the next engine open again what was open, but not when that is what engines die of', async () => {
  await using house = await household()
  const recovering = () => house.forks.made.map((process) => process.options?.recovering)
  const lose = async () => {
    house.forks.last.exit(null)
    await settle()
    await house.clock.advance(10_000)
  }
  for (let round = 0; round < 3; round++) await lose()
  expect(recovering()).toEqual([false, true, true, false])

  await house.clock.advance(6 * 60_000)
  await lose()
  expect(recovering()).toEqual([false, true, true, false, true])
})

it('says why the engine could not start at all, and does not try again', async () => {
  await using house = await household({ start: false })
  house.forks.refusal = new SitewrightError('storage.locked', 'The data folder is in use by process 4711.', {
    args: { pid: 4711 },
  })
  await expect(house.supervisor.start()).rejects.toMatchObject({ key: 'storage.locked', args: { pid: 4711 } })
  await house.clock.advance(60_000)
  expect(house.forks.made.length).toBe(1)
})

it('keeps trying when an engine that once ran cannot start', async () => {
  await using house = await household()
  house.forks.refusal = new SitewrightError('storage.full', 'No space left.')
  house.forks.last.exit(1)
  await settle()
  await house.clock.advance(500)
  house.forks.refusal = null
  await house.clock.advance(1_000)
  expect(house.supervisor.isRunning).toBe(true)
  expect(house.logged('error')).toEqual([
    'The engine was lost (exit code 1). It is started again in 0.5 s.',
    'The engine could not start: No space left.',
    'The engine was lost (exit code 1). It is started again in 1 s.',
  ])
})

it('logs an error nobody caught, and replaces the engine', async () => {
  await using house = await household()
  house.forks.last.crash(new Error('boom'))
  await settle()
  await house.clock.advance(500)
  expect(house.logged('error')[0]).toMatch(/^Uncaught: Error: boom\n/)
  expect(house.logged('error')[1]).toBe('The engine was lost (exit code 70). It is started again in 0.5 s.')
  expect(house.supervisor.isRunning).toBe(true)
})

it("answers the engine's settings from the one store, and says when they cannot be stored", async () => {
  await using house = await household()
  const window = house.openWindow()
  await settle()
  window.send('{"jsonrpc":"2.0","id":"1","method":"set","params":{"theme":"sun"}}')
  await settle()
  expect(house.settings.get().theme).toBe('sun')
  expect(house.forks.last.options?.settings.get().theme).toBe('sun')

  house.settings.problem = 'disk full'
  window.send('{"jsonrpc":"2.0","id":"2","method":"set","params":{"theme":"dark"}}')
  await settle()
  expect(window.parsed().at(-1)).toMatchObject({ id: '2', error: { message: 'disk full' } })
  expect(house.forks.last.options?.settings.get().theme).toBe('sun')
})

it('notes in the log that the laptop slept, which explains a gap', async () => {
  await using house = await household()
  house.supervisor.power('suspend')
  house.supervisor.power('resume')
  await settle()
  expect(house.logged('info')).toEqual(['The laptop goes to sleep.', 'The laptop woke up.'])
})

it('closes the window line when the engine hangs up on it', async () => {
  await using house = await household()
  const window = house.openWindow()
  await settle()
  window.send('{"jsonrpc":"2.0","id":"1","method":"hang-up","params":{}}')
  await settle()
  expect(window.isClosed).toBe(true)
})

it('closes the line to the engine when the window goes', async () => {
  await using house = await household()
  const window = house.openWindow()
  await settle()
  const closed: string[] = []
  house.forks.last.connections[0]?.onClose(() => closed.push('closed'))
  window.connection.close()
  await settle()
  expect(closed).toEqual(['closed'])
})

it('stops the engine before it ends, and leaves no timer', async () => {
  const house = await household()
  const window = house.openWindow()
  await settle()
  await house[Symbol.asyncDispose]()
  await settle()
  expect([house.forks.last.stopped, window.isClosed, house.clock.pending]).toEqual([true, true, 0])
})

it('ends an engine that does not stop within ten seconds', async () => {
  const house = await household()
  house.forks.last.isStuck = true
  const stopped = house[Symbol.asyncDispose]()
  await house.clock.advance(10_000)
  await stopped
  expect(house.forks.last.killed).toBe(true)
})

it('does not start an engine again that is lost while everything stops', async () => {
  const house = await household()
  house.forks.last.exit(1)
  await settle()
  await house[Symbol.asyncDispose]()
  await house.clock.advance(60_000)
  expect(house.forks.made.length).toBe(1)
})

/** A supervisor with a fake engine, windows, and a clock of ours. */
async function household({ start = true } = {}) {
  const clock = new ManualClock()
  const forks = new FakeFork()
  const settings = new MemorySettings()
  const log: LogEntry[] = []
  const supervisor = new Supervisor({
    fork: forks.fork,
    engine: { dataDir: '/data', key: new Uint8Array(32), resourcesDir: '/resources', host: 'test', version: '1.2.3' },
    settings,
    clock,
    log: (entry) => log.push(entry),
  })
  if (start) await supervisor.start()
  return {
    clock,
    forks,
    settings,
    supervisor,
    logged: (level: LogEntry['level']) => log.filter((entry) => entry.level === level).map((entry) => entry.message),
    openWindow() {
      const [mine, theirs] = memoryPair()
      supervisor.attach(theirs, 'admin')
      return watchWindow(mine)
    },
    [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
  }
}

function watchWindow(connection: FrameConnection) {
  const window = {
    connection,
    seen: [] as string[],
    isClosed: false,
    send: (frame: string) => connection.send(frame),
    parsed: () => window.seen.map((frame) => JSON.parse(frame)),
    onLost(listener: (restartInMs: number | null) => void) {
      connection.onFrame((frame) => {
        const { method, params } = JSON.parse(frame)
        if (method === 'engine' && params.state === 'lost') listener(params.restartInMs)
      })
    },
  }
  connection.onFrame((frame) => window.seen.push(frame))
  connection.onClose(() => {
    window.isClosed = true
  })
  return window
}
