import { once } from 'node:events'
import { WebSocket } from 'ws'

type Frame = Record<string, unknown>

/**
 * What an OpenEMS UI does at an edge's port 8085, written frame by frame and not with our client: log in, subscribe to the
 * edge, subscribe to channels, and take `currentData` as it comes.
 */
export class UiClient implements AsyncDisposable {
  readonly #socket: WebSocket
  readonly #answers = new Map<string, (frame: Frame) => void>()
  #onValues: (values: Frame) => void = () => {}

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => this.#heard(JSON.parse(String(data)) as Frame))
  }

  static async connect(port: number): Promise<UiClient> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
    await once(socket, 'open')
    return new UiClient(socket)
  }

  /** Resolves with the whole answer frame. */
  ask(method: string, params: Frame): Promise<Frame> {
    const id = crypto.randomUUID()
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return new Promise((resolve) => this.#answers.set(id, resolve))
  }

  /** A request to the one edge of this port, `0`; resolves with what is in `result.payload.result`. */
  async askEdge(method: string, params: Frame): Promise<unknown> {
    const payload = { jsonrpc: '2.0', id: crypto.randomUUID(), method, params }
    const answer = await this.ask('edgeRpc', { edgeId: '0', payload })
    const { result } = answer as { result?: { payload: { result: unknown } } }
    if (!result) throw new Error(`${method}: ${JSON.stringify(answer)}`)
    return result.payload.result
  }

  /** The first values of these channels of which none is null. */
  async values(channels: readonly string[]): Promise<Frame> {
    const complete = new Promise<Frame>((resolve) => {
      this.#onValues = (values) => {
        if (channels.every((channel) => (values[channel] ?? null) !== null)) resolve(values)
      }
    })
    await this.ask('subscribeEdges', { edges: ['0'] })
    await this.askEdge('subscribeChannels', { count: 1, channels })
    return complete
  }

  #heard(frame: Frame): void {
    if (frame.method === undefined) this.#answers.get(String(frame.id))?.(frame)
    if (frame.method !== 'edgeRpc') return
    const { payload } = frame.params as { payload: { method: string; params: Frame } }
    if (payload.method === 'currentData') this.#onValues(payload.params)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    this.#socket.close()
    await once(this.#socket, 'close')
  }
}
