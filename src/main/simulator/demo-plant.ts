import type { Clock } from '@shared/clock'
import { Disposables } from '@shared/disposables'
import type { Logger } from '@shared/log'
import type { Profile } from '@shared/profile'
import { chargerImage, gridMeterImage, heatPumpMeterImage, hybridImage } from './demo-devices'
import { ModbusServer, type ModbusServerOptions } from './modbus-server'
import { Plant, type PlantState } from './plant/plant'
import type { RegisterImage } from './register-image'

export type DemoHostName = 'gateway' | 'inverter' | 'charger'

export interface DemoHost {
  readonly host: string
  readonly port: number
  readonly what: DemoHostName
  /** Unit id → profile of what answers there. */
  readonly units: Readonly<Record<number, string>>
}

export interface DemoPlantOptions {
  readonly clock: Clock
  /** Finds profiles by id; throws when one is missing. */
  readonly profiles: { get(id: string): Profile }
  readonly log: Logger
  readonly seed?: number
  /** Where each host would like to listen, as it did last time; a taken port is replaced by a free one. */
  readonly ports?: Partial<Readonly<Record<DemoHostName, number>>>
}

export interface DemoPlant extends AsyncDisposable {
  readonly hosts: readonly DemoHost[]
  /** The true figures of this moment, for whoever wants to compare. */
  state(): PlantState
}

/** The line behind the gateway: what a question to one of its meters costs, and one to an absent unit. */
const SERIAL = { turnaroundMs: 25, timeoutMs: 250 } as const

/**
 * The demo site: a gateway with the grid meter (SDM630, unit 1) and the heat pump's meter (SDM120, unit 2), a GEN24 hybrid
 * inverter and a go-e charger, each on a port of its own on 127.0.0.1, all fed by one physical model, so that what they say
 * fits together. Registers are brought up to date when somebody reads. What is written to the charger's current, its force
 * state and the inverter's power limit works on the plant. The plant lives on monotonic time: a clock that jumps moves
 * nothing.
 */
export async function startDemoPlant({ clock, profiles, log, seed, ports = {} }: DemoPlantOptions): Promise<DemoPlant> {
  const plant = new Plant(seed === undefined ? {} : { seed })
  const since = clock.monotonic()
  const gridMeter = gridMeterImage(profiles.get('eastron-sdm630'))
  const heatPumpMeter = heatPumpMeterImage(profiles.get('eastron-sdm120'))
  const hybrid = hybridImage(profiles.get('fronius-gen24'))
  const charger = chargerImage(profiles.get('go-e-charger'))

  let shown: PlantState | null = null
  const refresh = () => {
    plant.controls = { ...charger.controls(), ...hybrid.controls() }
    const state = plant.at(clock.monotonic() - since)
    if (state === shown) return
    shown = state
    for (const device of [gridMeter, heatPumpMeter, hybrid, charger]) device.show(state)
  }
  refresh()

  await using starting = new Disposables()
  const hosts: DemoHost[] = []
  const open = async (
    what: DemoHostName,
    units: Readonly<Record<number, { registers: RegisterImage; profile: string }>>,
    options: Partial<ModbusServerOptions> = {},
  ) => {
    const images = Object.entries(units).map(([unit, { registers }]) => [Number(unit), registers] as const)
    for (const [, registers] of images) registers.refresh = refresh
    const server = await listen({ units: new Map(images), clock, ...options }, ports[what])
    starting.use(server)
    const answering = Object.fromEntries(Object.entries(units).map(([unit, { profile }]) => [Number(unit), profile]))
    hosts.push({ host: server.host, port: server.port, what, units: answering })
    log.info(`${what} on ${server.host}:${server.port}, units ${Object.keys(units).join(', ')}`)
  }
  await open('gateway', { 1: gridMeter, 2: heatPumpMeter }, { otherUnits: 'gateway', serial: SERIAL })
  await open('inverter', { 1: hybrid })
  await open('charger', { 1: charger })

  const running = starting.move()
  return {
    hosts,
    state: () => plant.at(clock.monotonic() - since),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

async function listen(options: ModbusServerOptions, wished = 0): Promise<ModbusServer> {
  try {
    return await ModbusServer.start({ ...options, port: wished })
  } catch (error) {
    if (wished === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return ModbusServer.start(options)
  }
}
