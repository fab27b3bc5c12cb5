import type { DeviceIdentification, IdentificationCode } from './identification'
import type { Masks } from './pdu'

/**
 * A Modbus line to one host, shared by everybody who asks there: the edge's bridge, a scan, the Lab. Requests of several
 * units queue fairly; at most `maxInFlight` are on the wire. Source: Modbus Application Protocol V1.1b3; Modbus Messaging
 * on TCP/IP V1.0b.
 */
export interface ModbusLink {
  /** `192.168.1.31:502` */
  readonly target: string
  readonly host: string
  readonly port: number
  readonly connected: boolean
  /** Sends one PDU (function code first) and resolves with the answer's PDU, exceptions excluded. */
  request(unit: number, pdu: Uint8Array, options?: RequestOptions): Promise<Uint8Array>
  /** FC 1. One number (0 or 1) per coil, exactly `count` of them. */
  readCoils(unit: number, address: number, count: number, options?: RequestOptions): Promise<Uint8Array>
  /** FC 2. */
  readDiscreteInputs(unit: number, address: number, count: number, options?: RequestOptions): Promise<Uint8Array>
  /** FC 3. Unsigned 16-bit words. Zero-based wire address. */
  readHolding(unit: number, address: number, count: number, options?: RequestOptions): Promise<Uint16Array>
  /** FC 4. */
  readInput(unit: number, address: number, count: number, options?: RequestOptions): Promise<Uint16Array>
  /** FC 5. */
  writeCoil(unit: number, address: number, on: boolean, options?: RequestOptions): Promise<void>
  /** FC 6. */
  writeRegister(unit: number, address: number, word: number, options?: RequestOptions): Promise<void>
  /** FC 15. */
  writeCoils(unit: number, address: number, coils: readonly boolean[], options?: RequestOptions): Promise<void>
  /** FC 16. */
  writeRegisters(unit: number, address: number, words: ArrayLike<number>, options?: RequestOptions): Promise<void>
  /** FC 22. Changes single bits of a register in the device, without a race between reading and writing. */
  maskWriteRegister(unit: number, address: number, masks: Masks, options?: RequestOptions): Promise<void>
  /** FC 23. Writes first, then reads, as one act of the device. */
  readWriteRegisters(
    unit: number,
    read: { readonly address: number; readonly count: number },
    write: { readonly address: number; readonly words: ArrayLike<number> },
    options?: RequestOptions,
  ): Promise<Uint16Array>
  /**
   * FC 17. Server id, run indicator and what else the device tells, in one row of bytes: only the device's manual says
   * where one ends. Goes alone; its time-out is a second at least.
   */
  reportServerId(unit: number, options?: RequestOptions): Promise<Uint8Array>
  /**
   * FC 43/14. All objects of a category, asked for in as many requests as it takes, or none of them: a list that comes in
   * pieces that do not fit is an error. Each request goes alone; its time-out is a second at least.
   */
  readDeviceIdentification(
    unit: number,
    code: IdentificationCode,
    options?: RequestOptions,
  ): Promise<DeviceIdentification>
  /** FC 43/14, code 4: one object. */
  readIdentificationObject(unit: number, id: number, options?: RequestOptions): Promise<Uint8Array>
  /** Figures for the screen: what was asked of a unit, what came back, how fast. */
  stats(unit: number): LinkStats
  /** Closes the TCP connection; the next request opens it again. */
  hangUp(): void
}

/** Who asks. A person's act goes before polling, polling before a scan. */
export type RequestPriority = 'person' | 'check' | 'poll' | 'scan'

export interface RequestOptions {
  readonly signal?: AbortSignal
  /** Default: learned from measured turnaround, at most the link's `timeoutMs`. */
  readonly timeoutMs?: number
  readonly priority?: RequestPriority
}

export interface LinkStats {
  readonly asked: number
  readonly answered: number
  /** Answered with an exception; counts as answered too, except 0x0A and 0x0B. */
  readonly exceptions: number
  readonly timeouts: number
  /** Late, duplicate, foreign or torn answers that were thrown away. */
  readonly discarded: number
  readonly medianMs: number | null
  readonly lastError: { readonly key: string; readonly text: string } | null
}

export interface LinkSettings {
  /** Upper bound of the learned time-out, default 1,000. */
  readonly timeoutMs?: number
  /** Requests on the wire at once, default 1. Only a profile or a measurement may raise it. */
  readonly maxInFlight?: number
  /** Pause between an answer and the next request, default 0. */
  readonly pauseMs?: number
  /** Wait between connecting and the first request, default 0. */
  readonly connectDelayMs?: number
  /** Default 2,000. */
  readonly connectTimeoutMs?: number
  /** Close the connection when nobody has asked for this long; 0 = after every burst of requests; absent = keep it open. */
  readonly disconnectAfterMs?: number
}
