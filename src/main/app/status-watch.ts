import type { SerialAdapter } from '@main/commissioning/checks/serial-adapters'
import type { WakeInfo } from '@main/edge/cycle/phases'
import { message, type Verdict } from '@shared/message'
import type { StatusItem } from '@shared/rpc'
import type { App } from './app'
import type { OpenSite } from './open-site'

const LOOK_MS = 1_000
const ADAPTERS_EVERY = 15
/** How long a clock jump stays worth telling. */
const JUMP_SHOWN_MS = 600_000

/** The status cluster: looked at once a second per open site, told when it changed. */
export class StatusWatch implements Disposable {
  readonly #app: App
  readonly #listAdapters: () => Promise<readonly SerialAdapter[]>
  #adapters: readonly SerialAdapter[] | null = null
  #timer: Disposable | null = null
  #looks = 0
  readonly #told = new Map<string, string>()
  #jump: { wake: WakeInfo; at: number } | null = null

  constructor(app: App, listAdapters: () => Promise<readonly SerialAdapter[]>) {
    this.#app = app
    this.#listAdapters = listAdapters
  }

  start(): void {
    this.#look()
  }

  of(siteId: string | null): StatusItem[] {
    const site = siteId === null ? undefined : this.#app.sites.get(siteId)
    return [this.#adapter(), ...(site ? [busItem(site), edgeItem(site)] : []), this.#clock()]
  }

  /** Remembers clock jumps and sleeps of a site's edge. */
  watch(site: OpenSite): Disposable {
    return site.edge.cycle.onWake((wake) => {
      this.#jump = { wake, at: this.#app.clock.now() }
    })
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = null
  }

  #look(): void {
    if (this.#looks++ % ADAPTERS_EVERY === 0) {
      this.#listAdapters().then(
        (adapters) => {
          this.#adapters = adapters
        },
        () => {
          this.#adapters = []
        },
      )
    }
    for (const siteId of [null, ...[...this.#app.sites.all()].map((site) => site.id)]) {
      const items = this.of(siteId)
      const text = JSON.stringify(items)
      if (this.#told.get(siteId ?? '') === text) continue
      this.#told.set(siteId ?? '', text)
      this.#app.broadcast('status', { siteId, items })
    }
    this.#timer = this.#app.clock.after(LOOK_MS, () => this.#look())
  }

  #adapter(): StatusItem {
    const count = this.#adapters?.length ?? 0
    if (count === 0) return item('adapter', 'notrun', 'status.adapter.none')
    return item('adapter', 'passed', 'status.adapter.found', {
      count,
      names: this.#adapters?.map(({ path }) => path).join(', ') ?? '',
    })
  }

  #clock(): StatusItem {
    const jump = this.#jump
    if (!jump || this.#app.clock.now() - jump.at > JUMP_SHOWN_MS) return item('clock', 'passed', 'status.clock.steady')
    const seconds = Math.round(jump.wake.byMs / 1000)
    return jump.wake.reason === 'slept'
      ? item('clock', 'passed', 'status.clock.slept', { seconds })
      : item('clock', 'warn', 'status.clock.jumped', { seconds })
  }
}

function busItem(site: OpenSite): StatusItem {
  const devices = site.edge.buses().flatMap((bus) => bus.health())
  const silent = devices.filter((device) => device.failures > 0)
  if (devices.length === 0) return item('bus', 'notrun', 'status.bus.none')
  if (silent.length === 0) return item('bus', 'passed', 'status.bus.all', { count: devices.length })
  return item('bus', 'failed', 'status.bus.silent', {
    ids: silent.map(({ componentId }) => site.edge.registry.get(componentId)?.alias || componentId).join(', '),
    count: silent.length,
    total: devices.length,
  })
}

function edgeItem(site: OpenSite): StatusItem {
  const { edge } = site
  const stopped = edge.registry.notActivated()
  if (stopped.length > 0) return item('edge', 'failed', 'status.edge.not-running', { ids: stopped.join(', ') })
  const measured = edge.cycle.measuredMs ?? 0
  if (measured > edge.cycle.cycleTimeMs)
    return item('edge', 'warn', 'status.edge.slow', { cycle: edge.cycle.cycleTimeMs })
  return item('edge', 'passed', 'status.edge.runs', { cycle: edge.cycle.cycleTimeMs })
}

const item = (
  id: StatusItem['id'],
  verdict: Verdict,
  key: string,
  args?: Record<string, string | number>,
): StatusItem => ({
  id,
  verdict,
  message: message(key, args),
})
