import type { IdentificationCode } from '@main/protocols/modbus/identification'
import { type Answer, isLife, type ObjectsAnswer, type Question } from '../asker'

export interface ProbeLimits {
  /** Questions put to one unit while it is being identified. */
  readonly questions: number
  /** Questions it may leave unanswered; some devices keep silent where they should refuse. */
  readonly silences: number
}

export const PROBE_LIMITS: ProbeLimits = { questions: 60, silences: 12 }

/**
 * What one unit has been asked and what it said, so that no register is read twice however many profiles want to see it.
 * Stops asking when the limits are reached, or when the unit is gone: after two silences in a row it gets a question that
 * it has answered before.
 */
export class ProbeMemory {
  readonly #ask: (question: Question) => Promise<Answer>
  readonly #askObjects: (code: IdentificationCode) => Promise<ObjectsAnswer>
  readonly #objects = new Map<IdentificationCode, ObjectsAnswer>()
  readonly #words = new Map<number, number>()
  readonly #others = new Map<string, Answer>()
  #answered: Question | null = null
  #questionsLeft: number
  #silencesLeft: number
  #silentInRow = 0
  #gone = false

  constructor(
    ask: (question: Question) => Promise<Answer>,
    askObjects: (code: IdentificationCode) => Promise<ObjectsAnswer>,
    limits: ProbeLimits = PROBE_LIMITS,
  ) {
    this.#ask = ask
    this.#askObjects = askObjects
    this.#silencesLeft = limits.silences
    this.#questionsLeft = limits.questions
  }

  /** True when nothing more will be asked; what is known can still be read. */
  get exhausted(): boolean {
    return this.#gone || this.#questionsLeft <= 0 || this.#silencesLeft <= 0
  }

  /** Allows so many more questions: a chain of models is as long as it is. */
  extend(questions: number): void {
    this.#questionsLeft += questions
  }

  /** A word that is known already. */
  wordAt(fc: 3 | 4, at: number): number | undefined {
    return this.#words.get(cell(fc, at))
  }

  /** What somebody else has asked already. */
  remember(question: Question, answer: Answer): void {
    if (answer.kind === 'words') {
      answer.words.forEach((word, index) => {
        this.#words.set(cell(question.fc, question.at + index), word)
      })
    } else this.#others.set(key(question), answer)
    if (isLife(answer)) this.#answered = question
  }

  /** From memory where possible. null: not known, and nothing more is asked. */
  async read(question: Question): Promise<Answer | null> {
    const known = this.#recall(question)
    if (known || this.exhausted) return known
    let answer = await this.#ask(question)
    // The unit is there: that its gateway did not hear it is an accident of the line.
    if (answer.kind === 'exception' && !isLife(answer)) answer = await this.#ask(question)
    this.#questionsLeft--
    this.remember(question, answer)
    await this.#countSilence(answer)
    return answer
  }

  /**
   * What the unit says of itself by FC 43/14, from memory where possible. One that has refused it or kept silent is not
   * asked again, for no category. null: not known, and nothing more is asked.
   */
  async identification(code: IdentificationCode): Promise<ObjectsAnswer | null> {
    const known = this.#objects.get(code) ?? [...this.#objects.values()].find(({ kind }) => kind !== 'objects')
    if (known || this.exhausted) return known ?? null
    const answer = await this.#askObjects(code)
    this.#questionsLeft--
    this.#objects.set(code, answer)
    await this.#countSilence(answer)
    return answer
  }

  /** Reads neighbours in one go where that saves questions; a refused block is left to be read piece by piece. */
  async prefetch(questions: readonly Question[], maxGap: number, maxRegisters: number): Promise<void> {
    const unknown = questions.filter((question) => this.#recall(question) === null)
    for (const { parts, ...block } of mergeQuestions(unknown, maxGap, maxRegisters)) {
      if (parts > 1) await this.read(block)
    }
  }

  #recall(question: Question): Answer | null {
    const words = new Uint16Array(question.words)
    for (let index = 0; index < question.words; index++) {
      const word = this.#words.get(cell(question.fc, question.at + index))
      if (word === undefined) return this.#others.get(key(question)) ?? null
      words[index] = word
    }
    return { kind: 'words', words }
  }

  async #countSilence(answer: Answer | ObjectsAnswer): Promise<void> {
    if (isLife(answer)) {
      this.#silentInRow = 0
      return
    }
    this.#silencesLeft--
    if (++this.#silentInRow < 2) return
    this.#silentInRow = 0
    if (!this.#answered) return
    const again = await this.#ask(this.#answered)
    this.#gone = !isLife(again)
  }
}

/** Questions drawn together over at most `maxGap` registers that nobody asked for. `parts`: how many it stands for. */
export function mergeQuestions(
  questions: readonly Question[],
  maxGap: number,
  maxRegisters: number,
): readonly (Question & { readonly parts: number })[] {
  const blocks: { fc: 3 | 4; at: number; words: number; parts: number }[] = []
  for (const question of questions.toSorted((a, b) => a.fc - b.fc || a.at - b.at)) {
    const block = blocks.at(-1)
    const end = question.at + question.words
    if (
      block?.fc === question.fc &&
      question.at <= block.at + block.words + maxGap &&
      Math.max(end, block.at + block.words) - block.at <= maxRegisters
    ) {
      block.words = Math.max(end, block.at + block.words) - block.at
      block.parts++
    } else blocks.push({ ...question, parts: 1 })
  }
  return blocks
}

const cell = (fc: number, at: number): number => fc * 0x10000 + at
const key = ({ fc, at, words }: Question): string => `${fc} ${at} ${words}`
