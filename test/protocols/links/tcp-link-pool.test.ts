import { deviceKey } from '@main/protocols/links/pool'
import { mostCareful, TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { describe, expect, it } from 'vitest'
import { hostileModbus, staySilent, valueAt } from '../../support/hostile-modbus'
import { watchLeaks } from '../../support/leaks'
import { ManualClock, settle } from '../../support/manual-clock'
import { outcome } from '../modbus/support'

const keyOf = (state: { error?: unknown }) => (state.error as { key?: string } | undefined)?.key

describe('leases', () => {
  it('give everybody the same connection, until the last one is given back', async () => {
    await using _leaks = watchLeaks()
    await using server = await hostileModbus()
    await using pool = new TcpLinkPool({ clock: new ManualClock() })
    const edge = pool.modbusTcp('127.0.0.1', server.port)
    const scan = pool.modbusTcp('127.0.0.1', server.port)
    expect(scan.link).toBe(edge.link)
    await edge.link.readHolding(1, 0, 1)
    await scan.link.readHolding(2, 0, 1, { priority: 'scan' })
    expect(server.accepted).toBe(1)

    scan[Symbol.dispose]()
    scan[Symbol.dispose]()
    expect([pool.isOpen('127.0.0.1', server.port), edge.link.connected]).toEqual([true, true])
    edge[Symbol.dispose]()
    expect(pool.isOpen('127.0.0.1', server.port)).toBe(false)
    await settle()
    expect(server.open).toBe(0)
    await expect(edge.link.readHolding(1, 0, 1)).rejects.toMatchObject({ key: 'link.closed' })
  })

  it('know a host by its name, however it is written', async () => {
    await using pool = new TcpLinkPool()
    using lease = pool.modbusTcp('Inverter.local', 502)
    expect([lease.link.target, pool.isOpen('INVERTER.LOCAL', 502), pool.isOpen('inverter.local', 1502)]).toEqual([
      'inverter.local:502',
      true,
      false,
    ])
  })

  it('end with the pool: requests settle, sockets are given back', async () => {
    await using _leaks = watchLeaks()
    await using one = await hostileModbus(staySilent)
    await using two = await hostileModbus()
    const pool = new TcpLinkPool()
    const asked = outcome(pool.modbusTcp('127.0.0.1', one.port).link.readHolding(1, 0, 1))
    await pool.modbusTcp('127.0.0.1', two.port).link.readHolding(1, 0, 1)
    await pool[Symbol.asyncDispose]()
    await settle()
    expect([keyOf(asked), one.open, two.open]).toEqual(['link.closed', 0, 0])
    expect(() => pool.modbusTcp('127.0.0.1', one.port)).toThrow('The link pool is closed.')
  })

  it('connect again by themselves after the laptop slept', async () => {
    await using server = await hostileModbus()
    await using pool = new TcpLinkPool()
    using lease = pool.modbusTcp('127.0.0.1', server.port)
    await lease.link.readHolding(1, 0, 1)
    pool.hangUpAll()
    expect(lease.link.connected).toBe(false)
    expect([...(await lease.link.readHolding(1, 5, 1))]).toEqual([valueAt(1, 5)])
    expect(server.accepted).toBe(2)
  })
})

describe('settings of several holders', () => {
  it('merge to the most careful ones', () => {
    expect(
      mostCareful([
        { maxInFlight: 4, pauseMs: 10, timeoutMs: 500, disconnectAfterMs: 60_000 },
        { maxInFlight: 2, pauseMs: 50, connectDelayMs: 100 },
        { disconnectAfterMs: 0, connectTimeoutMs: 300 },
      ]),
    ).toEqual({
      maxInFlight: 2,
      pauseMs: 50,
      timeoutMs: 1000,
      connectDelayMs: 100,
      connectTimeoutMs: 2000,
      disconnectAfterMs: 0,
    })
  })

  it('hold while their holder holds', async () => {
    await using server = await hostileModbus(staySilent)
    const clock = new ManualClock()
    await using pool = new TcpLinkPool({ clock })
    using fast = pool.modbusTcp('127.0.0.1', server.port, { maxInFlight: 3 })
    const careful = pool.modbusTcp('127.0.0.1', server.port, { maxInFlight: 1 })
    const asked = [1, 2, 3].map((unit) => outcome(fast.link.readHolding(unit, 0, 1)))
    await settle()
    expect(server.requests.length).toBe(1)
    careful[Symbol.dispose]()
    await settle()
    expect(server.requests.length).toBe(3)
    await clock.advance(1000)
    expect(asked.map(keyOf)).toEqual(['link.timeout', 'link.timeout', 'link.timeout'])
  })
})

describe('a locked device', () => {
  it('is left alone by polls and scans, while its holder and its neighbours go on', async () => {
    await using server = await hostileModbus()
    const clock = new ManualClock()
    await using pool = new TcpLinkPool({ clock })
    using lease = pool.modbusTcp('127.0.0.1', server.port)
    const { link } = lease
    const lock = await pool.lock(deviceKey('127.0.0.1', server.port, 1), 'Test of the battery')
    const poll = outcome(link.readHolding(1, 0, 1))
    const scan = outcome(link.readHolding(1, 1, 1, { priority: 'scan' }))
    await link.readHolding(2, 2, 1)
    await link.writeRegister(1, 3, 1, { priority: 'check' })
    expect(server.requests.map(({ unit, address }) => [unit, address])).toEqual([
      [2, 2],
      [1, 3],
    ])
    lock[Symbol.dispose]()
    await settle()
    expect([poll.settled, scan.settled, clock.pending]).toEqual([true, true, 1])
  })

  it('does not hold up a poll for ever: it is told who holds the device', async () => {
    await using server = await hostileModbus()
    const clock = new ManualClock()
    await using pool = new TcpLinkPool({ clock })
    using lease = pool.modbusTcp('127.0.0.1', server.port, { timeoutMs: 600 })
    using _lock = await pool.lock(deviceKey('127.0.0.1', server.port, 1), 'Test of the battery')
    const stop = new AbortController()
    const poll = outcome(lease.link.readHolding(1, 0, 1))
    const stopped = outcome(lease.link.readHolding(1, 0, 1, { signal: stop.signal }))
    await clock.advance(599)
    stop.abort(new Error('stopped'))
    await settle()
    expect([poll.settled, (stopped.error as Error).message]).toEqual([false, 'stopped'])
    await clock.advance(1)
    expect(poll.error).toMatchObject({
      key: 'link.busy',
      message: `127.0.0.1:${server.port}/1 is in use by Test of the battery. It goes on when that has ended.`,
      args: { holder: 'Test of the battery' },
    })
    expect(server.requests.length).toBe(0)
  })

  it('goes to who asked first, with the name of whoever has it', async () => {
    await using pool = new TcpLinkPool()
    const first = await pool.lock('host:502/1', 'first')
    const stop = new AbortController()
    const second = outcome(pool.lock('host:502/1', 'second', stop.signal))
    const third = pool.lock('host:502/1', 'third')
    using _other = await pool.lock('host:502/2', 'somebody else')
    stop.abort(new Error('the page was left'))
    await settle()
    expect([pool.holderOf('host:502/1'), (second.error as Error).message]).toEqual(['first', 'the page was left'])
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    const held = await third
    expect(pool.holderOf('host:502/1')).toBe('third')
    held[Symbol.dispose]()
    expect(pool.holderOf('host:502/1')).toBeNull()
    await expect(pool.lock('host:502/1', 'late', AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
  })
})
