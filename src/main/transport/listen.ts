import type { AddressInfo, Server } from 'node:net'
import { SitewrightError } from '@shared/errors'

/** How many ports after the wanted one are tried. */
const NEIGHBOURS = 20

export interface Listening {
  readonly port: number
  /** True when another port than the wanted one had to be used. */
  readonly moved: boolean
}

/** Listens on `host:port`; a taken port is answered by the next free one. Port 0 takes any. */
export async function listenNear(server: Server, host: string, port: number): Promise<Listening> {
  for (let candidate = port; candidate <= port + NEIGHBOURS; candidate++) {
    try {
      await listen(server, host, candidate)
      const used = (server.address() as AddressInfo).port
      return { port: used, moved: port !== 0 && used !== port }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EACCES') {
        throw new SitewrightError('port.not-allowed', `This user may not open port ${candidate}.`, {
          args: { port: candidate },
          cause: error,
        })
      }
      if (code !== 'EADDRINUSE' || port === 0) throw error
    }
  }
  throw new SitewrightError('port.taken', `Port ${port} and the ${NEIGHBOURS} after it are in use.`, { args: { port } })
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      server.off('listening', ready)
      reject(error)
    }
    const ready = () => {
      server.off('error', failed)
      resolve()
    }
    server.once('error', failed)
    server.once('listening', ready)
    server.listen({ host, port, exclusive: true })
  })
}
