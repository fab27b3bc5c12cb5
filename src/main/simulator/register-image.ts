export type ReadFunction = 1 | 2 | 3 | 4
export type WriteFunction = 5 | 6 | 15 | 16

/** What a client wrote, as it came. Coils are 0 and 1. */
export interface Written {
  readonly functionCode: WriteFunction
  readonly at: number
  readonly values: readonly number[]
}

/** So many writes are remembered; a demo that runs for weeks must not grow. */
const REMEMBERED = 1000

/**
 * What one simulated unit holds: coils (FC 1), discrete inputs (FC 2), holding registers (FC 3) and input registers
 * (FC 4), by zero-based wire address. Only what was put there exists; everything else is refused with exception 2, an
 * unused function with exception 1. Writing is possible only where it was allowed, and only by the functions named.
 * Source: Modbus Application Protocol V1.1b3 §4.3, §6 and §7.
 */
export class RegisterImage {
  /** Registers one read may ask for; more gives exception 3. Many devices stay below the protocol's 125. */
  readonly maxRegisters: number
  /** What it says of itself by FC 43/14; one that says nothing refuses that function. */
  readonly identification = new Map<number, string>()
  /** What clients wrote, oldest first. */
  readonly writes: Written[] = []
  /** Called before anything is read, so that a living device can bring its registers up to date. */
  refresh: () => void = () => {}

  readonly #tables = new Map<ReadFunction, Map<number, number>>()
  readonly #writable = new Map<WriteFunction, Set<number>>()
  readonly #refused = new Map<number, number>()

  constructor({ maxRegisters = 125 }: { maxRegisters?: number } = {}) {
    this.maxRegisters = maxRegisters
  }

  /** Puts words (for FC 1 and 2: bits) from `at` on, whether they were there or not. */
  put(table: ReadFunction, at: number, words: readonly number[]): void {
    const cells = this.#tables.get(table) ?? new Map<number, number>()
    this.#tables.set(table, cells)
    words.forEach((word, index) => {
      cells.set(at + index, word)
    })
  }

  allowWrite(functionCode: WriteFunction, at: number, count: number): void {
    const cells = this.#writable.get(functionCode) ?? new Set<number>()
    this.#writable.set(functionCode, cells)
    for (let index = 0; index < count; index++) cells.add(at + index)
  }

  /** A read that touches this address gets this exception. */
  refuse(table: ReadFunction, at: number, exception: number): void {
    this.#refused.set(table * 0x10000 + at, exception)
    if (exception !== 1 && !this.#tables.has(table)) this.#tables.set(table, new Map())
  }

  /** The exception such a request earns, 0 if none. */
  exceptionFor(functionCode: number, at: number, count: number): number {
    if (isWrite(functionCode)) {
      const cells = this.#writable.get(functionCode)
      if (cells === undefined) return 1
      return range(at, count).every((address) => cells.has(address)) ? 0 : 2
    }
    const cells = this.#tables.get(functionCode as ReadFunction)
    if (cells === undefined) return 1
    if (functionCode >= 3 && count > this.maxRegisters) return 3
    for (const address of range(at, count)) {
      const refused = this.#refused.get(functionCode * 0x10000 + address)
      if (refused !== undefined) return refused
      if (!cells.has(address)) return 2
    }
    return 0
  }

  /** Words as they stand, also for a test that wants to see what a client wrote. Absent addresses read 0. */
  read(table: ReadFunction, at: number, count: number): number[] {
    const cells = this.#tables.get(table)
    return range(at, count).map((address) => cells?.get(address) ?? 0)
  }

  remember(written: Written): void {
    this.writes.push(written)
    if (this.writes.length > REMEMBERED) this.writes.shift()
  }
}

export function isWrite(functionCode: number): functionCode is WriteFunction {
  return functionCode === 5 || functionCode === 6 || functionCode === 15 || functionCode === 16
}

function range(at: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => at + index)
}
