import { edgeMethods, methods } from '@shared/rpc'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** What right parameters look like, so that many a frame comes past the first check. `SITE` stands for a site that exists. */
const PARAMS: Readonly<Record<string, Json>> = {
  authenticateWithPassword: { username: 'admin', password: 'wrong' },
  authenticateWithToken: { token: '00000000-0000-4000-8000-000000000000' },
  authenticateWithSessionId: { sessionId: '1' },
  getEdges: { page: 0, limit: 20, query: '', searchParams: { isOnline: true } },
  getEdge: { edgeId: '0' },
  subscribeEdges: { edges: ['0'] },
  updateUserLanguage: { language: 'de' },
  updateUserSettings: { settings: {} },
  createComponentConfig: {
    factoryPid: 'Test.Meter',
    properties: [
      { name: 'id', value: 'meter1' },
      { name: 'modbus.id', value: 'modbus0' },
      { name: 'unit', value: 7 },
    ],
  },
  updateComponentConfig: { componentId: 'meter0', properties: [{ name: 'alias', value: 'Grid' }] },
  deleteComponentConfig: { componentId: 'meter1' },
  subscribeChannels: { count: 1, channels: ['meter0/ActivePower', '_sum/State'] },
  queryHistoricTimeseriesData: {
    timezone: 'Europe/Zurich',
    fromDate: '2026-01-01',
    toDate: '2026-01-02',
    channels: ['_sum/GridActivePower'],
    resolution: { value: 5, unit: 'Minutes' },
  },
  readChannels: { addresses: ['meter0/ActivePower'] },
  listChannels: { componentId: 'meter0' },
  updateSettings: { theme: 'dark', language: 'de' },
  getStatus: { siteId: 'SITE' },
  createSite: { data: { name: 'Fuzz' } },
  updateSite: {
    siteId: 'SITE',
    data: { place: 'Thun', phases: 3 },
    searches: [{ id: 'a', kind: 'modbus-tcp', hosts: '10.0.0.0/24', ports: [502], units: '1-3', enabled: true }],
    stepsDone: ['site'],
  },
  estimateScan: { siteId: 'SITE', searchIds: [], speed: 'fast', units: 'full' },
  estimateSweep: { siteId: 'SITE', deviceId: '127.0.0.1:502/1' },
  updateFound: { siteId: 'SITE', deviceId: '127.0.0.1:502/1', use: true },
  pauseJob: { jobId: '1' },
}

const WORDS: readonly Json[] = [
  ...['', '0', '__proto__', 'constructor', 'toString', 'meter0', '_sum', 'meter0/ActivePower', 'meter0/__proto__'],
  ...['SITE', '../../etc/passwd', '10.0.0.0/0', '0.0.0.0/0', '::/0', 'a-b', '1-247', '2026-02-30', 'Mars/Olympus'],
  ...['\u0000', '\ud800', '🔌'.repeat(50), 'x'.repeat(2_000), '{{name}}', '%s%s', "'; DROP TABLE fact; --"],
  ...[0, -0, -1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 502, 65_536, null, true, false, [], {}],
]

/** Not for a soak: what makes traffic to other hosts or simulators of its own, and what would end the talk. */
const LEFT_OUT = ['startScan', 'sweepUnits', 'readFound', 'openDemoSite', 'logout']

const METHODS = Object.keys(methods).filter((method) => !LEFT_OUT.includes(method))

/** One frame as somebody hostile, or only careless, might send it. `id` comes back in the answer, if it has one. */
export function hostileFrame(id: string, site: string, random: () => number): string {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  const anything = (depth = 0): Json => {
    if (depth > 3 || random() < 0.6) return pick(WORDS) ?? null
    if (random() < 0.5) return Array.from({ length: Math.floor(random() * 4) }, () => anything(depth + 1))
    const keys = Array.from({ length: Math.floor(random() * 4) }, () => String(pick(WORDS)))
    return Object.fromEntries(keys.map((key) => [key, anything(depth + 1)]))
  }
  /** The value with a part of it left out, added or replaced. */
  const spoilt = (value: Json): Json => {
    if (random() < 0.2) return anything()
    if (Array.isArray(value))
      return [...value.map((part) => (random() < 0.5 ? spoilt(part) : part)), ...(random() < 0.2 ? [anything()] : [])]
    if (value === null || typeof value !== 'object') return random() < 0.5 ? anything() : value
    const kept = Object.entries(value).filter(() => random() < 0.9)
    const more = random() < 0.2 ? [[String(pick(WORDS)), anything()] as const] : []
    return Object.fromEntries([...kept, ...more].map(([key, part]) => [key, random() < 0.4 ? spoilt(part) : part]))
  }

  const method = random() < 0.95 ? (pick(METHODS) ?? '') : String(pick(WORDS))
  const params = random() < 0.5 ? (PARAMS[method] ?? {}) : spoilt(PARAMS[method] ?? {})
  const bare = { jsonrpc: '2.0', id, method, params }
  const isWrapped = Object.hasOwn(edgeMethods, method) ? random() < 0.7 : random() < 0.1
  const frame: Json = !isWrapped ? bare : wrapped(bare, random() < 0.9 ? '0' : anything())
  const whole = random() < 0.1 ? spoilt(frame) : frame
  const text = JSON.stringify(whole).replaceAll('SITE', site)
  return random() < 0.85 ? text : torn(text, random)
}

const wrapped = (frame: { id: string; [key: string]: Json }, edgeId: Json): Json => ({
  jsonrpc: '2.0',
  id: frame.id,
  method: 'edgeRpc',
  params: { edgeId, payload: frame },
})

/** The text itself is damaged: cut off, a letter changed, a piece doubled, or nested without end. */
function torn(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length)
  const fate = random()
  if (fate < 0.3) return text.slice(0, at)
  if (fate < 0.6)
    return `${text.slice(0, at)}${String.fromCharCode(32 + Math.floor(random() * 95))}${text.slice(at + 1)}`
  if (fate < 0.9) return `${text.slice(0, at)}${text.slice(Math.floor(random() * at))}`
  return `${text.slice(0, at)}${'['.repeat(Math.floor(random() * 5_000))}`
}

/** Whose answer a frame must get by JSON-RPC 2.0, §4: the id of a request; null when it is none. */
export function idOfRequest(text: string): string | number | null {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) return null
  const { id, method, params = {} } = frame as { id?: unknown; method?: unknown; params?: unknown }
  const isRequest =
    typeof method === 'string' && typeof params === 'object' && params !== null && !Array.isArray(params)
  return isRequest && (typeof id === 'string' || typeof id === 'number') ? id : null
}
