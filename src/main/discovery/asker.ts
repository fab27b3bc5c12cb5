import type { IdentificationCode } from '@main/protocols/modbus/identification'
import type { ModbusLink, RequestOptions } from '@main/protocols/modbus/link'
import { type Clock, sleep } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import type { AskPace } from './speed'

/** A read of registers: with the question for a device's identification, all that a scan ever sends. */
export interface Question {
  readonly fc: 3 | 4
  readonly at: number
  readonly words: number
}

/**
 * What came back. Silence is an answer too; `dropped`: the connection went instead; `foreign`: what came is no Modbus.
 * `seen` tells what else was noticed, for the evidence.
 */
export type Answer =
  | { readonly kind: 'words'; readonly words: Uint16Array }
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'silent' | 'dropped' | 'foreign'; readonly waitedMs: number; readonly seen: string }

/** What came back when a unit was asked by FC 43/14 what it is. */
export type ObjectsAnswer =
  | { readonly kind: 'objects'; readonly objects: ReadonlyMap<number, Uint8Array> }
  | Exclude<Answer, { kind: 'words' }>

export interface AskerOptions {
  readonly link: ModbusLink
  readonly pace: AskPace
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Waited for before each question: a paused job holds it. */
  readonly gate: () => Promise<void>
  /** Somebody has taken this unit for himself; resolves when it is free. */
  readonly untilFree: (unit: number, holder: string) => Promise<void>
}

/** How a unit took to being asked. */
export interface AskRecord {
  readonly asked: number
  readonly answered: number
  readonly medianMs: number | null
}

/**
 * Asks the units of one host, one question at a time, over the link that the edge uses too and after all others who ask
 * there. Learns how long to wait: four times the slow turnarounds of this host, within the bounds of the pace. Rejects
 * only when aborted; what a device does is an answer.
 */
export class Asker {
  readonly #options: AskerOptions
  readonly #records = new Map<number, UnitRecord>()
  /** Turnarounds of the whole host, the latest last. */
  readonly #recent: number[] = []
  #lastMs = 0
  #answeredAt = Number.NEGATIVE_INFINITY
  /** Set by a sweep that found a line blocked by silence, see `UnitSweep`. */
  leastTimeoutMs = 0

  constructor(options: AskerOptions) {
    this.#options = options
  }

  get timeoutMs(): number {
    const { firstTimeoutMs, minTimeoutMs, maxTimeoutMs } = this.#options.pace
    // One hiccup among many answers is no measure.
    const slowMs = this.#recent.toSorted((a, b) => b - a)[this.#recent.length < 4 ? 0 : 1]
    const learned = slowMs === undefined ? firstTimeoutMs : Math.max(minTimeoutMs, 4 * slowMs)
    return Math.min(maxTimeoutMs, Math.max(learned, this.leastTimeoutMs))
  }

  get maxTimeoutMs(): number {
    return this.#options.pace.maxTimeoutMs
  }

  /** What the last answer, or waiting for it, took. */
  get lastMs(): number {
    return this.#lastMs
  }

  async ask(unit: number, question: Question, timeoutMs = this.timeoutMs): Promise<Answer> {
    const read = await this.#put(unit, (options) => this.#read(unit, question, { ...options, timeoutMs }), true)
    return 'value' in read ? { kind: 'words', words: read.value } : read
  }

  /** What the unit says of itself by FC 43/14; many do not have it, and some take a while to say so. */
  async askObjects(unit: number, code: IdentificationCode): Promise<ObjectsAnswer> {
    const { link } = this.#options
    const read = await this.#put(unit, (options) => link.readDeviceIdentification(unit, code, options), false)
    return 'value' in read ? { kind: 'objects', objects: read.value.objects } : read
  }

  /** `isMeasure`: how long the answer took says how long the next ones will. */
  async #put<T>(
    unit: number,
    question: (options: RequestOptions) => Promise<T>,
    isMeasure: boolean,
  ): Promise<{ readonly value: T } | Exclude<Answer, { kind: 'words' }>> {
    const { clock, signal, gate, pace } = this.#options
    const record = this.#recordOf(unit)
    record.asked++
    for (;;) {
      await gate()
      const restMs = this.#answeredAt + pace.pauseMs - clock.monotonic()
      if (restMs > 0) await sleep(clock, restMs, signal)
      const startedAt = clock.monotonic()
      try {
        const value = await question({ signal, priority: 'scan' })
        this.#lastMs = clock.monotonic() - startedAt
        this.#learn(record, this.#lastMs, isMeasure)
        return { value }
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof SitewrightError)) throw error
        if (await this.#notEvenAsked(unit, error)) continue
        this.#lastMs = clock.monotonic() - startedAt
        return this.#answerOf(error, record, this.#lastMs, isMeasure)
      }
    }
  }

  record(unit: number): AskRecord {
    const { asked, answered, turnarounds } = this.#recordOf(unit)
    return { asked, answered, medianMs: median(turnarounds) }
  }

  /** Answers that came after their question was given up; they are thrown away, but tell that somebody is there. */
  lateAnswers(unit: number): number {
    return this.#options.link.stats(unit).discarded
  }

  #read(unit: number, { fc, at, words }: Question, options: RequestOptions): Promise<Uint16Array> {
    const { link } = this.#options
    return fc === 3 ? link.readHolding(unit, at, words, options) : link.readInput(unit, at, words, options)
  }

  /** The link rests after a failed connection, or the unit is somebody's: waits until it makes sense to ask. */
  async #notEvenAsked(unit: number, { key, args }: SitewrightError): Promise<boolean> {
    const { clock, signal, untilFree } = this.#options
    if (key === 'link.busy') await untilFree(unit, String(args.holder))
    else if (args.retryInMs !== undefined) await sleep(clock, Number(args.retryInMs), signal)
    else return false
    return true
  }

  #answerOf(
    error: SitewrightError,
    record: UnitRecord,
    ms: number,
    isMeasure: boolean,
  ): Exclude<Answer, { kind: 'words' }> {
    switch (error.key) {
      case 'device.exception':
        this.#learn(record, ms, isMeasure)
        return { kind: 'exception', code: Number(error.args.code) }
      case 'device.gateway':
        if (isMeasure) this.#hear(ms)
        return { kind: 'exception', code: Number(error.args.code) }
      case 'link.frame':
        return { kind: 'foreign', waitedMs: ms, seen: String(error.args.seen ?? '') }
      case 'link.timeout':
      case 'device.wrong-answer':
        return { kind: 'silent', waitedMs: ms, seen: String(error.args.seen ?? '') }
      case 'link.closed':
      case 'link.closed-at-once':
      case 'link.refused':
      case 'link.unreachable':
      case 'link.name-unknown':
        return { kind: 'dropped', waitedMs: ms, seen: error.key }
      default:
        throw error
    }
  }

  #recordOf(unit: number): UnitRecord {
    const record = this.#records.get(unit) ?? { asked: 0, answered: 0, turnarounds: [] }
    this.#records.set(unit, record)
    return record
  }

  #learn(record: UnitRecord, ms: number, isMeasure: boolean): void {
    record.answered++
    this.#answeredAt = this.#options.clock.monotonic()
    if (!isMeasure) return
    record.turnarounds.push(ms)
    this.#hear(ms)
  }

  /** Somebody at this host has answered. */
  #hear(ms: number): void {
    this.#recent.push(ms)
    if (this.#recent.length > RECENT) this.#recent.shift()
    this.#answeredAt = this.#options.clock.monotonic()
  }
}

const RECENT = 16

/** 0x0A and 0x0B: a gateway speaks, the unit behind it does not (Modbus Application Protocol V1.1b3, §7). */
export function isGatewayException(code: number): boolean {
  return code === 0x0a || code === 0x0b
}

/** True when this unit itself has spoken: any other exception proves that somebody is there to refuse. */
export function isLife(answer: Answer | ObjectsAnswer): boolean {
  if (answer.kind === 'objects') return true
  return answer.kind === 'words' || (answer.kind === 'exception' && !isGatewayException(answer.code))
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted[(sorted.length - 1) >> 1]
  return middle === undefined ? null : Math.round(middle * 10) / 10
}

interface UnitRecord {
  asked: number
  answered: number
  readonly turnarounds: number[]
}
