import type { Clock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import { Ask, LEVELS } from './ask'
import { BackOff } from './back-off'
import { FairQueue } from './fair-queue'
import { type DeviceIdentification, type IdentificationCode, readAllObjects } from './identification'
import { identificationObject, identificationPart, serverId } from './identification-calls'
import type { LinkSettings, LinkStats, ModbusLink, RequestOptions } from './link'
import { hungUpError, stillFailing } from './link-errors'
import type { ModbusCall } from './modbus-call'
import {
  type Masks,
  maskWriteRegister,
  rawCall,
  readBits,
  readRegisters,
  readWriteRegisters,
  writeCoil,
  writeCoils,
  writeRegister,
  writeRegisters,
} from './pdu'
import { type Connect, type FrameObserver, TcpConnection } from './tcp-connection'
import { UnitRecord } from './unit-record'

/**
 * A Modbus/TCP line to one host. It connects when somebody asks, keeps the units' questions in fair queues, and puts at
 * most `maxInFlight` on the wire (one for a unit that does not answer). Every promise settles: with a value that was
 * checked, or with an error that names host, unit and next step.
 *
 * After a failed connection the host is left alone for a while; what is asked meanwhile fails at once with the last error
 * and `retryInMs`, except a person's request, which tries again.
 */
export class TcpLink implements ModbusLink, AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly target: string
  readonly #world: LinkWorld
  readonly #queue = new FairQueue()
  /** Its turn has come, but it goes alone: it waits for the wire to be empty, and all others wait for it. */
  #lone: Ask | undefined
  readonly #records: UnitRecord[] = []
  readonly #backOff: BackOff
  #settings: EffectiveSettings
  #connection: TcpConnection | undefined
  /** Set while the wire must rest: right after connecting, and between an answer and the next request. */
  #rest: Disposable | undefined
  #idle: Disposable | undefined
  #idleSince = 0
  #disposed = false

  constructor(host: string, port: number, settings: LinkSettings, world: LinkWorld) {
    this.host = host
    this.port = port
    this.target = targetOf(host, port)
    this.#world = world
    this.#backOff = new BackOff(world.random)
    this.#settings = { ...LINK_DEFAULTS, ...settings }
  }

  get connected(): boolean {
    return this.#connection?.open ?? false
  }

  request(unit: number, pdu: Uint8Array, options?: RequestOptions): Promise<Uint8Array> {
    return this.#call(unit, () => rawCall(pdu), options)
  }

  readCoils(unit: number, address: number, count: number, options?: RequestOptions): Promise<Uint8Array> {
    return this.#call(unit, () => readBits(1, address, count), options)
  }

  readDiscreteInputs(unit: number, address: number, count: number, options?: RequestOptions): Promise<Uint8Array> {
    return this.#call(unit, () => readBits(2, address, count), options)
  }

  readHolding(unit: number, address: number, count: number, options?: RequestOptions): Promise<Uint16Array> {
    return this.#call(unit, () => readRegisters(3, address, count), options)
  }

  readInput(unit: number, address: number, count: number, options?: RequestOptions): Promise<Uint16Array> {
    return this.#call(unit, () => readRegisters(4, address, count), options)
  }

  writeCoil(unit: number, address: number, on: boolean, options?: RequestOptions): Promise<void> {
    return this.#call(unit, () => writeCoil(address, on), options)
  }

  writeRegister(unit: number, address: number, word: number, options?: RequestOptions): Promise<void> {
    return this.#call(unit, () => writeRegister(address, word), options)
  }

  writeCoils(unit: number, address: number, coils: readonly boolean[], options?: RequestOptions): Promise<void> {
    return this.#call(unit, () => writeCoils(address, coils), options)
  }

  writeRegisters(unit: number, address: number, words: ArrayLike<number>, options?: RequestOptions): Promise<void> {
    return this.#call(unit, () => writeRegisters(address, words), options)
  }

  maskWriteRegister(unit: number, address: number, masks: Masks, options?: RequestOptions): Promise<void> {
    return this.#call(unit, () => maskWriteRegister(address, masks), options)
  }

  readWriteRegisters(
    unit: number,
    read: { readonly address: number; readonly count: number },
    write: { readonly address: number; readonly words: ArrayLike<number> },
    options?: RequestOptions,
  ): Promise<Uint16Array> {
    return this.#call(unit, () => readWriteRegisters(read, write), options)
  }

  reportServerId(unit: number, options?: RequestOptions): Promise<Uint8Array> {
    return this.#call(unit, serverId, options)
  }

  readDeviceIdentification(
    unit: number,
    code: IdentificationCode,
    options?: RequestOptions,
  ): Promise<DeviceIdentification> {
    const ask = (from: number) => this.#call(unit, () => identificationPart(code, from), options)
    return readAllObjects(ask, code, { target: this.target, unit })
  }

  readIdentificationObject(unit: number, id: number, options?: RequestOptions): Promise<Uint8Array> {
    return this.#call(unit, () => identificationObject(id), options)
  }

  stats(unit: number): LinkStats {
    return this.#record(unit).stats()
  }

  hangUp(): void {
    this.#connection?.close(hungUpError(this), false)
  }

  /** New settings hold from the next connection or request on. */
  configure(settings: LinkSettings): void {
    this.#settings = { ...LINK_DEFAULTS, ...settings }
    this.#dispatch()
  }

  /** Everything still asked fails with `link.closed`; resolves when the socket is given back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    const connection = this.#connection
    this.hangUp()
    this.#rejectQueue(hungUpError(this))
    await connection?.closed()
  }

  #call<T>(unit: number, make: () => ModbusCall<T>, options: RequestOptions | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const call = make()
      if (!Number.isInteger(unit) || unit < 0 || unit > 255) throw unitError(unit)
      const level = LEVELS[options?.priority ?? 'poll']
      // The value is what `call` reads, and `call` is of the same T.
      const settle = { resolve: resolve as (value: unknown) => void, reject }
      const ask = new Ask(this.target, call, this.#record(unit), level, options?.timeoutMs, settle)
      const signal = options?.signal
      if (signal) ask.abortWith(signal)
      const free = level >= LEVELS.poll ? this.#world.holdUp?.(ask, this.#settings.timeoutMs) : undefined
      if (free) free.then(() => this.#enter(ask)).catch((error) => ask.reject(error))
      else this.#enter(ask)
    })
  }

  #enter(ask: Ask): void {
    if (ask.settled) return
    if (this.#disposed) {
      ask.reject(hungUpError(this))
    } else if (this.#waiting === 0 && !ask.call.alone && this.#mayAsk(ask) && this.#hasSlot()) {
      this.#connection?.send(ask)
    } else if (this.#connection !== undefined || this.#connectFor(ask)) {
      this.#queue.push(ask)
      this.#dispatch()
    }
  }

  /** Opens the connection for this request; false when the request failed because the last failure is too fresh. */
  #connectFor(ask: Ask): boolean {
    const rest = ask.level === LEVELS.person ? null : this.#backOff.rest(this.#world.clock.monotonic())
    if (rest) {
      const error = stillFailing(this, rest.error, rest.ms)
      ask.record.failed(error)
      ask.reject(error)
      return false
    }
    this.#connect()
    return true
  }

  #connect(): void {
    this.#connection = new TcpConnection(
      {
        target: this.target,
        host: this.host,
        port: this.port,
        settings: () => this.#settings,
        record: (unit) => this.#record(unit),
        onOpen: () => this.#opened(),
        onSlotFree: (answered) => this.#slotFree(answered),
        onClosed: (connection, error, failure) => this.#closed(connection, error, failure),
      },
      this.#world,
    )
  }

  #opened(): void {
    if (this.#settings.connectDelayMs > 0) this.#restFor(this.#settings.connectDelayMs)
    else this.#dispatch()
    this.#watchIdle()
  }

  #slotFree(answered: boolean): void {
    if (answered) this.#backOff.recovered()
    if (answered && this.#settings.pauseMs > 0) this.#restFor(this.#settings.pauseMs)
    else if (this.#waiting > 0) this.#dispatch()
    if (this.#settings.disconnectAfterMs !== undefined) this.#watchIdle()
  }

  #closed(connection: TcpConnection, error: SitewrightError, failure: boolean): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    this.#rest?.[Symbol.dispose]()
    this.#rest = undefined
    this.#idle?.[Symbol.dispose]()
    this.#idle = undefined
    if (failure) {
      this.#backOff.failed(error, this.#world.clock.monotonic())
      this.#rejectQueue(error)
    } else if (this.#waiting > 0 && !this.#disposed) {
      this.#connect()
    }
  }

  #rejectQueue(error: SitewrightError): void {
    const lone = this.#lone
    this.#lone = undefined
    for (const ask of [...(lone && !lone.settled ? [lone] : []), ...this.#queue.drain()]) {
      ask.record.failed(error)
      ask.reject(error)
    }
  }

  #dispatch(): void {
    while (this.#hasSlot()) {
      const ask = this.#lone ?? this.#queue.take(this.#mayAsk)
      this.#lone = undefined
      if (ask === undefined) return
      if (ask.settled) continue
      if (ask.call.alone && this.#connection?.inFlight !== 0) {
        this.#lone = ask
        return
      }
      this.#connection?.send(ask)
    }
  }

  get #waiting(): number {
    return this.#queue.size + (this.#lone ? 1 : 0)
  }

  #hasSlot(): boolean {
    const connection = this.#connection
    if (connection?.open !== true || connection.isTaken || this.#rest !== undefined) return false
    return connection.inFlight < this.#settings.maxInFlight
  }

  /** A silent unit gets one slot at most, so that its time-outs cannot fill the wire. */
  readonly #mayAsk = (ask: Ask): boolean => ask.record.silent === 0 || ask.record.inFlight === 0

  #restFor(ms: number): void {
    this.#rest?.[Symbol.dispose]()
    this.#rest = this.#world.clock.after(ms, () => {
      this.#rest = undefined
      this.#dispatch()
      this.#watchIdle()
    })
  }

  /** Starts or moves on the time after which an unused connection is closed. */
  #watchIdle(): void {
    const { disconnectAfterMs } = this.#settings
    if (disconnectAfterMs === undefined) return
    this.#idleSince = this.#world.clock.monotonic()
    if (this.#idle === undefined) this.#checkIdleIn(disconnectAfterMs)
  }

  #checkIdleIn(ms: number): void {
    this.#idle = this.#world.clock.after(ms, () => {
      this.#idle = undefined
      const { disconnectAfterMs } = this.#settings
      if (disconnectAfterMs === undefined || this.#connection === undefined) return
      // Its end will call again.
      if (this.#connection.inFlight > 0 || this.#waiting > 0) return
      const leftMs = this.#idleSince + disconnectAfterMs - this.#world.clock.monotonic()
      if (leftMs > 0) this.#checkIdleIn(leftMs)
      else this.hangUp()
    })
  }

  #record(unit: number): UnitRecord {
    let record = this.#records[unit]
    if (record === undefined) {
      record = new UnitRecord(unit)
      this.#records[unit] = record
    }
    return record
  }
}

/** What a link needs of the world; the pool hands it in. */
export interface LinkWorld {
  readonly clock: Clock
  readonly connect: Connect
  /** From 0 to 1, for the jitter of the waits. */
  readonly random: () => number
  readonly onFrame?: FrameObserver | undefined
  /** For polls and scans of a device that somebody has locked: resolves when it is free, rejects when that takes too long. */
  readonly holdUp?: ((ask: { target: string; unit: number }, mostMs: number) => Promise<void> | undefined) | undefined
}

/** `192.168.1.31:502`, `[fe80::1]:502` */
export function targetOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** What holds where a holder has stated nothing. */
export const LINK_DEFAULTS = { timeoutMs: 1000, maxInFlight: 1, pauseMs: 0, connectDelayMs: 0, connectTimeoutMs: 2000 }

type EffectiveSettings = Required<Omit<LinkSettings, 'disconnectAfterMs'>> & Pick<LinkSettings, 'disconnectAfterMs'>

function unitError(unit: number): SitewrightError {
  const text = `A unit id lies between 0 and 255; ${unit} was asked for.`
  return new SitewrightError('link.request', text, { args: { unit: String(unit), detail: text } })
}
