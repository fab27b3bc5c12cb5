import { defineDriver, type MeterType } from '@main/edge/component/driver'
import type { Bus } from '@main/edge/cycle/bus'
import { ElectricityMeter, ModbusComponent } from '@main/edge/nature'
import { BridgeModbus } from '@main/edge/nature/component'
import { SitewrightError } from '@shared/errors'
import { z } from 'zod'

/** Registers without a wire: the test says what each unit answers, or that it does not. */
export class FakeWire {
  readonly power = new Map<number, number>()
  readonly silent = new Set<number>()
  readonly refusing = new Set<number>()
  readonly asked: number[] = []

  async ask(unit: number): Promise<number> {
    this.asked.push(unit)
    if (this.silent.has(unit)) throw new SitewrightError('link.timeout', `Unit ${unit} did not answer in 500 ms.`)
    if (this.refusing.has(unit)) throw new SitewrightError('device.exception', `Unit ${unit} answered exception 2.`)
    return this.power.get(unit) ?? 0
  }
}

export const fakeBridge = (wire: FakeWire) =>
  defineDriver({
    factoryId: 'Test.Bridge',
    name: 'Test bridge',
    description: 'A bus without a wire.',
    config: z.strictObject({ failuresUntilUnknown: z.int().default(1) }),
    natures: () => [BridgeModbus],
    start({ failuresUntilUnknown }, { createBus, provide }) {
      const stats = () => ({ asked: wire.asked.length, answered: wire.asked.length, medianMs: 1 })
      provide(createBus({ target: 'nowhere', isConnected: () => true, stats, failuresUntilUnknown }))
      return undefined
    },
  })

export const fakeMeter = (wire: FakeWire) =>
  defineDriver({
    factoryId: 'Test.Meter',
    name: 'Test meter',
    description: 'A meter with one register.',
    config: z.strictObject({ 'modbus.id': z.string(), unit: z.int(), type: z.string().default('GRID') }),
    natures: () => [ElectricityMeter, ModbusComponent],
    references: (config) => [config['modbus.id']],
    traits: (config) => ({ meterType: config.type as MeterType }),
    start(config, { require, join, channels }) {
      const device = join(require<Bus>(config['modbus.id']), { unit: config.unit })
      device.read('high', ['ActivePower'], async () => channels.set('ActivePower', await wire.ask(config.unit)))
      return undefined
    },
  })
