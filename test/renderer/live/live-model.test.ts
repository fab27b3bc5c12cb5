import { commonName, flowModel, idsOf } from '@renderer/features/live/live-model'
import { plantParts } from '@renderer/features/plant/parts'
import { powerWord } from '@renderer/features/plant/power-word'
import { sumOf } from '@renderer/features/plant/reading'
import type { EdgeConfig } from '@shared/edge-config'
import { expect, it } from 'vitest'
import { plantConfig } from '../fake-plant'

it('sorts a plant around the busbar: sources above, consumers below, the rest always there', () => {
  const { sources, loads } = flowModel(plantParts(plantConfig()))
  expect(sources.map(({ kind, parts }) => [kind, idsOf(parts)])).toEqual([
    ['grid', 'meter0'],
    ['pv', 'pvInverter0'],
    ['battery', 'ess0'],
  ])
  expect(loads.map(({ kind, parts }) => [kind, idsOf(parts)])).toEqual([
    ['metered', 'meter11–18'],
    ['rest', ''],
    ['heat', 'meter2'],
    ['evcs', 'evcs0'],
  ])
  expect(flowModel([]).sources.map(({ kind }) => kind)).toEqual(['grid'])
})

it('takes the DC side of a hybrid: its PV as PV, its battery without the PV', () => {
  const natures = (...names: string[]) => ({
    name: '',
    description: '',
    natureIds: names.map((name) => `io.openems.${name}`),
  })
  const config: EdgeConfig = {
    components: {
      ess0: { alias: 'Battery', factoryId: 'hybrid', properties: {} },
      charger0: { alias: 'PV', factoryId: 'dc', properties: {} },
    },
    factories: { hybrid: natures('SymmetricEss', 'HybridEss'), dc: natures('EssDcCharger') },
  }
  expect(plantParts(config).map(({ kind, power }) => [kind, power])).toEqual([
    ['pv', 'charger0/ActualPower'],
    ['battery', 'ess0/DcDischargePower'],
  ])
})

it('leaves out what is switched off and what measures nothing', () => {
  const config = plantConfig()
  const meter = config.components.meter11
  if (meter) meter.properties.enabled = false
  expect(plantParts(config).map(({ id }) => id)).not.toContain('meter11')
  expect(plantParts(config).map(({ id }) => id)).not.toContain('modbus0')
})

it('names a group by what its members have in common', () => {
  const flats = plantParts(plantConfig()).filter(({ kind }) => kind === 'metered')
  expect(commonName(flats)).toBe('Flat 1–8')
  expect(commonName(plantParts(plantConfig()))).toBe(null)
})

it('tells the sign as a word for each kind of part', () => {
  expect(powerWord('grid', 1420)).toBe('power.from-grid')
  expect(powerWord('grid', -1420)).toBe('power.to-grid')
  expect(powerWord('battery', -1200)).toBe('power.charging')
  expect(powerWord('pv', 12)).toBe('power.idle')
})

it('makes a sum only as good as its worst term', () => {
  const fresh = { kind: 'fresh', value: 300, lastValue: 300, lastAt: 9000 } as const
  const lost = { kind: 'lost', value: null, lastValue: 120, lastAt: 5000 } as const
  const never = { kind: 'never', value: null, lastValue: null, lastAt: null } as const
  const plus = (state: Parameters<typeof sumOf>[0][number]['state']) => ({ state, factor: 1 as const })
  expect(sumOf([plus(fresh), { state: fresh, factor: -1 }])).toMatchObject({ kind: 'fresh', value: 0 })
  expect(sumOf([plus(fresh), plus(lost)])).toEqual({ kind: 'lost', value: null, lastValue: 420, lastAt: 5000 })
  expect(sumOf([plus(fresh), plus(never)])).toMatchObject({ kind: 'never', value: null, lastValue: null })
})
