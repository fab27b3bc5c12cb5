import { EngineHost, type HostedOptions } from '@main/process/engine-host'
import type { EngineProcess } from '@main/process/supervisor'
import type { FrameConnection } from '@main/transport/connection'
import type { MessageLine } from '@main/transport/multiplexer'
import { toRpcError } from '@shared/errors'
import { failure, isRequest, notify, readFrame, success } from '@shared/rpc/frame'
import { defaultSettings, type Settings, type SettingsStore } from '@shared/settings'

/** Two ends of a channel between two processes, in one: structured clones, delivered in order in a later microtask. */
export function messageLines(): [MessageLine, MessageLine] {
  const ends = [new Set<(message: unknown) => void>(), new Set<(message: unknown) => void>()] as const
  const line = (mine: Set<(message: unknown) => void>, theirs: Set<(message: unknown) => void>): MessageLine => ({
    post(message) {
      const copy = structuredClone(message)
      queueMicrotask(() => {
        for (const listener of theirs) listener(copy)
      })
    },
    onMessage(listener) {
      mine.add(listener)
      return () => void mine.delete(listener)
    },
  })
  return [line(ends[0], ends[1]), line(ends[1], ends[0])]
}

/**
 * A fork that makes no process: the real EngineHost with an engine that answers `echo`, is silent on `wait`, stores
 * settings on `set`. The test can end each one as a signal would.
 */
export class FakeFork {
  readonly made: FakeProcess[] = []
  /** What the next engines say instead of starting. */
  refusal: Error | null = null

  readonly fork = (): EngineProcess => {
    const made = new FakeProcess(() => this.refusal)
    this.made.push(made)
    return made
  }

  get last(): FakeProcess {
    const last = this.made.at(-1)
    if (!last) throw new Error('nothing was forked')
    return last
  }
}

export class FakeProcess implements EngineProcess {
  readonly line: MessageLine
  /** What the engine was started with. */
  options: HostedOptions | null = null
  stopped = false
  killed = false
  /** Does not stop when told. */
  isStuck = false
  readonly connections: FrameConnection[] = []
  readonly #exits = new Set<(code: number | null) => void>()
  #ended = false

  constructor(refusal: () => Error | null) {
    const [parent, child] = messageLines()
    this.line = parent
    const host = new EngineHost({ line: child, end: (code) => this.exit(code) }, async (options) => {
      this.options = options
      const error = refusal()
      if (error) throw error
      options.wire.onConnection((connection) => this.#serve(connection, options.settings))
      return {
        [Symbol.asyncDispose]: () => {
          this.stopped = true
          return this.isStuck ? new Promise<void>(() => {}) : Promise.resolve()
        },
      }
    })
    this.crash = (error) => host.crash(error)
  }

  readonly crash: (error: unknown) => void

  onExit(listener: (code: number | null) => void): void {
    this.#exits.add(listener)
  }

  kill(): void {
    this.killed = true
    this.exit(null)
  }

  /** The process is gone, after everything it sent has arrived. */
  exit(code: number | null): void {
    if (this.#ended) return
    this.#ended = true
    queueMicrotask(() => {
      for (const listener of this.#exits) listener(code)
    })
  }

  #serve(connection: FrameConnection, settings: SettingsStore): void {
    this.connections.push(connection)
    connection.onFrame(async (text) => {
      const frame = readFrame(JSON.parse(text))
      if (!frame || !isRequest(frame)) return
      if (frame.method === 'wait') return
      if (frame.method === 'hang-up') return connection.close()
      try {
        const result = frame.method === 'set' ? await settings.update(frame.params as Partial<Settings>) : frame.params
        connection.send(JSON.stringify(success(frame.id, result)))
      } catch (error) {
        connection.send(JSON.stringify(failure(frame.id, toRpcError(error))))
      }
    })
    connection.send(JSON.stringify(notify('hello', {})))
  }
}

/** Settings kept in memory. */
export class MemorySettings implements SettingsStore {
  #settings: Settings = defaultSettings
  problem: string | null = null

  get(): Settings {
    return this.#settings
  }

  async update(patch: Partial<Settings>): Promise<Settings> {
    if (this.problem) throw new Error(this.problem)
    this.#settings = { ...this.#settings, ...patch }
    return this.#settings
  }
}
