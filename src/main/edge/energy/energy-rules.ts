/** An energy that is the integral of a power: of its positive part, or (sign −1) of its negative one. */
export interface EnergyRule {
  readonly energy: string
  readonly power: string
  readonly sign: 1 | -1
}

const PHASES = ['', 'L1', 'L2', 'L3'] as const

/**
 * Which power an energy comes from where a device does not count it, by nature.
 * Source: OpenEMS `CalculateEnergyFromPower` and where its devices use it, 2026.5.
 */
const BY_NATURE: Readonly<Record<string, readonly EnergyRule[]>> = {
  ElectricityMeter: PHASES.flatMap((phase): EnergyRule[] => [
    { energy: `ActiveProductionEnergy${phase}`, power: `ActivePower${phase}`, sign: 1 },
    { energy: `ActiveConsumptionEnergy${phase}`, power: `ActivePower${phase}`, sign: -1 },
  ]),
  SymmetricEss: [
    { energy: 'ActiveDischargeEnergy', power: 'ActivePower', sign: 1 },
    { energy: 'ActiveChargeEnergy', power: 'ActivePower', sign: -1 },
  ],
  HybridEss: [
    { energy: 'DcDischargeEnergy', power: 'DcDischargePower', sign: 1 },
    { energy: 'DcChargeEnergy', power: 'DcDischargePower', sign: -1 },
  ],
  EssDcCharger: [{ energy: 'ActualEnergy', power: 'ActualPower', sign: 1 }],
}

export const energyRules = (natures: readonly string[]): EnergyRule[] =>
  natures.flatMap((nature) => BY_NATURE[nature] ?? [])

/** The energies of who feeds whom; nobody can measure them. */
export const SUM_ENERGY_RULES: readonly EnergyRule[] = [
  ...['ProductionToConsumption', 'ProductionToGrid', 'ProductionToEss', 'GridToConsumption', 'EssToConsumption'].map(
    (flow): EnergyRule => ({ energy: `${flow}Energy`, power: `${flow}Power`, sign: 1 }),
  ),
  { energy: 'GridToEssEnergy', power: 'GridToEssPower', sign: 1 },
  { energy: 'EssToGridEnergy', power: 'GridToEssPower', sign: -1 },
]

/** What a channel's text says when its value is calculated. */
export const calculatedText = ({ power, sign }: EnergyRule): string =>
  `Calculated: integral of ${sign > 0 ? 'positive' : 'negative'} ${power}`
