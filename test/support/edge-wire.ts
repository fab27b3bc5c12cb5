import { EdgeAccess } from '@main/apis/edge-access'
import { singleEdgeRealm } from '@main/apis/ui-websocket/single-edge-realm'
import { Dispatcher } from '@main/session/dispatcher'
import type { Account } from '@main/session/realm'
import type { FrameConnection } from '@main/transport/connection'
import { memoryPair } from '@main/transport/memory'
import { silentLogger } from '@shared/log'
import type { TestEdge } from './test-edge'

const USERS: Record<string, Account> = {
  admin: { id: 'admin', name: 'Administrator', role: 'admin' },
  owner: { id: 'owner', name: 'Owner', role: 'owner' },
  user: { id: 'guest', name: 'Guest', role: 'guest' },
}

/** The wire of one edge as port 8085 shows it: passwords `admin`, `owner` and `user`. Who connects gets raw frames. */
export function edgeWire({
  edge,
  clock,
}: TestEdge): Disposable & { connect(): RawLine; serve(connection: FrameConnection): void } {
  const access = new EdgeAccess(edge, clock)
  const users = { authenticate: async (password: string) => USERS[password] ?? null }
  const dispatcher = new Dispatcher({ realm: singleEdgeRealm(access, users), clock, log: silentLogger })
  return {
    connect() {
      const [ours, theirs] = memoryPair()
      dispatcher.serve(theirs, null)
      return new RawLine(ours)
    },
    serve: (connection) => void dispatcher.serve(connection, null),
    [Symbol.dispose]: () => access[Symbol.dispose](),
  }
}

type Frame = Record<string, unknown>

/** Frames as they are written on the wire, without our own client in between. */
export class RawLine {
  readonly heard: Frame[] = []
  readonly connection: Pick<FrameConnection, 'send' | 'onFrame' | 'close'>
  #waiting: { id: unknown; resolve: (frame: Frame) => void }[] = []

  constructor(connection: Pick<FrameConnection, 'send' | 'onFrame' | 'close'>) {
    this.connection = connection
    connection.onFrame((text) => {
      const frame = JSON.parse(text) as Frame
      const index = this.#waiting.findIndex(({ id }) => id === frame.id && frame.method === undefined)
      if (index >= 0) this.#waiting.splice(index, 1)[0]?.resolve(frame)
      else this.heard.push(frame)
    })
  }

  /** Sends a request as given and resolves with the whole answer frame. */
  ask(frame: Frame): Promise<Frame> {
    return new Promise((resolve) => {
      this.#waiting.push({ id: frame.id, resolve })
      this.connection.send(JSON.stringify(frame))
    })
  }

  async login(password: string): Promise<string> {
    const answer = await this.ask({
      jsonrpc: '2.0',
      id: 'login',
      method: 'authenticateWithPassword',
      params: { password },
    })
    return (answer.result as { token: string }).token
  }

  send(text: string): void {
    this.connection.send(text)
  }
}
