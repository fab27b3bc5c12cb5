import { EventEmitter } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { type ConnectResult, connectScan } from '@main/discovery/connect-scan'
import { PACE } from '@main/discovery/speed'
import { parseTargets } from '@main/discovery/targets'
import { systemClock } from '@shared/clock'
import { expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'
import { ManualClock, settle } from '../support/manual-clock'

it('tells open doors from refused ones on a real network, and leaves no socket', async () => {
  await using _leaks = watchLeaks()
  await using listener = await listen('127.0.5.2')
  const results: ConnectResult[] = []
  await connectScan(parseTargets('127.0.5.1-3').endpoints([listener.port]), {
    pace: PACE.polite.connect,
    connect,
    clock: systemClock(),
    signal: new AbortController().signal,
    onResult: (result) => results.push(result),
  })
  expect(results.map(({ endpoint, outcome }) => `${endpoint.host} ${outcome}`).sort()).toEqual([
    '127.0.5.1 refused',
    '127.0.5.2 open',
    '127.0.5.3 refused',
  ])
})

it('keeps to 128 connections being opened and 400 a second when polite', async () => {
  const world = new World(() => null)
  const done = world.scan('10.0.0.0/23', 'polite')
  await world.clock.advance(1000)
  // In the first second silence frees the doors after 500 ms each: the limit on open ones binds, not the pace.
  expect([world.started, world.peakOpen]).toEqual([256, 128])
  await world.clock.advance(2000)
  await done
  expect(world.count('silent')).toBe(510)
})

it('starts no more than 400 connects a second where everything answers at once', async () => {
  const world = new World(() => ({ afterMs: 0, outcome: 'refused' }))
  const done = world.scan('10.0.0.0/21', 'polite')
  await world.clock.advance(1000)
  expect(world.started).toBeGreaterThanOrEqual(400)
  expect(world.started).toBeLessThanOrEqual(410)
  await world.clock.advance(5000)
  await done
})

it('never opens two connections to one host', async () => {
  const world = new World(({ host }) => (host.endsWith('.1') ? null : { afterMs: 5, outcome: 'open' }))
  const done = world.scan('10.0.0.1-3', 'polite', [502, 1502, 8899])
  await world.clock.advance(1600)
  await done
  expect([world.peakPerHost, world.count('open'), world.count('silent')]).toEqual([1, 6, 3])
})

it('learns how long to wait from the first answers when fast', async () => {
  const world = new World(({ host }) => (host.endsWith('.1') ? { afterMs: 25, outcome: 'refused' } : null))
  const done = world.scan('10.0.0.1-100', 'fast')
  await world.clock.advance(199)
  expect(world.results.length).toBe(1)
  await world.clock.advance(2)
  expect(world.results.length).toBe(100)
  await world.clock.advance(400)
  await done
})

it('asks the silent doors once more when fast: all of a living host, the first of a dead one', async () => {
  const lost = new Set(['10.0.0.1:502', '10.0.0.3:502'])
  const world = new World(({ host, port }) => {
    const door = `${host}:${port}`
    if (lost.delete(door)) return null // the first SYN is lost
    if (door === '10.0.0.1:502') return { afterMs: 1, outcome: 'open' }
    if (door === '10.0.0.3:502') return { afterMs: 1, outcome: 'open' }
    return host === '10.0.0.1' ? { afterMs: 1, outcome: 'refused' } : null
  })
  const done = world.scan('10.0.0.1-3', 'fast', [502, 1502])
  await world.clock.advance(5000)
  await done
  expect(world.results.filter(({ again }) => again).map(({ endpoint: { host, port } }) => `${host}:${port}`)).toEqual([
    '10.0.0.1:502',
    '10.0.0.3:502',
  ])
  expect(world.asked.slice(6)).toEqual(['10.0.0.1:502', '10.0.0.2:502', '10.0.0.3:502', '10.0.0.3:1502'])
})

it('tells unknown names and unreachable hosts apart, and opens fewer at once when the system runs out of sockets', async () => {
  let refusals = 2
  const world = new World(({ host }) => {
    if (host === 'meter.local') return { afterMs: 1, error: 'ENOTFOUND' }
    if (host === '10.0.0.1') return { afterMs: 1, error: 'EHOSTUNREACH' }
    if (refusals-- > 0) return { afterMs: 0, error: 'EMFILE' }
    return { afterMs: 1, outcome: 'refused' }
  })
  const done = world.scan('10.0.0.1-9, meter.local', 'polite')
  await world.clock.advance(1000)
  await done
  expect([world.count('name-unknown'), world.count('unreachable'), world.count('refused')]).toEqual([1, 1, 8])
})

it('stops at once when aborted, and starts nothing while the gate is shut', async () => {
  const abort = new AbortController()
  let open = true
  let release = () => {}
  const gate = () => (open ? Promise.resolve() : new Promise<void>((resolve) => (release = resolve)))
  const world = new World(() => null, { signal: abort.signal, gate })
  const done = world.scan('10.0.0.0/16', 'polite')
  done.catch(() => {})
  await world.clock.advance(100)
  open = false
  const before = world.started
  await world.clock.advance(2000)
  expect(world.started - before).toBeLessThanOrEqual(1)
  open = true
  release()
  await world.clock.advance(100)
  expect(world.started).toBeGreaterThan(before + 1)

  abort.abort(new Error('cancelled'))
  await expect(done).rejects.toThrow('cancelled')
  expect([world.openNow, world.clock.pending]).toEqual([0, 0])
})

type Behaviour = { afterMs: number; outcome: 'open' | 'refused' } | { afterMs: number; error: string } | null

/** A network whose every door behaves as the test says, on a clock that the test moves. */
class World {
  readonly clock = new ManualClock()
  readonly results: ConnectResult[] = []
  readonly asked: string[] = []
  peakOpen = 0
  peakPerHost = 0
  readonly #perHost = new Map<string, number>()

  readonly #behave: (endpoint: { host: string; port: number }) => Behaviour
  readonly #control: { signal?: AbortSignal; gate?: () => Promise<void> }

  constructor(
    behave: (endpoint: { host: string; port: number }) => Behaviour,
    control: { signal?: AbortSignal; gate?: () => Promise<void> } = {},
  ) {
    this.#behave = behave
    this.#control = control
  }

  get started(): number {
    return this.asked.length
  }

  get openNow(): number {
    return [...this.#perHost.values()].reduce((sum, count) => sum + count, 0)
  }

  count(outcome: string): number {
    return this.results.filter((result) => result.outcome === outcome).length
  }

  async scan(text: string, speed: 'polite' | 'fast', ports = [502]): Promise<void> {
    await connectScan(parseTargets(text).endpoints(ports), {
      pace: PACE[speed].connect,
      connect: (to) => this.#connect(to),
      clock: this.clock,
      signal: this.#control.signal ?? new AbortController().signal,
      ...(this.#control.gate ? { gate: this.#control.gate } : {}),
      onResult: (result) => this.results.push(result),
    })
    await settle()
  }

  #connect({ host, port }: { host: string; port: number }): Socket {
    const socket = new EventEmitter() as Socket // only what the scan uses of a socket: events and destroy
    const behaviour = this.#behave({ host, port })
    this.asked.push(`${host}:${port}`)
    this.#perHost.set(host, (this.#perHost.get(host) ?? 0) + 1)
    this.peakOpen = Math.max(this.peakOpen, this.openNow)
    this.peakPerHost = Math.max(this.peakPerHost, ...this.#perHost.values())
    const timer =
      behaviour &&
      this.clock.after(behaviour.afterMs, () => {
        if ('outcome' in behaviour && behaviour.outcome === 'open') return void socket.emit('connect')
        const code = 'error' in behaviour ? behaviour.error : 'ECONNREFUSED'
        socket.emit('error', Object.assign(new Error(code), { code }))
      })
    let destroyed = false
    socket.destroy = () => {
      if (destroyed) return socket
      destroyed = true
      setImmediate(() => {
        this.#perHost.set(host, (this.#perHost.get(host) ?? 1) - 1)
        socket.emit('close')
      })
      timer?.[Symbol.dispose]()
      return socket
    }
    return socket
  }
}

async function listen(host: string): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
