import type { Clock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import type { Site } from '@shared/site'
import type { CheckContext, Problem, SitePatch, Step } from './step'

export interface WalkState<Values extends object> {
  readonly values: Values
  /** All that is known, shown or not. */
  readonly problems: readonly Problem[]
  /** Fields whose problems are shown: left once, or everything after a try to go on. */
  readonly shown: ReadonlySet<string> | 'all'
  readonly keeping: 'kept' | 'keeping' | 'failed'
  /** Why it could not be kept, when that is no field's fault. */
  readonly error: SitewrightError | null
}

export interface WalkContext {
  readonly site: Site
  readonly rpc: CheckContext['rpc']
  readonly clock: Clock
  keep(patch: SitePatch): Promise<unknown>
}

/** What is typed is kept after this pause, or at once when the field is left. */
const KEEP_AFTER_MS = 400

/**
 * One visit to one step: what the person typed, what is wrong with it, and whether it is kept. Keeping happens by itself;
 * what is not right yet stays typed and is kept when it is.
 */
export class StepWalk<Values extends object> {
  readonly #listeners = new Set<() => void>()
  #state: WalkState<Values>
  /** From the engine: by keeping and by checking. Fields are forgotten when they change. */
  #told: readonly Problem[] = []
  #timer: Disposable | null = null
  #checking: AbortController | null = null
  #keeping: Promise<void> = Promise.resolve()
  #dirty = false

  constructor(
    readonly step: Step<Values>,
    readonly context: WalkContext,
  ) {
    const values = step.values(context.site)
    // What stands there already was left before: its problems are shown. What is still missing is not held against anybody.
    const shown = new Set((step.rules?.(values) ?? []).map(({ field }) => field))
    this.#state = { values, problems: this.#ownProblems(values), shown, keeping: 'kept', error: null }
    void this.#check()
  }

  get = (): WalkState<Values> => this.#state

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  set<K extends keyof Values>(field: K, value: Values[K]): void {
    const values = { ...this.#state.values, [field]: value }
    this.#told = this.#told.filter(
      (problem) => problem.field !== field && !problem.field.startsWith(`${String(field)}.`),
    )
    this.#dirty = true
    this.#change({ values, problems: [...this.#ownProblems(values), ...this.#told], keeping: 'keeping' })
    this.#timer?.[Symbol.dispose]()
    this.#timer = this.context.clock.after(KEEP_AFTER_MS, () => void this.keepNow())
  }

  leave(field: string): void {
    const { shown } = this.#state
    if (shown !== 'all') this.#change({ shown: new Set([...shown, field]) })
    if (this.#dirty) void this.keepNow()
  }

  /** The worst problem of a field, if it is to be shown. */
  problem(field: string): Problem | null {
    const { problems, shown } = this.#state
    const all = problems.filter((problem) => problem.field === field)
    const worst = all.find(({ verdict }) => verdict === 'failed') ?? all.find(({ verdict }) => verdict === 'warn')
    if (worst && !this.#told.includes(worst) && shown !== 'all' && !shown.has(field)) return null
    return worst ?? all[0] ?? null
  }

  /** Keeps what can be kept; one after the other, the newest always last. */
  keepNow(): Promise<void> {
    this.#timer?.[Symbol.dispose]()
    this.#timer = null
    this.#keeping = this.#keeping.then(() => this.#keep())
    return this.#keeping
  }

  /** Ready to go on? Shows every problem; only errors hold up, and only after everything was kept and checked. */
  async finish(): Promise<boolean> {
    this.#change({ shown: 'all' })
    await this.keepNow()
    await this.#check()
    return this.#state.error === null && !this.#state.problems.some(({ verdict }) => verdict === 'failed')
  }

  close(): void {
    this.#checking?.abort()
    if (this.#dirty) void this.keepNow()
  }

  async #keep(): Promise<void> {
    if (!this.#dirty) return
    this.#dirty = false
    const { values } = this.#state
    const patch = this.step.store(values)
    if (patch === null) {
      this.#change({ keeping: 'kept', error: null })
      return
    }
    try {
      await this.context.keep(patch)
      if (!this.#dirty) this.#change({ keeping: 'kept', error: null })
      void this.#check()
    } catch (thrown) {
      this.#refused(thrown instanceof SitewrightError ? thrown : new SitewrightError('internal', String(thrown)))
    }
  }

  /** What could not be kept stays typed, and is tried again with the next change. */
  #refused(error: SitewrightError): void {
    this.#dirty = true
    const { values } = this.#state
    const field = this.step.blame?.(error, values) ?? null
    if (field === null) {
      this.#change({ keeping: 'failed', error })
      return
    }
    const problem: Problem = { field, verdict: 'failed', message: { key: error.key, args: error.args } }
    this.#told = [...this.#told.filter((other) => other.field !== field), problem]
    this.#change({ keeping: 'failed', error: null, problems: [...this.#ownProblems(values), ...this.#told] })
  }

  async #check(): Promise<void> {
    const { check } = this.step
    if (!check || this.#dirty) return
    this.#checking?.abort()
    this.#checking = new AbortController()
    const { signal } = this.#checking
    const { values } = this.#state
    const told = await check(values, { ...this.context, signal }).catch(() => [])
    if (signal.aborted || values !== this.#state.values) return
    this.#told = told
    this.#change({ problems: [...this.#ownProblems(values), ...told] })
  }

  #ownProblems(values: Values): Problem[] {
    const { step } = this
    const read = step.input.safeParse(values)
    const fields = new Set(read.success ? [] : read.error.issues.map(({ path }) => path.join('.')))
    const issues = [...fields].map(
      (field): Problem => ({ field, verdict: 'failed', message: step.sentence(field, values) }),
    )
    const rules = (step.rules?.(values) ?? []).filter(({ field }) => !fields.has(field))
    return [...issues, ...rules]
  }

  #change(part: Partial<WalkState<Values>>): void {
    this.#state = { ...this.#state, ...part }
    for (const listener of this.#listeners) listener()
  }
}
