import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { SitewrightError } from '@shared/errors'
import { type PortHolder, portHolder } from './port-holder'

export interface TakenPort {
  readonly port: number
  /** null: another program, we cannot see which. */
  readonly holder: PortHolder | null
}

export interface Listening {
  readonly port: number
  /** True when another port than the wanted one had to be used. */
  readonly moved: boolean
  /** Those that were tried before. */
  readonly taken: readonly TakenPort[]
}

/** How many ports after the wanted one are tried. */
const NEXT_PORTS = 20

/**
 * Listens on `port`, or on the next free one of the twenty after it, and says who holds those that were taken.
 * Fails with `port.taken` when all are, with `port.not-allowed` when the system refuses the port or knows no such address.
 */
export async function listenNear(
  server: Server,
  host: string,
  port: number,
  findHolder: (port: number) => Promise<PortHolder | null> = portHolder,
): Promise<Listening> {
  const taken: TakenPort[] = []
  const last = port === 0 ? 0 : Math.min(port + NEXT_PORTS, 65_535)
  for (let candidate = port; candidate <= last; candidate++) {
    try {
      server.listen(candidate, host)
      await once(server, 'listening')
      return { port: (server.address() as AddressInfo).port, moved: taken.length > 0, taken }
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code
      if (code !== 'EADDRINUSE')
        throw new SitewrightError('port.not-allowed', `Cannot listen on ${host}:${candidate} (${code}).`, {
          args: { host, port: candidate, code: code ?? '' },
          cause,
        })
      taken.push({ port: candidate, holder: await findHolder(candidate) })
    }
  }
  const holder = taken[0]?.holder
  throw new SitewrightError('port.taken', `Ports ${port} to ${last} are all taken.`, {
    args: { port, holder: holder ? `${holder.name} (${holder.pid})` : '' },
  })
}
