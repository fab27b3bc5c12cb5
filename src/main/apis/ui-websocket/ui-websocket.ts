import { createServer } from 'node:http'
import { defineDriver } from '@main/edge/component/driver'
import { Controller } from '@main/edge/nature'
import { Dispatcher } from '@main/session/dispatcher'
import { FRAME_LIMITS, guardFrames } from '@main/transport/frame-guard'
import { MAX_FRAME_BYTES, webSocketConnection } from '@main/transport/web-socket'
import { Disposables } from '@shared/disposables'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import type { ApiSurroundings } from '../api-surroundings'
import { type ApiService, ApiWrites } from '../api-writes'
import type { EdgeAccess } from '../edge-access'
import { listenApi } from '../listen-api'
import { singleEdgeRealm } from './single-edge-realm'

/**
 * The WebSocket on which an OpenEMS UI talks to this edge (`Controller.Api.Websocket`, port 8085). It listens on loopback
 * only, takes any origin and path, carries no cookie, and lets nobody in before a password is set.
 * Source: wire description §1.2, §3.
 */
export const uiWebsocketDriver = (around: ApiSurroundings) =>
  defineDriver({
    factoryId: 'Controller.Api.Websocket',
    name: 'Controller Api Websocket',
    description: 'Lets an OpenEMS UI connect to this edge.',
    config: z.strictObject({
      port: z.int().min(0).max(65_535).default(8085),
      apiTimeout: z.int().min(0).default(60),
      debugMode: z.boolean().default(false),
    }),
    natures: () => [Controller],
    async start(config, { id, provide, clock, log, cycle }) {
      const opened = new Disposables()
      const server = createServer((_request, response) => {
        response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' })
        response.end('This port speaks WebSocket: connect with an OpenEMS UI.\n')
      })
      const sockets = new WebSocketServer({ server, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false })
      // Errors of the HTTP server arrive here too; listenNear has its own ear on them.
      sockets.on('error', () => {})
      opened.defer(() => new Promise((resolve) => server.close(resolve)))
      opened.defer(() => {
        for (const socket of sockets.clients) socket.close(1000, 'edge stopped')
        server.closeAllConnections()
        for (const socket of sockets.clients) socket.terminate()
        sockets.close()
      })

      try {
        const port = await listenApi(server, config.port, log)
        log.info(`An OpenEMS UI can connect to ws://127.0.0.1:${port}.`)
        let dispatcher: Dispatcher<EdgeAccess> | null = null
        sockets.on('connection', (socket, request) => {
          let access: EdgeAccess
          try {
            access = around.access()
          } catch {
            // A UI that was only waiting for this port comes before the other components have started. 1013: try again later.
            socket.on('error', () => {})
            socket.close(1013, 'edge is starting')
            return
          }
          const { remoteAddress, remotePort } = request.socket
          const line = webSocketConnection(socket, `${remoteAddress}:${remotePort}`, clock, { pingMs: 60_000 })
          dispatcher ??= new Dispatcher({ realm: singleEdgeRealm(access, around.users, id), clock, log })
          dispatcher.serve(guardFrames(line, clock, FRAME_LIMITS), null)
        })
        const edge = () => around.access().edge
        const writes = opened.use(new ApiWrites({ edge, clock, log, cycle, timeoutS: config.apiTimeout }))
        provide({ port, writes, run: () => writes.run() } satisfies ApiService)
      } catch (error) {
        await opened[Symbol.asyncDispose]()
        throw error
      }
      return opened
    },
  })
