import type { ChannelDoc, ChannelValue, OpenemsType } from '@shared/channel'
import { isCumulated } from '@shared/units'

const LIMITS: Partial<Record<OpenemsType, readonly [number, number]>> = {
  SHORT: [-32_768, 32_767],
  INTEGER: [-2_147_483_648, 2_147_483_647],
  LONG: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
}

/**
 * One value of one component. Drivers write the *next* value whenever they know it; at the start of a cycle it becomes the
 * *active* one, which stands still until the next cycle. `null` means: not known.
 */
export class Channel {
  #doc: ChannelDoc
  readonly address: string
  #next: ChannelValue = null
  #active: ChannelValue = null
  #nextWrite: ChannelValue = null
  /** When a value (not null) was last set, on the cycle's wall clock; null = never. */
  lastValueAt: number | null = null
  /** The value that was last known, kept when it becomes unknown, so that a screen can say "0.12 kW, 14 s ago". */
  lastValue: ChannelValue = null

  constructor(componentId: string, doc: ChannelDoc) {
    this.#doc = doc
    this.address = `${componentId}/${doc.id}`
    // A state that nobody reports is not so; only what is measured can be unknown.
    if (doc.category === 'STATE') this.#next = 0
  }

  get doc(): ChannelDoc {
    return this.#doc
  }

  describe(text: string): void {
    this.#doc = { ...this.#doc, text }
  }

  get value(): ChannelValue {
    return this.#active
  }

  get next(): ChannelValue {
    return this.#next
  }

  /** Sets what the next process image will show; brought into the channel's type, out of range becomes null. */
  setNext(value: ChannelValue, at: number): void {
    const typed = coerce(value, this.doc.type)
    // A counter never becomes unknown: OpenEMS ignores null on cumulated channels.
    if (typed === null && isCumulated(this.doc.unit)) return
    this.#next = typed
    if (typed !== null) {
      this.lastValueAt = at
      this.lastValue = typed
    }
  }

  /** Makes the next value the active one. Returns true if the active value changed. */
  switchImage(): boolean {
    if (this.#active === this.#next) return false
    this.#active = this.#next
    return true
  }

  get isWritable(): boolean {
    return this.doc.accessMode !== 'RO'
  }

  setNextWrite(value: ChannelValue): void {
    this.#nextWrite = coerce(value, this.doc.type)
  }

  /** The set-point asked for in this cycle; reading it clears it, as OpenEMS does in EXECUTE_WRITE. */
  takeNextWrite(): ChannelValue {
    const value = this.#nextWrite
    this.#nextWrite = null
    return value
  }
}

function coerce(value: ChannelValue, type: OpenemsType): ChannelValue {
  if (value === null) return null
  if (type === 'STRING') return String(value)
  const number = typeof value === 'number' ? value : Number(value)
  if (!Number.isFinite(number)) return null
  if (type === 'BOOLEAN') return number === 0 ? 0 : 1
  if (type === 'FLOAT' || type === 'DOUBLE') return number
  const whole = Math.round(number) + 0
  const limits = LIMITS[type]
  return limits && (whole < limits[0] || whole > limits[1]) ? null : whole
}
