import type { Server } from 'node:net'
import { listenNear, type TakenPort } from '@main/transport/listen'
import { SitewrightError } from '@shared/errors'
import type { Logger } from '@shared/log'

/** Ports below belong to the administrator on most systems (RFC 6335 §6, "System Ports"). */
const FIRST_FREE_FOR_ALL = 1024
const STEP_UP = 1000

/**
 * Listens on loopback on the wanted port, or the next free one of the twenty after it; the log names who holds the wanted
 * one. Where the system keeps a port below 1024 to itself, it is the one 1,000 higher: 502 becomes 1502.
 */
export async function listenApi(server: Server, wanted: number, log: Logger): Promise<number> {
  let from = wanted
  let listening: { port: number; taken: readonly TakenPort[] }
  try {
    listening = await listenNear(server, '127.0.0.1', from)
  } catch (error) {
    const refused = error instanceof SitewrightError && error.key === 'port.not-allowed'
    if (!refused || wanted === 0 || wanted >= FIRST_FREE_FOR_ALL) throw error
    from = wanted + STEP_UP
    listening = await listenNear(server, '127.0.0.1', from)
    log.warn(`This system keeps port ${wanted} to itself; this edge listens on ${listening.port} instead.`)
  }
  const [taken] = listening.taken
  if (taken) {
    const { holder } = taken
    const who = holder ? `${holder.name} (process ${holder.pid})` : 'another program'
    log.warn(`Port ${from} is held by ${who}; this edge listens on ${listening.port} instead.`)
  }
  return listening.port
}
