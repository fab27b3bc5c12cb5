import type { StoredComponent, StoredEdgeConfig } from '@shared/edge-config'

/** One component before and after a change; `null` = it did not exist. Numbers grow and are never used again. */
export interface ConfigChange {
  readonly number: number
  /** Epoch milliseconds. */
  readonly at: number
  /** `admin: Administrator`, or `system: …` for what the edge notes by itself. */
  readonly by: string
  readonly componentId: string
  readonly old: StoredComponent | null
  readonly new: StoredComponent | null
}

export interface ChangeFilter {
  readonly componentId?: string | undefined
  readonly limit: number
}

/** What an edge notes by itself (extremes of `_sum`) is kept, but it is nobody's change. */
export const SYSTEM = 'system: '

/** Where the configuration of an edge is kept. One change is one transaction: after a kill it is there or it is not. */
export interface EdgeConfigStore {
  load(): StoredEdgeConfig
  /** `null` deletes. Each component is one entry of the history. */
  save(changes: ReadonlyMap<string, StoredComponent | null>, by: string): void
  /** What people changed, newest first. */
  changes(filter: ChangeFilter): readonly ConfigChange[]
  change(number: number): ConfigChange | null
}

export class MemoryConfigStore implements EdgeConfigStore {
  #components: Record<string, StoredComponent>
  readonly #changes: ConfigChange[] = []
  readonly #now: () => number

  constructor(config: StoredEdgeConfig = { components: {} }, now: () => number = Date.now) {
    this.#components = structuredClone(config.components)
    this.#now = now
  }

  load(): StoredEdgeConfig {
    return { components: structuredClone(this.#components) }
  }

  save(changes: ReadonlyMap<string, StoredComponent | null>, by: string): void {
    for (const [id, component] of changes) {
      const entry = { old: this.#components[id] ?? null, new: structuredClone(component) }
      this.#changes.push({ number: this.#changes.length + 1, at: this.#now(), by, componentId: id, ...entry })
      if (component) this.#components[id] = structuredClone(component)
      else delete this.#components[id]
    }
  }

  changes({ componentId, limit }: ChangeFilter): readonly ConfigChange[] {
    const wanted = this.#changes.filter(
      (change) => !change.by.startsWith(SYSTEM) && (componentId === undefined || change.componentId === componentId),
    )
    return wanted.reverse().slice(0, limit)
  }

  change(number: number): ConfigChange | null {
    return this.#changes[number - 1] ?? null
  }
}
