import type { ModbusBridge } from '@main/drivers/modbus/modbus-bridge'
import { defineDriver } from '@main/edge/component/driver'
import { ElectricityMeter, ModbusComponent } from '@main/edge/nature'
import { ComponentId } from '@shared/edge-config'
import { decode } from '@shared/modbus-numbers'
import { z } from 'zod'

/**
 * A box that counts the pulses of an old meter's S0 output. Energy is the count; power is what the last pulses amount to,
 * and not known before two of them were seen. Both are positive while the meter counts.
 * Source: Acme pulse box, Modbus map, revision A, §2. (Both are made up: this is the blueprint of a driver.)
 */
export const pulseCounter = defineDriver({
  factoryId: 'Acme.PulseCounter',
  name: 'Acme pulse counter',
  description: 'Counts the pulses of an S0 output.',
  config: z.strictObject({
    'modbus.id': ComponentId.default('modbus0'),
    modbusUnitId: z.int().min(0).max(255).default(1),
    type: z.enum(['PRODUCTION', 'CONSUMPTION_METERED']).default('PRODUCTION'),
    pulsesPerKwh: z.int().min(1).default(1000),
  }),
  natures: () => [ElectricityMeter, ModbusComponent],
  references: (config) => [config['modbus.id']],
  traits: ({ type }) => ({ meterType: type }),

  start({ 'modbus.id': bridgeId, modbusUnitId, pulsesPerKwh }, { require, join, channels, clock }) {
    const bridge = require<ModbusBridge>(bridgeId)
    const lease = bridge.lease({ timeoutMs: 500 })
    const device = join(bridge.bus, { unit: modbusUnitId })
    const wattHours = (pulses: number) => (pulses * 1000) / pulsesPerKwh
    let last: { readonly pulses: number; readonly at: number } | null = null

    // Runs before the first reading and again whenever the box was lost: the pulses of that time tell nothing of power.
    device.prepare(async () => {
      last = null
    })
    device.read('high', ['ActivePower', 'ActiveProductionEnergy'], async (signal) => {
      const words = await lease.link.readInput(modbusUnitId, PULSES, 2, { signal })
      const pulses = Number(decode('uint32', words))
      const at = clock.monotonic()
      channels.set('ActiveProductionEnergy', Math.round(wattHours(pulses)))
      if (last && pulses === last.pulses) return
      // The box begins at 0 again when its power fails.
      const isKnown = last !== null && pulses > last.pulses
      const watts = isKnown && last ? (wattHours(pulses - last.pulses) * 3_600_000) / (at - last.at) : null
      channels.set('ActivePower', watts === null ? null : Math.round(watts))
      last = { pulses, at }
    })
    return lease
  },
})

/** Input register of the count, two words, the most significant first. */
const PULSES = 10
