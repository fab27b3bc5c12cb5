import { connect, createServer, type Server, type Socket } from 'node:net'
import { NATURES } from '@main/edge/nature'
import type { JobControl } from '@main/jobs/job-service'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import type { FoundDevice } from '@shared/device'
import type { Message } from '@shared/message'
import { ManualClock, settle } from '../support/manual-clock'

/** What a unit says to a read: words, an exception code, or nothing at all. */
export type Reply = readonly number[] | number | null
export type Registers = (fc: number, at: number, count: number) => Reply

export interface HostOptions {
  readonly units?: Readonly<Record<number, Registers>>
  /** Ids without a unit: silence (default), the first unit's answer, or an exception. */
  readonly others?: 'silent' | 'same' | number
  /** How long a unit takes, and how long it takes to find out that there is none. One request at a time. */
  readonly answerMs?: number | ((unit: number) => number)
  readonly absentMs?: number
  /** Deaf for so long after a connection was accepted. */
  readonly muteMs?: number
  /** Closes every connection at once. */
  readonly dropsAll?: boolean
  /** Serves one connection; others are accepted and closed. */
  readonly oneClient?: boolean
  /** Sends each answer byte by byte. */
  readonly torn?: boolean
  /** Says this to whatever it is asked, instead of Modbus. */
  readonly says?: string
}

/**
 * Modbus/TCP hosts on loopback addresses, written for these tests from the specification, on a clock that passes as fast as
 * the sockets allow. All share one port, as devices in a network do.
 * Source: Modbus Messaging on TCP/IP V1.0b, §3.1.3; Modbus Application Protocol V1.1b3, §6.3, §6.4, §7.
 */
export class Plant implements AsyncDisposable {
  readonly clock = new ManualClock()
  readonly pool = new TcpLinkPool({ clock: this.clock, connect, random: () => 0.5 })
  /** Every request that reached a host, `host unit fc at×count`. */
  readonly asked: string[] = []
  readonly connections = new Map<string, number>()
  port = 0
  readonly #servers: Server[] = []
  readonly #sockets = new Set<Socket>()

  async host(address: string, options: HostOptions): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#serve(address, socket, options))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, address, resolve)
    })
    const bound = server.address()
    if (typeof bound === 'object' && bound) this.port = bound.port
    this.#servers.push(server)
  }

  /** Lets the clock run until the work is done, a millisecond per few turns of the event loop. */
  async run<T>(work: Promise<T>): Promise<T> {
    let over = false
    const end = () => {
      over = true
    }
    work.then(end, end)
    while (!over) {
      for (let turn = 0; turn < 3; turn++) await settle()
      await this.clock.advance(1)
    }
    return work
  }

  get openConnections(): number {
    return this.#sockets.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool[Symbol.asyncDispose]()
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))))
  }

  #serve(address: string, socket: Socket, options: HostOptions): void {
    const before = this.connections.get(address) ?? 0
    this.connections.set(address, before + 1)
    const others = [...this.#sockets].filter(({ localAddress }) => localAddress === address).length
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => this.#sockets.delete(socket))
    if (options.dropsAll || (options.oneClient && others > 0)) {
      socket.end()
      return
    }
    const acceptedAt = this.clock.monotonic()
    let line = Promise.resolve()
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      for (let length = frameLength(rest); length > 0; length = frameLength(rest)) {
        const frame = rest.subarray(0, length)
        rest = rest.subarray(length)
        const [unit = 0, fc = 0] = frame.subarray(6)
        this.asked.push(`${address} ${unit} ${fc} ${placeOf(frame).join('×')}`)
        if (options.says !== undefined) return void socket.end(options.says)
        if (this.clock.monotonic() - acceptedAt < (options.muteMs ?? 0)) continue
        line = line.then(() => this.#answer(socket, Buffer.from(frame), options))
      }
    })
  }

  async #answer(socket: Socket, frame: Buffer, options: HostOptions): Promise<void> {
    const { units = {}, others = 'silent', answerMs = 0, absentMs = 0 } = options
    const [unit = 0, fc = 0] = frame.subarray(6)
    const registers = units[unit] ?? (others === 'same' ? Object.values(units)[0] : undefined)
    const waitMs = registers ? (typeof answerMs === 'number' ? answerMs : answerMs(unit)) : absentMs
    if (waitMs > 0) await new Promise<void>((resolve) => this.clock.after(waitMs, resolve))
    const [at, count] = placeOf(frame)
    const reply = registers ? registers(fc, at, count) : typeof others === 'number' ? others : null
    if (reply === null || socket.destroyed) return
    const pdu =
      typeof reply === 'number'
        ? Buffer.from([fc | 0x80, reply])
        : Buffer.from([fc, 2 * count, ...reply.flatMap((word) => [word >> 8, word & 0xff])])
    const answer = Buffer.concat([frame.subarray(0, 4), Buffer.from([0, pdu.length + 1, unit]), pdu])
    if (options.torn) for (const byte of answer) socket.write(Buffer.of(byte))
    else socket.write(answer)
  }
}

/** Address and count of a read; of a request for identification (FC 43/14) they mean nothing. */
function placeOf(frame: Buffer): [number, number] {
  return frame.length >= 12 ? [frame.readUInt16BE(8), frame.readUInt16BE(10)] : [0, 0]
}

function frameLength(bytes: Buffer): number {
  const length = bytes.length >= 6 ? 6 + bytes.readUInt16BE(4) : 0
  return bytes.length >= length ? length : 0
}

/** Registers of one function; what is not there is refused with exception 2, other functions with 1. */
export function registers(fc: 3 | 4, words: ReadonlyMap<number, number>): Registers {
  return (asked, at, count) => {
    if (asked !== fc) return 1
    const values = Array.from({ length: count }, (_, index) => words.get(at + index))
    return values.every((word) => word !== undefined) ? (values as number[]) : 2
  }
}

/** Several tables side by side. */
export function both(holding: ReadonlyMap<number, number>, input: ReadonlyMap<number, number>): Registers {
  return (fc, at, count) => registers(fc === 3 ? 3 : 4, fc === 3 ? holding : input)(fc, at, count)
}

/** Words from an address on; several runs give one map. */
export function words(...runs: readonly (readonly [number, readonly number[]])[]): Map<number, number> {
  return new Map(runs.flatMap(([at, values]) => values.map((word, index) => [at + index, word] as const)))
}

export function float(value: number): number[] {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  return [view.getUint16(0), view.getUint16(2)]
}

export function ascii(text: string, length: number): number[] {
  const bytes = Buffer.alloc(2 * length)
  bytes.write(text, 'latin1')
  return Array.from({ length }, (_, index) => bytes.readUInt16BE(2 * index))
}

/** The profiles this program ships with. */
export function knowledge() {
  const { all, sunspecModels, problems } = readProfileLibrary('resources', NATURES)
  if (problems.length > 0) throw problems[0]?.error
  return { profiles: all, sunspecModels }
}

/** A job as the job service would run it, with everything it says. */
export class TestJob implements JobControl {
  readonly jobId = 'job'
  readonly siteId = 'site'
  readonly rows = new Map<string, FoundDevice>()
  readonly reports: FoundDevice[] = []
  readonly phases = new Map<string, { done?: number; total?: number | null; found?: number }>()
  readonly left: Message[] = []
  readonly acts: string[] = []
  waits: Message[] = []
  checkpoint: unknown
  onReport: (row: FoundDevice) => void = () => {}
  paused = false
  readonly #abort = new AbortController()

  constructor(checkpoint: unknown = null) {
    this.checkpoint = checkpoint
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  cancel(): void {
    this.#abort.abort(new Error('cancelled'))
  }

  found(row: FoundDevice): void {
    this.rows.set(row.id, row)
    this.reports.push(row)
    this.onReport(row)
  }

  /** `kind host-part/unit name`, sorted, with the port left out. */
  summary(): string[] {
    return [...this.rows.values()]
      .map(({ kind, link, brand, model }) => {
        const name = [brand, model].filter(Boolean).join(' ')
        return [kind, link.host + (link.unit === null ? '' : `/${link.unit}`), name].filter(Boolean).join(' ')
      })
      .sort((a, b) => a.split(' ')[1]?.localeCompare(b.split(' ')[1] ?? '') ?? 0)
  }

  async gate(): Promise<void> {
    this.signal.throwIfAborted()
    while (this.paused) await settle()
    this.signal.throwIfAborted()
  }

  phase(id: string, progress: { done?: number; total?: number | null; found?: number }): void {
    this.phases.set(id, { ...this.phases.get(id), ...progress })
  }

  act(act: Message | null): void {
    if (act) this.acts.push(act.key)
  }

  waiting(reason: Message | null): void {
    if (reason) this.waits.push(reason)
  }

  leftOut(reason: Message): void {
    this.left.push(reason)
  }

  save(checkpoint: unknown): void {
    this.checkpoint = structuredClone(checkpoint)
  }
}
