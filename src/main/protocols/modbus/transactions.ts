import type { Ask } from './ask'

/**
 * The transaction ids of one connection: which request each one on the wire belongs to. Ids run through their whole
 * 16-bit range. One whose request has ended without its answer stays out of use, so that an answer that comes late never
 * meets a new request. Source: Modbus Messaging on TCP/IP V1.0b, §4.2.2.1.
 */
export class Transactions {
  readonly #onWire = new Map<number, Ask>()
  readonly #owed = new Map<number, Ask>()
  #last = 0xffff

  get size(): number {
    return this.#onWire.size
  }

  /** Gives the request an id that nobody else has and no answer is owed for. */
  open(ask: Ask): void {
    do {
      this.#last = (this.#last + 1) & 0xffff
    } while (this.#onWire.has(this.#last) || this.#owed.has(this.#last))
    ask.id = this.#last
    this.#onWire.set(ask.id, ask)
  }

  onWire(id: number): Ask | undefined {
    return this.#onWire.get(id)
  }

  /** A request that ended before this answer came. */
  owed(id: number): Ask | undefined {
    return this.#owed.get(id)
  }

  answered(ask: Ask): void {
    this.#onWire.delete(ask.id)
  }

  /** The request has ended, its answer may still come. */
  givenUp(ask: Ask): void {
    this.#onWire.delete(ask.id)
    this.#owed.set(ask.id, ask)
    if (this.#owed.size <= MOST_OWED) return
    const [oldest] = this.#owed.keys()
    if (oldest !== undefined) this.#owed.delete(oldest)
  }

  /** All on the wire, oldest first. */
  all(): Ask[] {
    return [...this.#onWire.values()]
  }

  clear(): void {
    this.#onWire.clear()
  }
}

/** A quarter of all ids; at one time-out per second an id rests for four hours. */
const MOST_OWED = 16_384
