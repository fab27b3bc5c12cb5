import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Clock, systemClock } from '@shared/clock'
import type { IServiceVector } from 'modbus-serial'
import { type Behaviour, deliveries } from './behaviour'
import { identificationFrame } from './identification'
import { lineTo, listen, type OpenServerTcp, type Serve } from './modbus-serial-door'
import { OneAtATime } from './one-at-a-time'
import { isWrite, type RegisterImage } from './register-image'
import { exceptionFrame, type ModbusRequest, requestSplitter } from './request'

export interface ModbusServerOptions {
  /** Unit id → what it holds. */
  readonly units: ReadonlyMap<number, RegisterImage>
  /**
   * What happens to ids that are not in `units`. `silent` (default): nothing comes back. `same`: the first unit answers for
   * all of them, as converters do that ignore the id. `gateway`: exception 0x0B after the serial line's time-out.
   */
  readonly otherUnits?: 'silent' | 'same' | 'gateway'
  /** The serial line behind a gateway: how long a unit takes to answer, and how long the gateway waits for one. */
  readonly serial?: { readonly turnaroundMs: number; readonly timeoutMs: number }
  readonly behaviour?: Behaviour
  readonly host?: string
  readonly port?: number
  readonly clock?: Clock
}

/**
 * A Modbus/TCP device on a real socket: modbus-serial's server answers what is right to ask, this front door before it
 * decides what comes to it, refuses what is not, takes its time and misbehaves on request. One request at a time, for all
 * clients together, as small devices and serial gateways work.
 *
 * The door also mends what modbus-serial 8.0.25 does differently from Modbus Application Protocol V1.1b3 §6: a count of
 * 0 is refused there with exception 2, one above 127 with exception 4, and a torn length with silence.
 */
export class ModbusServer implements AsyncDisposable {
  readonly host: string
  behaviour: Behaviour

  readonly #options: ModbusServerOptions
  readonly #clock: Clock
  readonly #bench: OneAtATime
  readonly #sockets = new Set<Socket>()
  readonly #timers = new Set<Disposable>()
  #server: OpenServerTcp | null = null
  #port: number
  #asked = 0
  #answered = 0

  static async start(options: ModbusServerOptions): Promise<ModbusServer> {
    const server = new ModbusServer(options)
    await server.comeBack()
    return server
  }

  private constructor(options: ModbusServerOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock()
    this.#bench = new OneAtATime(this.#clock)
    this.host = options.host ?? '127.0.0.1'
    this.#port = options.port ?? 0
    this.behaviour = options.behaviour ?? {}
  }

  /** The port it listens on; it keeps it when it hangs up and comes back. */
  get port(): number {
    return this.#port
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** Whole requests that came in, lost ones included. */
  get asked(): number {
    return this.#asked
  }

  /** Answers that were ready to leave, whatever became of them on the way. */
  get answered(): number {
    return this.#answered
  }

  /** Requests in work or in the queue. */
  get waiting(): number {
    return this.#bench.waiting
  }

  /** As when its power is cut: all connections end, nobody listens any more. */
  async hangUp(): Promise<void> {
    const server = this.#server
    this.#server = null
    this.#bench.clear()
    for (const timer of this.#timers) timer[Symbol.dispose]()
    this.#timers.clear()
    for (const socket of this.#sockets) socket.destroy()
    if (server === null) return
    const closed = once(server._server, 'close')
    server.close(() => {})
    await closed
  }

  /** Listens again, on the port it had. */
  async comeBack(): Promise<void> {
    if (this.#server !== null) return
    const server = await listen(this.host, this.#port, this.#vector(), (socket, serve) => this.#accept(socket, serve))
    this.#server = server
    this.#port = (server._server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hangUp()
  }

  #accept(socket: Socket, serve: Serve): void {
    socket.on('error', () => socket.destroy())
    if (this.behaviour.closesAfterConnect || (this.behaviour.oneClientOnly && this.#sockets.size > 0)) {
      socket.destroy()
      return
    }
    socket.setNoDelay(true)
    this.#sockets.add(socket)
    const since = this.#clock.monotonic()
    const line = lineTo(serve, socket, (answer) => this.#send(socket, answer))
    const split = requestSplitter()
    socket.on('close', () => {
      this.#sockets.delete(socket)
      line.destroy()
    })
    socket.on('data', (chunk) => {
      const requests = split(chunk)
      if (requests === null) return socket.destroy()
      this.#asked += requests.length
      if (this.behaviour.silent || this.#clock.monotonic() - since < (this.behaviour.muteAfterConnectMs ?? 0)) return
      for (const request of requests) this.#ask(request, socket, line)
    })
  }

  #ask(request: ModbusRequest, socket: Socket, line: Duplex): void {
    const { serial, otherUnits = 'silent' } = this.#options
    const image = this.#imageOf(request.unit)
    if (image === undefined && otherUnits === 'silent') return
    const onLine = image ? serial?.turnaroundMs : serial?.timeoutMs
    this.#bench.add((onLine ?? 0) + (this.behaviour.answerAfterMs ?? 0), () => {
      if (image && image.identification.size > 0 && request.functionCode === 43) {
        this.#send(socket, identificationFrame(request, image.identification))
        return
      }
      const exception = image ? refusal(request, image) : 0x0b
      if (exception !== 0) this.#send(socket, exceptionFrame(request, exception))
      else if (!line.destroyed) line.push(request.frame)
    })
  }

  #imageOf(unit: number): RegisterImage | undefined {
    const { units, otherUnits } = this.#options
    return units.get(unit) ?? (otherUnits === 'same' ? units.values().next().value : undefined)
  }

  #send(socket: Socket, answer: Buffer): void {
    for (const { afterMs, bytes } of deliveries(answer, this.#answered, this.behaviour.tampers)) {
      if (afterMs === 0) socket.write(bytes)
      else this.#later(afterMs, () => socket.write(bytes))
    }
    this.#answered++
  }

  #later(delayMs: number, act: () => void): void {
    const timer = this.#clock.after(delayMs, () => {
      this.#timers.delete(timer)
      act()
    })
    this.#timers.add(timer)
  }

  /** modbus-serial asks here for values; only for requests that the door let through. */
  #vector(): IServiceVector {
    const read = (table: 1 | 2 | 3 | 4, at: number, count: number, unit: number) =>
      this.#imageOf(unit)?.read(table, at, count) ?? []
    const word = (table: 1 | 2 | 3 | 4, at: number, unit: number) => read(table, at, 1, unit)[0] ?? 0
    return {
      getCoil: (at: number, unit: number) => word(1, at, unit) === 1,
      getDiscreteInput: (at: number, unit: number) => word(2, at, unit) === 1,
      getHoldingRegister: (at: number, unit: number) => word(3, at, unit),
      getInputRegister: (at: number, unit: number) => word(4, at, unit),
      getMultipleHoldingRegisters: (at: number, count: number, unit: number) => read(3, at, count, unit),
      getMultipleInputRegisters: (at: number, count: number, unit: number) => read(4, at, count, unit),
      setCoil: (at: number, on: boolean, unit: number) => this.#imageOf(unit)?.put(1, at, [on ? 1 : 0]),
      setRegister: (at: number, value: number, unit: number) => this.#imageOf(unit)?.put(3, at, [value]),
      setRegisterArray: (at: number, values: number[], unit: number) => this.#imageOf(unit)?.put(3, at, values),
    }
  }
}

/** The exception a request earns, 0 when it may go on. A write that may is remembered. */
function refusal(request: ModbusRequest, image: RegisterImage): number {
  const { fault, functionCode, at, count, values } = request
  if (fault === 1) return 1
  image.refresh()
  const exception = image.exceptionFor(functionCode, at, count)
  if (exception === 1 || fault === 0) {
    if (exception === 0 && isWrite(functionCode)) image.remember({ functionCode, at, values })
    return exception
  }
  return fault
}
