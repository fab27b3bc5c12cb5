import { type Answer, type Asker, isGatewayException, isLife, type Question } from './asker'

/** Which units to ask. */
export interface SweepPlan {
  /** Asked in this order, but 1 and 247 first. */
  readonly units: readonly number[]
  /** Asked only while nobody has answered: ids that some makers ship with. */
  readonly lastResort: readonly number[]
  /** When this is done, all that can be have been asked. */
  readonly isFull: boolean
}

/** What a host turned out to be. `gone`: it lets nobody in any more. */
export type SweepVerdict = 'units' | 'gateway' | 'every-unit' | 'one-client' | 'no-modbus' | 'gone'

/** How far it is: a unit is about to be asked, or so many have been. */
export type SweepStep =
  | { readonly kind: 'ask'; readonly unit: number }
  | { readonly kind: 'asked'; readonly done: number; readonly total: number }

/** A unit that has spoken, and its first words. */
export interface SeenUnit {
  readonly unit: number
  readonly question: Question
  readonly answer: Answer
}

/**
 * Finds the units behind one host by reading one register of each: an exception proves life as well as a value. Yields
 * each unit once it is sure that it is one of its own:
 *
 * - Exceptions 0x0A and 0x0B come from a gateway, the unit is absent.
 * - When a second unit answers, ids that nobody uses (203, 255) are asked too. All answer alike: the host does not look at
 *   the id, and it stays one device (verdict `every-unit`). Those two refuse alike, but not like the first unit: this
 *   refusal is how the gateway says "absent".
 * - Silence: two different questions each, while few are asked; one each in a long sweep. A gateway may be blocked while it
 *   waits for a unit that is not there; then the next unit's answer comes late and would be missed. So after a silence a
 *   unit that lives is asked again, and what it takes longer is waited for from then on. Units whose answer came too late
 *   all the same are asked again at the end.
 *
 * Source: Modbus Application Protocol V1.1b3, §7; Modbus Messaging on TCP/IP V1.0b, §4.4.1.2.
 */
export class UnitSweep {
  readonly #asker: Asker
  readonly #plan: SweepPlan
  readonly #onStep: (step: SweepStep) => void
  readonly #seen: SeenUnit[] = []
  readonly #losses: SeenUnit[] = []
  readonly #absentMs: number[] = []
  #refusal: SeenUnit | null = null
  #absentCode: number | null = null
  #controlled = false
  #lineChecked = false
  #everyUnit = false

  constructor(asker: Asker, plan: SweepPlan, onStep: (step: SweepStep) => void = () => {}) {
    this.#asker = asker
    this.#plan = plan
    this.#onStep = onStep
  }

  /** Known when the sweep has ended. */
  get verdict(): SweepVerdict {
    if (this.#everyUnit) return 'every-unit'
    if (this.#refusal) return 'gateway'
    if (this.#seen.length > 0) return 'units'
    const answers = this.#losses.map(({ answer }) => answer)
    if (answers.length === 0 || !answers.every(isDrop)) return 'no-modbus'
    return answers.some(({ seen }) => seen.startsWith('link.closed')) ? 'one-client' : 'gone'
  }

  get seenCount(): number {
    return this.#seen.length
  }

  /** What came of the units that are not there, first to last. */
  get losses(): readonly SeenUnit[] {
    return this.#losses
  }

  /** What proved the gateway: the first time it refused in the name of a unit that is absent; null when it is none. */
  get refusal(): SeenUnit | null {
    return this.#refusal
  }

  /** What an absent unit costs at this host, measured; null when none was met. */
  get absentMs(): number | null {
    return this.#absentMs.length === 0 ? null : this.#absentMs.reduce((sum, ms) => sum + ms, 0) / this.#absentMs.length
  }

  async *run(): AsyncGenerator<SeenUnit, void> {
    const { units, lastResort } = this.#plan
    const order = [...FIRST.filter((unit) => units.includes(unit)), ...units.filter((unit) => !FIRST.includes(unit))]
    const thorough = order.length <= FEW
    let done = 0
    for (const unit of order) {
      yield* this.#look(unit, thorough)
      done++
      const isOver = this.#everyUnit || this.#isHopeless
      this.#onStep({ kind: 'asked', done, total: isOver ? done : order.length })
      if (isOver) return
    }
    for (const { unit, answer } of [...this.#losses]) {
      if (answer.kind !== 'silent' || this.#asker.lateAnswers(unit) === 0) continue
      const question = FIRST_QUESTION
      const patient = await this.#asker.ask(unit, question, this.#asker.maxTimeoutMs)
      if (isLife(patient)) yield* this.#keep(unit, { unit, question, answer: patient })
    }
    for (const unit of lastResort) {
      if (this.#seen.length > 0 || units.includes(unit)) continue
      yield* this.#look(unit, false)
    }
  }

  async *#look(unit: number, thorough: boolean): AsyncGenerator<SeenUnit, void> {
    this.#onStep({ kind: 'ask', unit })
    const seen = await this.#probe(unit, thorough)
    const { answer } = seen
    if (isLife(answer)) return yield* this.#keep(unit, seen)
    this.#absentMs.push(this.#asker.lastMs)
    this.#losses.push(seen)
    if (answer.kind === 'exception' && isGatewayException(answer.code)) this.#refusal ??= seen
    else if (answer.kind === 'silent') await this.#checkLine(answer.waitedMs, thorough)
  }

  async *#keep(unit: number, seen: SeenUnit): AsyncGenerator<SeenUnit, void> {
    if (this.#seen.length === 1 && !this.#controlled) await this.#control(unit)
    const { answer } = seen
    if (this.#everyUnit || !isLife(answer)) return
    if (answer.kind === 'exception' && answer.code === this.#absentCode) return
    this.#seen.push(seen)
    yield seen
  }

  async #probe(unit: number, thorough: boolean): Promise<SeenUnit> {
    const question = FIRST_QUESTION
    let answer = await this.#asker.ask(unit, question)
    if (answer.kind === 'dropped' && this.#losses.length === 0) answer = await this.#asker.ask(unit, question)
    if (answer.kind !== 'silent' || !thorough) return { unit, question, answer }
    const second = unit === 255 ? SECOND_QUESTION_TO_255 : SECOND_QUESTION
    return { unit, question: second, answer: await this.#asker.ask(unit, second) }
  }

  /** Two units and nothing but closed connections, or words of another protocol: no third one will change that. */
  get #isHopeless(): boolean {
    if (this.#seen.length > 0 || this.#refusal || this.#losses.length < 2) return false
    const kinds = new Set(this.#losses.map(({ answer }) => answer.kind))
    return kinds.size === 1 && (kinds.has('dropped') || kinds.has('foreign'))
  }

  /** Asks ids that nobody uses, once, when the host has two units to offer. */
  async #control(second: number): Promise<void> {
    this.#controlled = true
    const [first] = this.#seen
    if (!first || this.#refusal) return
    const controls: SeenUnit[] = []
    for (const unit of CONTROLS) {
      if (unit === second || unit === first.unit) continue
      const seen = await this.#probe(unit, false)
      if (!isLife(seen.answer)) return
      controls.push(seen)
    }
    const [control] = controls
    if (!control || !controls.every(({ answer }) => alike(answer, control.answer))) return
    if (alike(control.answer, first.answer)) this.#everyUnit = true
    else if (control.answer.kind === 'exception') {
      this.#refusal = control
      this.#absentCode = control.answer.code
    }
  }

  /** Does the line lie still while a gateway waits for an absent unit? Asks one that lives: in a long sweep once. */
  async #checkLine(waitedMs: number, thorough: boolean): Promise<void> {
    const [anchor] = this.#seen
    if (!anchor || (this.#lineChecked && !thorough)) return
    this.#lineChecked = true
    const usualMs = this.#asker.record(anchor.unit).medianMs ?? 0
    await this.#asker.ask(anchor.unit, anchor.question, this.#asker.maxTimeoutMs)
    const tookMs = this.#asker.lastMs
    if (tookMs <= 2 * usualMs + 100) return
    this.#asker.leastTimeoutMs = Math.max(this.#asker.leastTimeoutMs, (waitedMs + tookMs) * 1.1)
  }
}

/** The two ids makers ship with most often; far apart, so that they seldom are two devices. */
const FIRST = [1, 247]
/** No serial device has 255, hardly one 203. */
const CONTROLS = [203, 255]
/** Up to so many units each gets a second question when it keeps silent. */
const FEW = 24

const FIRST_QUESTION: Question = { fc: 3, at: 0, words: 1 }
/** For devices that have no holding registers and do not say so. */
const SECOND_QUESTION: Question = { fc: 4, at: 0, words: 1 }
/** KEBA KeContact P30 Modbus TCP programmers guide (revision not known): unit 255, always exactly two registers. */
const SECOND_QUESTION_TO_255: Question = { fc: 3, at: 1000, words: 2 }

function isDrop(answer: Answer): answer is Extract<Answer, { seen: string }> {
  return answer.kind === 'dropped'
}

function alike(one: Answer, other: Answer): boolean {
  if (one.kind === 'exception' && other.kind === 'exception') return one.code === other.code
  return one.kind === other.kind
}
