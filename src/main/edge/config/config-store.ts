import type { StoredComponent, StoredEdgeConfig } from '@shared/edge-config'

/** Where the configuration of an edge is kept. One change is one transaction: after a kill it is there or it is not. */
export interface EdgeConfigStore {
  load(): StoredEdgeConfig
  /** `null` deletes. */
  save(changes: ReadonlyMap<string, StoredComponent | null>, by: string): void
}

export class MemoryConfigStore implements EdgeConfigStore {
  #components: Record<string, StoredComponent>

  constructor(config: StoredEdgeConfig = { components: {} }) {
    this.#components = structuredClone(config.components)
  }

  load(): StoredEdgeConfig {
    return { components: structuredClone(this.#components) }
  }

  save(changes: ReadonlyMap<string, StoredComponent | null>): void {
    for (const [id, component] of changes) {
      if (component) this.#components[id] = structuredClone(component)
      else delete this.#components[id]
    }
  }
}
