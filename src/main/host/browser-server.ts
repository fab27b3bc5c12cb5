import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FrameConnection } from '@main/transport/connection'
import { listenNear, type TakenPort } from '@main/transport/listen'
import { MAX_FRAME_BYTES, webSocketConnection } from '@main/transport/web-socket'
import { securityHeaders } from '@main/window/security-headers'
import { type Language, languageOf, type Translate } from '@main/window/sentences'
import { staticFiles } from '@main/window/static-files'
import type { Clock } from '@shared/clock'
import type { Logger } from '@shared/log'
import { WebSocketServer } from 'ws'
import { Access, isOwnHost, isOwnOrigin } from './access'
import { type PageReason, plainPage } from './plain-page'

export interface BrowserServerOptions {
  readonly host: string
  readonly port: number
  /** This machine's name, by which it may be asked for once it is opened to the network. */
  readonly machine: string
  readonly rendererDir: string
  readonly sentences: (language: Language) => Translate
  readonly clock: Clock
  readonly log: Logger
  /** A browser of somebody who had the link; frames come as they were sent. */
  readonly onConnection: (connection: FrameConnection) => void
}

export interface BrowserServer extends AsyncDisposable {
  readonly port: number
  /** Ports that were tried before. */
  readonly taken: readonly TakenPort[]
  /** `http://127.0.0.1:8090/?token=…`: whoever has it is admin. */
  readonly link: string
  /** The same, for one opening only. */
  singleUseLink(): string
}

/** More windows than anybody has open; each is a connection to the engine. */
const MAX_WINDOWS = 32

/**
 * The program for a browser: the built renderer and one WebSocket at `/rpc`, to whoever opened the printed link. Everybody
 * else, and every page that is not ours, is refused.
 */
export async function startBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const { host, clock, log } = options
  const access = new Access()
  const fileAt = staticFiles(options.rendererDir)
  const windows = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false })
  let port = 0

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const page = (status: number, reason: PageReason, headers: Record<string, string> = {}) => {
      const language = languageOf(request.headers['accept-language'])
      response.writeHead(status, { ...securityHeaders, 'content-type': 'text/html; charset=utf-8', ...headers })
      response.end(plainPage(reason, language, options.sentences(language)))
    }
    if (!isOwnHost(request.headers.host, host, options.machine)) return page(403, 'wrong-host')
    if (request.method !== 'GET' && request.method !== 'HEAD') return page(405, 'method', { allow: 'GET, HEAD' })
    const url = new URL(request.url ?? '/', 'http://this')
    const token = url.searchParams.get('token')
    if (token !== null) {
      const cookie = access.cookieFor(token, port)
      return cookie === null ? page(403, 'wrong-link') : enter(request, response, cookie)
    }
    if (!access.isKnown(request.headers, port)) return page(403, 'no-link')
    const file = await fileAt(url.pathname)
    if (!file) return page(404, 'not-found')
    response.writeHead(200, { ...file.headers, 'content-length': file.body.length })
    response.end(request.method === 'HEAD' ? undefined : file.body)
  }

  /** Why a WebSocket is not opened: status line and reason for the log. */
  const refusal = ({ url, headers }: IncomingMessage): readonly [status: string, why: string] | null => {
    if (url !== '/rpc') return ['404 Not Found', 'it asked for another address than /rpc']
    if (!isOwnHost(headers.host, host, options.machine)) return ['403 Forbidden', 'foreign Host header']
    if (!isOwnOrigin(headers)) return ['403 Forbidden', 'opened by the page of another origin']
    if (!access.isKnown(headers, port)) return ['403 Forbidden', 'without the link']
    if (windows.clients.size >= MAX_WINDOWS) return ['503 Service Unavailable', `${MAX_WINDOWS} windows are open`]
    return null
  }

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy())
    const refused = refusal(request)
    if (refused) {
      log.warn(`A WebSocket was refused: ${refused[1]}.`)
      socket.end(`HTTP/1.1 ${refused[0]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    } else {
      windows.handleUpgrade(request, socket, head, (opened) => {
        options.onConnection(webSocketConnection(opened, `browser ${request.socket.remoteAddress}`, clock))
      })
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error(`${request.method} ${request.url?.split('?')[0]}: ${error}`)
      if (!response.headersSent) response.writeHead(500, { ...securityHeaders, 'content-type': 'text/plain' })
      response.end()
    })
  })
  server.on('upgrade', upgrade)
  const listening = await listenNear(server, host, options.port)
  port = listening.port
  const linkWith = (token: string) => `http://${shownHost(host)}:${port}/?token=${token}`

  return {
    port,
    taken: listening.taken,
    link: linkWith(access.token),
    singleUseLink: () => linkWith(access.singleUseToken()),
    async [Symbol.asyncDispose]() {
      for (const socket of windows.clients) socket.close(1001, 'The program is being closed.')
      windows.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      // A browser keeps its connections open for a while, and may not answer a close frame at all.
      server.closeIdleConnections()
      using _ = clock.after(1_000, () => {
        for (const socket of windows.clients) socket.terminate()
        server.closeAllConnections()
      })
      await closed
    },
  }
}

/**
 * From the link to the page. When another site's page held the link (a mail, a chat), the browser would not send a
 * SameSite=Strict cookie along a redirect; a page of ours that goes on by itself is our own site again.
 */
function enter(request: IncomingMessage, response: ServerResponse, cookie: string): void {
  const headers = { ...securityHeaders, 'set-cookie': cookie, 'cache-control': 'no-store' }
  if (request.headers['sec-fetch-site'] === 'cross-site') {
    response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' })
    response.end('<!doctype html><meta http-equiv="refresh" content="0; url=/"><title>Sitewright</title>')
  } else {
    response.writeHead(303, { ...headers, location: '/' })
    response.end()
  }
}

/** An address a browser can open: every address of the machine is none. */
const shownHost = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
