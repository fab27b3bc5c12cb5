import type { Server, Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { type IServiceVector, ServerTCP } from 'modbus-serial'

/** modbus-serial's handler of a new connection. */
export type Serve = (line: Duplex) => void

/** What modbus-serial does not declare: the server it listens with. */
export type OpenServerTcp = ServerTCP & { readonly _server: Server }

/**
 * Opens modbus-serial's server and takes its place at the door: each new socket comes to `accept`, together with the
 * library's own handler, which is then given a stream instead of the socket.
 */
export function listen(
  host: string,
  port: number,
  vector: IServiceVector,
  accept: (socket: Socket, serve: Serve) => void,
): Promise<OpenServerTcp> {
  return new Promise((resolve, reject) => {
    // The library takes port 502 for 0 ("not given"); as text, 0 means to the system what it should: any free port.
    const anyPort = '0' as unknown as number
    const server = new ServerTCP(vector, { host, port: port || anyPort }) as OpenServerTcp
    const [serve] = server._server.listeners('connection') as [Serve]
    server._server.removeAllListeners('connection')
    server._server.on('connection', (socket) => accept(socket, serve.bind(server._server)))
    server.on('initialized', () => resolve(server))
    server.on('serverError', reject)
  })
}

/** The stream that stands for the socket: what is pushed is asked, what is written is the answer, one frame each. */
export function lineTo(serve: Serve, socket: Socket, onAnswer: (answer: Buffer) => void): Duplex {
  const line = new Duplex({
    read() {},
    write(answer: Buffer, _encoding, done) {
      onAnswer(answer)
      done()
    },
  })
  serve(Object.assign(line, { address: () => socket.address() }))
  return line
}
