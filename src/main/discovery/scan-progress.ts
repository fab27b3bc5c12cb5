import type { JobControl } from '@main/jobs/job-service'
import { z } from 'zod'
import type { ConnectResult } from './connect-scan'
import { foundId, type Place } from './found'
import type { HostStep } from './host-scan'

const Door = z.object({ host: z.string(), port: z.number(), search: z.number() })
/** A door that was knocked at, and the search that wanted to know. */
export type Door = z.infer<typeof Door>
const ClosedDoor = Door.extend({ outcome: z.enum(['refused', 'silent', 'unreachable', 'name-unknown']) })
export type ClosedDoor = z.infer<typeof ClosedDoor>

const Checkpoint = z.object({
  searchesDone: z.number(),
  /** Per search: so many endpoints from the first on are settled. */
  knocked: z.array(z.number()),
  open: z.array(Door),
  /** Doors the person named that did not open. */
  closed: z.array(ClosedDoor),
  hostsDone: z.array(z.string()),
})

/**
 * How far a scan has come: what the job shows (found is what was identified), and the checkpoint from which it goes on
 * after a restart. Doors that were settled are not knocked at again, hosts that were asked are not asked again; a host that
 * was being asked is asked again from its beginning, which gives the same rows.
 */
export class ScanProgress {
  readonly open: Door[]
  readonly #closed: Map<string, ClosedDoor>
  readonly hostsDone: Set<string>
  readonly #control: JobControl
  readonly #knocked: number[]
  readonly #totals: readonly number[]
  readonly #ahead = new Set<number>()
  readonly #units = new Map<string, { done: number; total: number }>()
  readonly #identify = { done: 0, total: 0 }
  #done: number
  #saved = 0
  #searchesDone: number

  constructor(control: JobControl, totals: readonly number[]) {
    const before = Checkpoint.safeParse(control.checkpoint)
    const start = before.success ? before.data : { searchesDone: 0, knocked: [], open: [], closed: [], hostsDone: [] }
    this.#control = control
    this.#totals = totals
    this.#searchesDone = start.searchesDone
    this.#knocked = totals.map((_, search) => start.knocked[search] ?? 0)
    this.open = start.open
    this.#closed = new Map(start.closed.map((door) => [foundId(door, null), door]))
    this.hostsDone = new Set(start.hostsDone)
    this.#done = this.#knocked.reduce((sum, count) => sum + count, 0)
    this.#showConnect()
    control.phase('units', { done: 0, total: null })
    control.phase('identify', { done: 0, total: null, found: 0 })
  }

  /** Doors the person named that did not open. */
  get closed(): readonly ClosedDoor[] {
    return [...this.#closed.values()]
  }

  isSearchDone(search: number): boolean {
    return search < this.#searchesDone
  }

  /** Endpoints of this search that were settled before; to be passed over. */
  knockedOf(search: number): number {
    return this.#knocked[search] ?? 0
  }

  settled(search: number, { endpoint, index, outcome, again }: ConnectResult): void {
    const { host, port } = endpoint
    if (outcome === 'open') this.#addOpen({ host, port, search })
    else if (outcome !== 'own' && endpoint.named) {
      this.#closed.set(foundId(endpoint, null), { host, port, search, outcome })
    }
    if (!again) {
      this.#done++
      this.#ahead.add(index)
      let first = this.knockedOf(search)
      while (this.#ahead.delete(first)) first++
      this.#knocked[search] = first
    }
    this.#showConnect()
    if (outcome === 'open' || this.#done - this.#saved >= SAVE_EVERY) this.save()
  }

  /** All its doors are settled, second looks included. */
  searchDone(search: number): void {
    this.#searchesDone = search + 1
    this.save()
  }

  /** So many units of this door are going to be asked. */
  expect(place: Place, total: number): void {
    this.step(place, { kind: 'asked', done: 0, total })
  }

  step(place: Place, step: HostStep): void {
    if (step.kind === 'asked') this.#units.set(foundId(place, null), step)
    else if (step.kind === 'identify') this.#identify.total++
    else if (step.kind === 'identified') this.#identify.done++
    else return
    const { done, total } = this.#identify
    const units = [...this.#units.values()]
    const sum = (what: 'done' | 'total') => units.reduce((all, unit) => all + unit[what], 0)
    this.#control.phase('units', { done: sum('done'), total: sum('total') })
    this.#control.phase('identify', { done, total, found: done })
  }

  hostDone(host: string): void {
    this.hostsDone.add(host)
    this.save()
  }

  save(): void {
    this.#saved = this.#done
    this.#control.save({
      searchesDone: this.#searchesDone,
      knocked: this.#knocked,
      open: this.open,
      closed: this.closed,
      hostsDone: [...this.hostsDone],
    })
  }

  #addOpen(door: Door): void {
    this.#closed.delete(foundId(door, null))
    if (!this.open.some(({ host, port }) => host === door.host && port === door.port)) this.open.push(door)
  }

  #showConnect(): void {
    const total = this.#totals.reduce((sum, count) => sum + count, 0)
    this.#control.phase('connect', { done: this.#done, total })
  }
}

/** Doors settled between two checkpoints: what a kill costs at most. */
const SAVE_EVERY = 64
