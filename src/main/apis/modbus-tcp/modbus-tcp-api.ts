import { createServer, type Socket } from 'node:net'
import { type DriverContext, type DriverDefinition, defineDriver, type Started } from '@main/edge/component/driver'
import { Controller } from '@main/edge/nature'
import { channelDocs, state } from '@main/edge/nature/nature'
import { type ServedRegisters, serveModbus } from '@main/protocols/modbus/server-connection'
import { Disposables } from '@shared/disposables'
import { z } from 'zod'
import type { ApiSurroundings } from '../api-surroundings'
import { type ApiService, ApiWrites } from '../api-writes'
import { ConnectionGate } from '../connection-gate'
import { listenApi } from '../listen-api'
import { RegisterMap } from './register-map'

const ReadOnly = z.strictObject({
  port: z.int().min(0).max(65_535).default(502),
  'component.ids': z.array(z.string()).default(['_sum']),
  maxConcurrentConnections: z.int().min(1).max(100).default(5),
  logVerbosity: z.string().default('NONE'),
})
/** `readChannels`, `writeChannels` and `logVerbosity` are taken so that a configuration of OpenEMS fits; the map is what counts. */
const ReadWrite = ReadOnly.extend({
  readChannels: z.array(z.string()).default([]),
  writeChannels: z.array(z.string()).default([]),
  apiTimeout: z.int().min(0).default(60),
})
const channels = () => channelDocs({ ComponentMissingFault: state('FAULT', 'A configured Component is not available') })

/** The unit of an OpenEMS edge; 0 and 255 mean "whoever is at this address" (Modbus Messaging on TCP/IP V1.0b §4.4.1.2). */
const UNITS: readonly number[] = [1, 0, 255]

/**
 * The edge as a Modbus/TCP device, for another master on this machine: it listens on loopback only, because Modbus knows no
 * password. No edge has it unless somebody configures it. Source: wire description §8; modules description B6.
 */
export function modbusTcpDrivers(around: ApiSurroundings): DriverDefinition[] {
  return [
    defineDriver({
      factoryId: 'Controller.Api.ModbusTcp.ReadOnly',
      name: 'Controller Api Modbus/TCP Read-Only',
      description: 'Another Modbus master may read this edge.',
      config: ReadOnly,
      natures: () => [Controller],
      channels,
      start: (config, context) => startModbusTcp(around, config, context, null),
    }),
    defineDriver({
      factoryId: 'Controller.Api.ModbusTcp.ReadWrite',
      name: 'Controller Api Modbus/TCP Read-Write',
      description: 'Another Modbus master may read this edge, and set those channels that take values.',
      config: ReadWrite,
      natures: () => [Controller],
      channels,
      start: (config, context) => startModbusTcp(around, config, context, config.apiTimeout),
    }),
  ]
}

async function startModbusTcp(
  around: ApiSurroundings,
  config: z.infer<typeof ReadOnly>,
  { clock, log, cycle, provide, channels }: DriverContext,
  timeoutS: number | null,
): Promise<Started> {
  const edge = () => around.access().edge
  const writes = timeoutS === null ? null : new ApiWrites({ edge, clock, log, cycle, timeoutS })
  const componentIds = config['component.ids'].filter((id) => id !== '')
  const sockets = new Set<Socket>()
  const gate = new ConnectionGate({ parallel: config.maxConcurrentConnections }, clock)

  // Components are made anew when their configuration changes; the list of all of them is then another one.
  let drawn: { map: RegisterMap; of: unknown } | null = null
  const map = (): RegisterMap => {
    const of = edge().registry.all()
    if (drawn?.of !== of) drawn = { of, map: new RegisterMap(edge(), componentIds, writes) }
    return drawn.map
  }

  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, (socket) => {
    if (!gate.admit(socket)) return void socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    const by = { id: 'modbus', name: `${socket.remoteAddress}:${socket.remotePort}` }
    const registers: ServedRegisters = {
      read: (at, count) => map().read(at, count),
      ...(writes ? { write: (at, words) => map().write(at, words, by) } : {}),
    }
    serveModbus(socket, {
      unit: (id) => (UNITS.includes(id) ? registers : null),
      failed: (error) => log.warn(`${by.name}: ${error instanceof Error ? error.message : String(error)}`),
      clock,
    })
  })
  const opened = new Disposables()
  if (writes) opened.use(writes)
  opened.defer(() => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    return closed
  })
  const port = await listenApi(server, config.port, log)
  log.info(`Another Modbus master can ask at 127.0.0.1:${port}, unit 1.`)
  const run = () => {
    channels.set('ComponentMissingFault', map().missing.length > 0 ? 1 : 0)
    writes?.run()
  }
  provide({ port, ...(writes ? { writes } : {}), run } satisfies ApiService)
  return opened
}
