import { isIPv4, isIPv6 } from 'node:net'
import { SitewrightError } from '@shared/errors'
import { pieces } from './number-list'

/** One door to knock at. `named`: the person wrote this very host, not a range it lies in. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly named: boolean
}

/**
 * Where to look, as a person typed it: networks (`192.168.1.0/24`), ranges (`192.168.1.10-40`), addresses and names, each
 * with its own port if wanted (`meter.local:1502`, `[fe80::1]:502`). Counted without being written out: a /16 costs a few
 * numbers, and each address is made when its turn comes. Addresses named twice are asked once; the network and broadcast
 * address of a network are left out.
 */
export interface TargetList {
  readonly hostCount: number
  /** Of these, the ones the person wrote one by one. */
  readonly namedCount: number
  endpointCount(ports: readonly number[]): number
  /**
   * Port after port, so that the same host is not asked twice in a row. `ports` go to all that name none of their own.
   * May be walked more than once.
   */
  endpoints(ports: readonly number[]): Iterable<Endpoint>
}

/** Above this a person is asked first. */
export const HOSTS_WITHOUT_ASKING = 4096

/** Throws `scan.targets` with the offending piece and what would be right. */
export function parseTargets(text: string): TargetList {
  const parts = pieces(text).map(parsePiece)
  if (parts.length === 0) throw wrong(text.trim(), 'empty', 'name a network, a range or a host: 192.168.1.0/24')
  return new Targets(parts)
}

/** Throws `scan.too-many` when these are more hosts than anyone asks on purpose. */
export function refuseTooMany(hosts: number): void {
  if (hosts <= HOSTS_WITHOUT_ASKING) return
  throw new SitewrightError(
    'scan.too-many',
    `${hosts} hosts are more than ${HOSTS_WITHOUT_ASKING}: confirm it, or choose a smaller network`,
    { args: { hosts, limit: HOSTS_WITHOUT_ASKING } },
  )
}

/** Addresses of one piece as numbers, or a name that the system resolves. */
type Part =
  | { readonly from: number; readonly to: number; readonly port: number | null }
  | { readonly name: string; readonly port: number | null }

interface Span {
  readonly from: number
  readonly to: number
}

class Targets implements TargetList {
  readonly hostCount: number
  readonly namedCount: number
  readonly #parts: readonly Part[]
  readonly #named: ReadonlySet<number>

  constructor(parts: readonly Part[]) {
    this.#parts = parts
    this.#named = new Set(parts.flatMap((part) => ('from' in part && part.from === part.to ? [part.from] : [])))
    this.hostCount = size(spansOf(parts)) + namesOf(parts).length
    this.namedCount = this.#named.size + namesOf(parts).length
  }

  endpointCount(ports: readonly number[]): number {
    let count = 0
    for (const { spans, names } of this.#byPort(ports)) count += size(spans) + names.length
    return count
  }

  endpoints(ports: readonly number[]): Iterable<Endpoint> {
    return { [Symbol.iterator]: () => this.#walk(ports) }
  }

  *#walk(ports: readonly number[]): Generator<Endpoint> {
    for (const { port, spans, names } of this.#byPort(ports)) {
      for (const { from, to } of spans) {
        for (let address = from; address <= to; address++) {
          yield { host: writeAddress(address), port, named: this.#named.has(address) }
        }
      }
      for (const host of names) yield { host, port, named: true }
    }
  }

  *#byPort(ports: readonly number[]): Iterable<{ port: number; spans: readonly Span[]; names: readonly string[] }> {
    const general = new Set(ports)
    const own = this.#parts.flatMap(({ port }) => (port === null ? [] : [port]))
    for (const port of new Set([...ports, ...own])) {
      const parts = this.#parts.filter((part) => part.port === port || (part.port === null && general.has(port)))
      yield { port, spans: spansOf(parts), names: namesOf(parts) }
    }
  }
}

/** Sorted and without overlap, so that counting and asking see each address once. */
function spansOf(parts: readonly Part[]): readonly Span[] {
  const spans: { from: number; to: number }[] = []
  const sorted = parts.filter((part) => 'from' in part).sort((a, b) => a.from - b.from)
  for (const { from, to } of sorted) {
    const last = spans.at(-1)
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to)
    else spans.push({ from, to })
  }
  return spans
}

function namesOf(parts: readonly Part[]): readonly string[] {
  return [...new Set(parts.flatMap((part) => ('name' in part ? [part.name] : [])))]
}

function size(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from + 1, 0)
}

function parsePiece(piece: string): Part {
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(piece)
  if (bracketed?.[1] !== undefined) {
    if (!isIPv6(bracketed[1])) throw wrong(piece, 'ipv6', 'between [ and ] stands an IPv6 address: [fe80::1]:502')
    return { name: bracketed[1], port: bracketed[2] === undefined ? null : parsePort(piece, bracketed[2]) }
  }
  if (isIPv6(piece)) return { name: piece, port: null }
  if (piece.split(':').length > 2) {
    throw wrong(piece, 'ipv6', 'an IPv6 address with a port stands in brackets, a network of IPv6 cannot be searched')
  }
  const [body = '', portText] = piece.split(':')
  const port = portText === undefined ? null : parsePort(piece, portText)
  if (body.includes('/')) return { ...parseNetwork(piece, body), port }
  const dash = body.lastIndexOf('-')
  if (dash > 0 && isNumeric(body)) return { ...parseRange(piece, body.slice(0, dash), body.slice(dash + 1)), port }
  if (isNumeric(body)) {
    const address = readAddress(piece, body)
    return { from: address, to: address, port }
  }
  if (!NAME.test(body)) throw wrong(piece, 'name', 'this is neither an address nor a name')
  return { name: body.toLowerCase(), port }
}

/** RFC 1123, §2.1, and the underscore that many device names carry. */
const NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i

function parseNetwork(piece: string, body: string): Span {
  const [text = '', prefixText = '', ...rest] = body.split('/')
  const address = readAddress(piece, text)
  const prefix = /^\d{1,2}$/.test(prefixText) && rest.length === 0 ? Number(prefixText) : Number.NaN
  if (!(prefix <= 32)) throw wrong(piece, 'prefix', 'the part after / goes from 0 to 32')
  const length = 2 ** (32 - prefix)
  const from = Math.floor(address / length) * length
  const to = from + length - 1
  // RFC 3021: a /31 has two hosts and no broadcast address; a /32 is one host.
  return prefix >= 31 ? { from, to } : { from: from + 1, to: to - 1 }
}

function parseRange(piece: string, first: string, last: string): Span {
  const from = readAddress(piece, first)
  const short = /^\d{1,3}$/.test(last)
  if (short && Number(last) > 255) throw wrong(piece, 'range-end', 'the last part of an address goes from 0 to 255')
  const to = short ? from - (from % 256) + Number(last) : readAddress(piece, last)
  if (to < from) throw wrong(piece, 'range-order', 'a range goes from the smaller address to the larger one')
  return { from, to }
}

function parsePort(piece: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw wrong(piece, 'port', 'the part after : is a port, 1 to 65535')
  return port
}

function readAddress(piece: string, text: string): number {
  if (isIPv4(text)) return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  throw wrong(piece, 'address', 'an address has four parts from 0 to 255: 192.168.1.31')
}

export function writeAddress(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.')
}

/** Nothing but digits, dots and dashes: meant as an address, not as a name. */
function isNumeric(text: string): boolean {
  return /^[\d.-]+$/.test(text)
}

function wrong(piece: string, context: string, wanted: string): SitewrightError {
  return new SitewrightError('scan.targets', piece === '' ? wanted : `${piece}: ${wanted}`, {
    args: { piece, context },
  })
}
