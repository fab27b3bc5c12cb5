import type { Wire } from '@main/transport/connection'
import { type MessageLine, MultiplexedWire } from '@main/transport/multiplexer'
import { toRpcError } from '@shared/errors'
import type { LogEntry } from '@shared/log'
import type { Settings, SettingsStore } from '@shared/settings'
import { type EngineStart, type FromEngine, type PowerState, ToEngine } from './messages'

/** What the engine is given here, and what is asked of it. */
export interface HostedOptions extends Omit<EngineStart, 'settings'> {
  wire: Wire
  settings: SettingsStore
  log: (entry: LogEntry) => void
}
export type StartHosted = (options: HostedOptions) => Promise<AsyncDisposable>

/** What the engine's process can do to itself; `end` sends what is still waiting, then exits. */
export interface HostedProcess {
  readonly line: MessageLine
  end(code: number): void
}

/**
 * Runs one engine at the far end of a message line: started by `start`, stopped by `stop`, its connections and its
 * settings over the same line. Exit codes: 0 stopped when asked, 1 could not start, 70 an error nobody caught.
 */
export class EngineHost {
  readonly #process: HostedProcess
  readonly #startEngine: StartHosted
  readonly #wire: MultiplexedWire
  #engine: Promise<AsyncDisposable> | null = null
  #settings: RemoteSettings | null = null
  #ending = false

  constructor(hosted: HostedProcess, startEngine: StartHosted) {
    this.#process = hosted
    this.#startEngine = startEngine
    this.#wire = new MultiplexedWire(hosted.line)
    hosted.line.onMessage((message) => {
      const known = ToEngine.safeParse(message)
      if (known.success) this.#receive(known.data)
    })
    this.#post({ t: 'ready' })
  }

  /** Asked to, or the parent is gone: either way nothing may be left half written. */
  async stop(): Promise<void> {
    if (this.#ending) return
    this.#ending = true
    try {
      await (await this.#engine)?.[Symbol.asyncDispose]()
      this.#end(0)
    } catch (error) {
      this.#log('error', `The engine did not stop cleanly: ${textOf(error)}`)
      this.#end(1)
    }
  }

  /** What follows an error nobody caught is unknown, and it may hold a plant: better a fresh start than going on. */
  crash(error: unknown): void {
    this.#log('error', `Uncaught: ${textOf(error)}`)
    this.#end(70)
  }

  #receive(message: ToEngine): void {
    if (message.t === 'start') void this.#start(message.options)
    if (message.t === 'stop') void this.stop()
    if (message.t === 'settings') this.#settings?.answer(message.id, message.settings, message.problem)
    // The engine finds out by itself, from its clocks; the log is where a person looks for the reason of a gap.
    if (message.t === 'power') this.#log('info', `The laptop ${POWER[message.state]}.`)
  }

  async #start(start: EngineStart): Promise<void> {
    if (this.#engine) return
    const { settings: known, ...options } = start
    const settings = new RemoteSettings(known, (id, patch) => this.#post({ t: 'update-settings', id, patch }))
    this.#settings = settings
    this.#engine = this.#startEngine({
      ...options,
      wire: this.#wire,
      settings,
      log: (entry) => this.#post({ t: 'log', entry }),
    })
    try {
      await this.#engine
      this.#post({ t: 'started' })
    } catch (error) {
      this.#engine = null
      if (this.#ending) return
      this.#ending = true
      const { code, message, data, key = 'internal', args = {} } = toRpcError(error)
      this.#post({ t: 'failed', error: { code, message, data: [...data], key, args } })
      this.#end(1)
    }
  }

  #end(code: number): void {
    this.#wire[Symbol.dispose]()
    this.#process.end(code)
  }

  #log(level: LogEntry['level'], message: string): void {
    this.#post({ t: 'log', entry: { at: Date.now(), level, source: 'engine', message } })
  }

  #post(message: FromEngine): void {
    this.#process.line.post(message)
  }
}

const POWER: Readonly<Record<PowerState, string>> = { suspend: 'goes to sleep', resume: 'woke up' }

/** The parent's settings, seen from here: a copy to read, the parent to change them. */
class RemoteSettings implements SettingsStore {
  #settings: Settings
  readonly #ask: (id: number, patch: Partial<Settings>) => void
  readonly #waiting = new Map<number, PromiseWithResolvers<Settings>>()
  #next = 1

  constructor(settings: Settings, ask: (id: number, patch: Partial<Settings>) => void) {
    this.#settings = settings
    this.#ask = ask
  }

  get(): Settings {
    return this.#settings
  }

  update(patch: Partial<Settings>): Promise<Settings> {
    const id = this.#next++
    const waiting = Promise.withResolvers<Settings>()
    this.#waiting.set(id, waiting)
    this.#ask(id, patch)
    return waiting.promise
  }

  answer(id: number, settings: Settings | null, problem: string): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (settings) {
      this.#settings = settings
      waiting?.resolve(settings)
    } else waiting?.reject(new Error(problem))
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
