import { type Clock, systemClock } from '@shared/clock'
import { createRpcClient, type RpcClient } from '@shared/rpc/client'
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { ChannelStore } from './channel-store'
import { type Connection, ConnectionStore } from './connection'
import type { EngineLine } from './engine-line'

/** Everything the screens need of the engine: calls, live values, and whether it can be reached. */
export interface Rpc extends RpcClient {
  readonly channels: ChannelStore
  readonly connection: ConnectionStore
  /** The newest answer of each question, so that a screen that comes back shows it while it asks again. */
  readonly answers: Map<string, { data: unknown; at: number }>
}

export function createRpc(line: EngineLine, clock: Clock = systemClock()): Rpc {
  const client = createRpcClient(line)
  const connection = new ConnectionStore(line, client, clock)
  const channels = new ChannelStore(client, connection, clock)
  return {
    ...client,
    connection,
    channels,
    answers: new Map(),
    close() {
      channels.close()
      connection.close()
      client.close()
      line.close()
    },
  }
}

const Context = createContext<Rpc | null>(null)

export function RpcProvider({ line, children }: { line: EngineLine; children: ReactNode }) {
  const [rpc] = useState(() => createRpc(line))
  useEffect(() => () => rpc.close(), [rpc])
  return <Context value={rpc}>{children}</Context>
}

/** The contract's client. `useRpc().call('getSite', …)`; for reading on screens take `useQuery`. */
export function useRpc(): Rpc {
  const rpc = useContext(Context)
  if (!rpc) throw new Error('useRpc needs an RpcProvider above it.')
  return rpc
}

export function useConnection(): Connection {
  const { connection } = useRpc()
  return useSyncExternalStore(connection.subscribe, connection.get)
}
