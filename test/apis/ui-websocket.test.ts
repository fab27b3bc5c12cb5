import type { ApiService } from '@main/apis/api-writes'
import { EdgeAccess } from '@main/apis/edge-access'
import { uiWebsocketDriver } from '@main/apis/ui-websocket/ui-websocket'
import { SitewrightError } from '@shared/errors'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { watchLeaks } from '../support/leaks'
import { settle } from '../support/manual-clock'
import { testEdge } from '../support/test-edge'

const closeCode = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve))

it('asks a UI that comes while the edge still starts to come again, and takes it then', async () => {
  await using _leaks = watchLeaks()
  let access: EdgeAccess | null = null
  const driver = uiWebsocketDriver({
    access: () => {
      if (access) return access
      throw new SitewrightError('edge.offline', 'The edge is still starting.')
    },
    users: { authenticate: async () => null },
  })
  const components = { ctrlApiWebsocket0: { factoryId: 'Controller.Api.Websocket', properties: { port: 0 } } }
  await using edge = await testEdge({ drivers: [driver], components })
  const { port } = edge.edge.registry.need('ctrlApiWebsocket0').service as ApiService

  expect(await closeCode(new WebSocket(`ws://127.0.0.1:${port}`))).toBe(1013)
  using ready = new EdgeAccess(edge.edge, edge.clock)
  access = ready
  const socket = new WebSocket(`ws://127.0.0.1:${port}`)
  const answer = new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))))
  socket.once('open', () => socket.send('{"jsonrpc":"2.0","id":"1","method":"getEdges","params":{"page":0}}'))
  expect(await answer).toMatchObject({ id: '1', error: { code: 1001 } })
  const closed = closeCode(socket)
  await edge.edge.deleteComponent('ctrlApiWebsocket0', { id: 'admin', name: 'Administrator' })
  expect(await closed).toBe(1000)
  await settle()
})
