import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/** More browsers than one technician has; the oldest is let out then. */
const MAX_SESSIONS = 64

/**
 * Who may see the page. The program prints a link with a token; whoever opens it gets a cookie that no script can read and
 * no other site's request carries. The cookie's name holds the port, because a browser shares cookies between all ports of
 * a machine (RFC 6265 §8.5) and two Sitewrights must not log each other out.
 */
export class Access {
  readonly token = secret()
  readonly #singleUse = new Set<string>()
  readonly #sessions: string[] = []

  /** A token that works once: for a program we start ourselves, whose arguments others on this machine can read. */
  singleUseToken(): string {
    const token = secret()
    this.#singleUse.add(token)
    return token
  }

  cookieFor(token: string, port: number): string | null {
    const isSpent = [...this.#singleUse].some((known) => isSame(token, known) && this.#singleUse.delete(known))
    if (!isSpent && !isSame(token, this.token)) return null
    const session = secret()
    this.#sessions.push(session)
    if (this.#sessions.length > MAX_SESSIONS) this.#sessions.shift()
    return `${cookieName(port)}=${session}; Path=/; HttpOnly; SameSite=Strict`
  }

  isKnown(headers: IncomingHttpHeaders, port: number): boolean {
    const prefix = `${cookieName(port)}=`
    const cookies = (headers.cookie ?? '').split(/;\s*/).filter((cookie) => cookie.startsWith(prefix))
    return cookies.some((cookie) => this.#sessions.some((session) => isSame(cookie.slice(prefix.length), session)))
  }
}

/**
 * True when a page asked for `host` itself. A page elsewhere whose name was made to resolve to this machine (DNS rebinding)
 * still sends its own name here. On loopback only loopback's names count, on any port, since an SSH tunnel may end on
 * another one; when the technician opened the port to the network, addresses and this machine's name count too.
 */
export function isOwnHost(hostHeader: string | undefined, bound: string, machine: string): boolean {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::\d{1,5})?$/.exec(hostHeader ?? '')
  const name = (match?.[1] ?? '').toLowerCase()
  if (name === 'localhost' || name === '127.0.0.1' || name === '[::1]') return true
  if (isLoopback(bound)) return name === bound
  const own = machine.toLowerCase()
  return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || name === own || name === `${own}.local`
}

/** True when the WebSocket is opened by our own page: browsers always send Origin, and it names the page's own host. */
export const isOwnOrigin = (headers: IncomingHttpHeaders): boolean =>
  headers.host !== undefined && headers.origin === `http://${headers.host}`

export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host)

const secret = (): string => randomBytes(24).toString('base64url')

const cookieName = (port: number): string => `sitewright-${port}`

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
