import { decodeField } from '@main/profiles/field-value'
import type { ChannelValue } from '@shared/channel'
import type { RegisterField } from '@shared/profile'
import { isRefusal, type ReadLine } from './device-line'
import { type ReadBlock, splitBlock } from './plan-reads'

type Block = ReadBlock<RegisterField>

/**
 * Fetches planned blocks and hands every field's value over. A device that refuses a block may still have most of it:
 * firmware without one register, a gap that may not be crossed. The block is then taken apart until only what the device
 * really lacks stands alone; that stays unknown and is not asked for again, until the device was lost: it may come back with
 * another firmware.
 */
export class RegisterReader {
  readonly #read: ReadLine
  readonly #take: (field: RegisterField, value: ChannelValue) => void
  #parts = new Map<Block, readonly Block[]>()
  #absent = new Set<Block>()

  constructor(read: ReadLine, take: (field: RegisterField, value: ChannelValue) => void) {
    this.#read = read
    this.#take = take
  }

  /** Throws what the line throws; the refusal itself when the device has nothing of the block. */
  async fetch(block: Block, signal?: AbortSignal): Promise<void> {
    try {
      await this.#fetch(block, signal)
    } catch (error) {
      if (!isRefusal(error)) this.#forget()
      throw error
    }
  }

  async #fetch(block: Block, signal: AbortSignal | undefined): Promise<void> {
    const known = this.#parts.get(block)
    if (known) return this.#fetchParts(known, signal)
    try {
      const words = await this.#read(block, signal)
      for (const field of block.items) {
        const from = field.at - block.at
        const own = Array.from({ length: field.words }, (_, index) => words[from + index] ?? 0)
        this.#take(field, decodeField(field, own))
      }
    } catch (error) {
      if (!isRefusal(error) || block.items.length === 1) throw error
      const parts = splitBlock(block)
      await this.#fetchParts(parts, signal)
      // Only now: when the device has nothing of it at all, the next attempt begins with one request again.
      this.#parts.set(block, parts)
    }
  }

  #forget(): void {
    this.#parts = new Map()
    this.#absent = new Set()
  }

  async #fetchParts(parts: readonly Block[], signal: AbortSignal | undefined): Promise<void> {
    let refusal: unknown = null
    let served = 0
    for (const part of parts) {
      if (this.#absent.has(part)) continue
      try {
        await this.#fetch(part, signal)
        served++
      } catch (error) {
        if (!isRefusal(error)) throw error
        refusal = error
        this.#absent.add(part)
        for (const field of part.items) this.#take(field, null)
      }
    }
    if (served > 0 || refusal === null) return
    for (const part of parts) this.#absent.delete(part)
    throw refusal
  }
}
