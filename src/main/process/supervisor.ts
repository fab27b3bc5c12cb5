import type { FrameConnection } from '@main/transport/connection'
import { type MessageLine, Multiplexer } from '@main/transport/multiplexer'
import type { Clock } from '@shared/clock'
import { fromRpcError, SitewrightError } from '@shared/errors'
import type { LogEntry } from '@shared/log'
import { Settings, type SettingsStore } from '@shared/settings'
import { Bridge } from './bridge'
import { type EngineStart, FromEngine, type PowerState, type ToEngine } from './messages'

/** The engine's process as seen from its parent, whichever fork made it. */
export interface EngineProcess {
  readonly line: MessageLine
  /** `code` is null when a signal ended it. Called once. */
  onExit(listener: (code: number | null) => void): void
  /** At once, without a word to the process. */
  kill(): void
}

export interface SupervisorOptions {
  readonly fork: () => EngineProcess
  readonly engine: Omit<EngineStart, 'settings' | 'recovering'>
  readonly settings: SettingsStore
  readonly clock: Clock
  readonly log: (entry: LogEntry) => void
}

const BACK_OFF_MS = [500, 1_000, 2_000, 4_000, 8_000, 10_000] as const
/** An engine that ran this long was well; the next loss begins with the shortest wait again. */
const WELL_AFTER_MS = 60_000
/** Three losses in five minutes, each soon after a start: perhaps what it opens again is what it dies of. */
const SAFE_START = { losses: 3, withinMs: 5 * 60_000 } as const
/** An engine that was told to stop and does not is ended. */
const STOP_MS = 10_000

/**
 * Keeps one engine running in a process of its own. Windows and browsers attach once and stay attached: when the engine
 * is lost they are told (`engine {state:"lost"}`), their open requests fail with `engine.lost`, and after the restart
 * they are told again and go on with the new one, where they must subscribe anew.
 */
export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions
  readonly #bridges = new Set<Bridge>()
  #child: EngineProcess | null = null
  #channels: Multiplexer | null = null
  /** Set while the engine answers. */
  #runningSince: number | null = null
  #lossCount = 0
  /** When it was lost soon after a start. */
  #earlyLosses: number[] = []
  #attempt = 0
  #restart: Disposable | null = null
  #firstStart: PromiseWithResolvers<void> | null = null
  #stopping: Promise<void> | null = null

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** Resolves when the engine runs for the first time; rejects when it says itself that it cannot. A crash is retried. */
  start(): Promise<void> {
    this.#firstStart = Promise.withResolvers()
    this.#launch()
    return this.#firstStart.promise
  }

  get isRunning(): boolean {
    return this.#runningSince !== null
  }

  /** From now on `front` speaks with the engine, whichever one runs. What it asks before the first start waits for it. */
  attach(front: FrameConnection, role: 'admin' | null): void {
    const bridge = new Bridge(front, role)
    this.#bridges.add(bridge)
    front.onClose(() => {
      this.#bridges.delete(bridge)
      bridge.end()
    })
    if (this.#channels && this.isRunning) bridge.connect(this.#channels)
    else if (this.#lossCount > 0) bridge.lose(null)
  }

  /** Passes on that the laptop goes to sleep or woke; a process that is just starting finds out by itself. */
  power(state: PowerState): void {
    if (this.isRunning) this.#child?.line.post({ t: 'power', state } satisfies ToEngine)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping ??= this.#stop()
    await this.#stopping
  }

  async #stop(): Promise<void> {
    this.#restart?.[Symbol.dispose]()
    this.#firstStart?.reject(new SitewrightError('engine.lost', 'Closed before the engine had started.'))
    for (const bridge of this.#bridges) bridge.close(1001, 'The program is being closed.')
    const child = this.#child
    if (!child) return
    await new Promise<void>((resolve) => {
      const overdue = this.#options.clock.after(STOP_MS, () => {
        this.#log('warn', `The engine did not stop within ${STOP_MS / 1000} s and was ended.`)
        child.kill()
      })
      child.onExit(() => {
        overdue[Symbol.dispose]()
        resolve()
      })
      child.line.post({ t: 'stop' } satisfies ToEngine)
    })
  }

  #launch(): void {
    const child = this.#options.fork()
    this.#child = child
    this.#channels = new Multiplexer(child.line)
    let refusal: SitewrightError | null = null
    child.line.onMessage((message) => {
      const known = FromEngine.safeParse(message)
      if (!known.success) return
      if (known.data.t === 'failed') refusal = fromRpcError(known.data.error)
      else void this.#receive(child, known.data)
    })
    child.onExit((code) => this.#ended(code, refusal))
  }

  async #receive(child: EngineProcess, message: Exclude<FromEngine, { t: 'failed' }>): Promise<void> {
    const post = (answer: ToEngine) => child.line.post(answer)
    switch (message.t) {
      case 'ready':
        return post({
          t: 'start',
          options: {
            ...this.#options.engine,
            settings: this.#options.settings.get(),
            recovering: this.#mayRecover(),
          },
        })
      case 'started':
        return this.#started()
      case 'log':
        return this.#options.log(message.entry)
      case 'update-settings':
        try {
          const store = this.#options.settings
          const settings = await store.update(Settings.parse({ ...store.get(), ...message.patch }))
          return post({ t: 'settings', id: message.id, settings, problem: '' })
        } catch (error) {
          return post({ t: 'settings', id: message.id, settings: null, problem: textOf(error) })
        }
    }
  }

  #started(): void {
    if (this.#stopping) return
    this.#runningSince = this.#options.clock.monotonic()
    if (this.#channels) for (const bridge of this.#bridges) bridge.connect(this.#channels)
    this.#firstStart?.resolve()
  }

  #ended(code: number | null, refusal: SitewrightError | null): void {
    const ranMs = this.#runningSince === null ? 0 : this.#options.clock.monotonic() - this.#runningSince
    this.#child = null
    this.#runningSince = null
    if (this.#stopping) {
      this.#channels?.lost()
      return
    }
    if (refusal && this.#firstStart && this.#lossCount === 0) {
      for (const bridge of this.#bridges) bridge.close(1011, refusal.message)
      this.#firstStart.reject(refusal)
      return
    }

    this.#lossCount++
    if (ranMs >= WELL_AFTER_MS) this.#attempt = 0
    else this.#earlyLosses.push(this.#options.clock.monotonic())
    const waitMs = BACK_OFF_MS[Math.min(this.#attempt++, BACK_OFF_MS.length - 1)] ?? 10_000
    if (refusal) this.#log('error', `The engine could not start: ${refusal.message}`)
    const how = code === null ? 'killed' : `exit code ${code}`
    this.#log('error', `The engine was lost (${how}). It is started again in ${waitMs / 1000} s.`)
    for (const bridge of this.#bridges) bridge.lose(waitMs)
    this.#channels?.lost()
    this.#restart = this.#options.clock.after(waitMs, () => this.#launch())
  }

  /** After a loss the engine opens again what was open, unless that seems to be what it dies of. */
  #mayRecover(): boolean {
    if (this.#lossCount === 0) return false
    const since = this.#options.clock.monotonic() - SAFE_START.withinMs
    this.#earlyLosses = this.#earlyLosses.filter((at) => at >= since)
    if (this.#earlyLosses.length < SAFE_START.losses) return true
    this.#log('warn', 'The engine was lost three times in five minutes: it starts without opening any site.')
    return false
  }

  #log(level: LogEntry['level'], message: string): void {
    this.#options.log({ at: this.#options.clock.now(), level, source: 'process', message })
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
