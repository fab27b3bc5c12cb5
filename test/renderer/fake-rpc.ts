import { SitewrightError, toRpcError } from '@shared/errors'
import {
  type Call,
  failure,
  isRequest,
  type MethodName,
  type NotificationName,
  type NotificationParams,
  notify,
  type Result,
  readFrame,
  success,
} from '@shared/rpc'
import { defaultSettings, type Settings } from '@shared/settings'
import { newSiteData, type Site, type SiteSummary } from '@shared/site'
import type { EngineLine, LineState } from '../../src/renderer/rpc'

/** What each method answers; methods of scope edge also hear which edge was meant. */
export type FakeAnswers = {
  [M in MethodName]?: (params: Call<M>, edgeId: string | null) => Result<M> | Promise<Result<M>>
}

export interface FakeCall {
  method: string
  params: Record<string, unknown>
  edgeId: string | null
}

/**
 * An engine for screens: a line that answers from a table, in a later microtask as a real one would. What the table does
 * not have is answered as an unknown method. Answers can be changed while it runs: `fake.answers.listSites = …`.
 */
export interface FakeRpc extends EngineLine {
  readonly answers: FakeAnswers
  /** Every call so far, unwrapped. */
  readonly calls: FakeCall[]
  callsOf(method: MethodName): Record<string, unknown>[]
  notify<N extends NotificationName>(name: N, params: NotificationParams<N>): void
  notifyEdge<N extends NotificationName>(edgeId: string, name: N, params: NotificationParams<N>): void
  /** Breaks the line as a browser's WebSocket breaks, and mends it. */
  setState(state: LineState): void
}

export function fakeRpc(answers: FakeAnswers = {}): FakeRpc {
  const frames = new Set<(frame: string) => void>()
  const closes = new Set<() => void>()
  const states = new Set<(state: LineState) => void>()
  const table: FakeAnswers = { ...quietAnswers(), ...answers }
  const calls: FakeCall[] = []
  let state: LineState = { open: true, retryAt: null }

  const tell = (frame: object) => {
    for (const listener of frames) listener(JSON.stringify(frame))
  }
  const add = <T>(set: Set<T>, listener: T) => {
    set.add(listener)
    return () => void set.delete(listener)
  }
  async function answer(method: string, params: Record<string, unknown>, edgeId: string | null): Promise<unknown> {
    calls.push({ method, params, edgeId })
    const handler = table[method as MethodName] as ((p: unknown, e: string | null) => unknown) | undefined
    if (!handler) throw new SitewrightError('rpc.method-unknown', method)
    return await handler(params, edgeId)
  }
  async function receive(text: string): Promise<void> {
    const frame = readFrame(JSON.parse(text))
    if (!frame || !isRequest(frame)) return
    try {
      if (frame.method !== 'edgeRpc') return tell(success(frame.id, await answer(frame.method, frame.params, null)))
      const { edgeId, payload } = frame.params as { edgeId: string; payload: { id: string; method: string } }
      const inner = readFrame(payload)
      if (!inner || !isRequest(inner)) return
      const result = await answer(inner.method, inner.params, edgeId)
      tell(success(frame.id, { payload: success(inner.id, result) }))
    } catch (error) {
      tell(failure(frame.id, toRpcError(error)))
    }
  }

  return {
    answers: table,
    calls,
    callsOf: (method) => calls.filter((call) => call.method === method).map((call) => call.params),
    get state() {
      return state
    },
    send: (text) => void receive(text),
    onFrame: (listener) => add(frames, listener),
    onClose: (listener) => add(closes, listener),
    onState: (listener) => add(states, listener),
    close() {},
    notify: (name, params) => tell(notify(name, params as Record<string, unknown>)),
    notifyEdge(edgeId, name, params) {
      tell(notify('edgeRpc', { edgeId, payload: notify(name, params as Record<string, unknown>) }))
    },
    setState(next) {
      state = next
      if (!next.open) for (const listener of closes) listener()
      for (const listener of states) listener(next)
    },
  }
}

/** A quiet engine: one laptop in order, no site, no job. Settings are remembered. */
function quietAnswers(): FakeAnswers {
  let settings: Settings = { ...defaultSettings, language: 'en', theme: 'light' }
  return {
    getAppInfo: () => ({
      name: 'Sitewright',
      version: '0.1.0',
      host: 'test',
      node: '24.21.0',
      platform: 'linux x64',
      dataDir: '/home/anna/.local/share/sitewright',
      engineStartedAt: Date.UTC(2026, 10, 20, 8, 0),
    }),
    getSettings: () => settings,
    updateSettings: (patch) => {
      settings = { ...settings, ...(patch as Partial<Settings>) }
      return settings
    },
    getLaptopChecks: () => ({ checks: [], checkedAt: Date.UTC(2026, 10, 20, 9, 38) }),
    getNetworks: () => ({ interfaces: [] }),
    getStatus: () => ({ items: [] }),
    listSites: () => ({ sites: [] }),
    listJobs: () => ({ jobs: [] }),
    getFindings: () => ({ findings: [] }),
    subscribeEdges: () => ({}),
    subscribeChannels: () => ({}),
  }
}

/** A site as the engine would tell it; change what the test is about. */
export function fakeSite(patch: Partial<Omit<Site, 'data'>> & { data?: Partial<Site['data']> } = {}): Site {
  const { data, ...rest } = patch
  return {
    id: '01JCSITE000000000000000001',
    kind: 'site',
    searches: [],
    stepsDone: [],
    createdAt: Date.UTC(2026, 10, 12),
    openedAt: Date.UTC(2026, 10, 20, 9, 41),
    open: true,
    ...rest,
    data: { ...newSiteData, name: 'Lindenweg 12', ...data },
  }
}

export function fakeSummary(site: Site, patch: Partial<SiteSummary> = {}): SiteSummary {
  const { id, kind, stepsDone, openedAt, open, data } = site
  const place = [data.postcode, data.place].filter(Boolean).join(' ')
  const facts = { id, kind, name: data.name, place, concept: data.concept, siteNumber: data.siteNumber }
  return { ...facts, devices: 0, stepsDone, failed: 0, unsure: 0, openedAt, open, problem: null, ...patch }
}

/** Answers for one open site that keeps what it is told. */
export function siteAnswers(site: Site): FakeAnswers {
  let current = site
  return {
    listSites: () => ({ sites: [fakeSummary(current)] }),
    getSite: () => ({ site: current }),
    openSite: () => ({ edgeId: current.id }),
    openDemoSite: () => ({ siteId: current.id, edgeId: current.id }),
    updateSite: ({ data, searches, stepsDone }) => {
      current = {
        ...current,
        data: { ...current.data, ...(data as Partial<Site['data']> | undefined) },
        searches: searches ?? current.searches,
        stepsDone: stepsDone ?? current.stepsDone,
      }
      return { site: current }
    },
  }
}
