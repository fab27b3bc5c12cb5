import type { Profile } from '@shared/profile'
import type { ChannelImage } from './channel-image'
import type { CarControls } from './plant/car'
import { BATTERY, INVERTER } from './plant/hybrid-inverter'
import type { PlantControls, PlantState } from './plant/plant'
import { type Draw, type Phase, perPhase, sum, type Three } from './plant/three'
import { ProfileImage } from './profile-image'
import type { RegisterImage } from './register-image'
import { SunSpecDevice } from './sunspec-device'

/** One device of the demo site: its registers, and how the plant's figures get into them. */
export interface DemoDevice {
  readonly profile: string
  readonly registers: RegisterImage
  show(state: PlantState): void
}

const PHASES: readonly Phase[] = [0, 1, 2]

/** The grid meter, three phases, buying positive. */
export function gridMeterImage(profile: Profile): DemoDevice {
  const image = new ProfileImage(profile, { serial: '21040317', firmware: '1.18' })
  return {
    profile: profile.id,
    registers: image.registers,
    show({ grid, voltageV, frequencyHz }) {
      showPhases(image, grid, voltageV)
      setKnown(image, {
        Frequency: frequencyHz * 1000,
        ActiveProductionEnergy: grid.importWh,
        ActiveConsumptionEnergy: grid.exportWh,
      })
      for (const phase of PHASES) {
        setKnown(image, {
          [`ActiveProductionEnergyL${phase + 1}`]: grid.importPhaseWh[phase],
          [`ActiveConsumptionEnergyL${phase + 1}`]: grid.exportPhaseWh[phase],
        })
      }
    },
  }
}

/** The meter of the heat pump: it knows one phase, and calls it L1, although the pump hangs on L2 of the house. */
export function heatPumpMeterImage(profile: Profile): DemoDevice {
  const image = new ProfileImage(profile, { serial: '19280566', firmware: '2.04' })
  return {
    profile: profile.id,
    registers: image.registers,
    show({ heatPump, voltageV, frequencyHz }) {
      const draw: Draw = { powerW: [heatPump.powerW[1], 0, 0], reactiveVar: [heatPump.reactiveVar[1], 0, 0] }
      showPhases(image, draw, [voltageV[1], 0, 0])
      setKnown(image, { Frequency: frequencyHz * 1000, ActiveProductionEnergy: heatPump.consumedWh })
    },
  }
}

/** Holding registers of the charger that a set-point may go to, always by FC 16. Source: go-eCharger API v2, modbus-en.md. */
const CHARGER = { allow: 200, ampsVolatile: 299, amps: 300, forceState: 337 } as const
const FORCE_OFF = 1

/** The charger: its state, three phases and the session; the current it allows comes from its holding registers. */
export function chargerImage(profile: Profile): DemoDevice & { controls(): CarControls } {
  const image = new ProfileImage(profile, { serial: '206481', firmware: '60.4' })
  const { registers } = image
  registers.put(3, CHARGER.allow, [1])
  registers.put(3, CHARGER.ampsVolatile, [10, 10])
  registers.put(3, CHARGER.forceState, [0])
  for (const at of Object.values(CHARGER)) registers.allowWrite(16, at, 1)
  const word = (at: number) => registers.read(3, at, 1)[0] ?? 0
  return {
    profile: profile.id,
    registers,
    controls: () => ({
      carLimitA: word(CHARGER.ampsVolatile),
      carAllowed: word(CHARGER.allow) !== 0 && word(CHARGER.forceState) !== FORCE_OFF,
    }),
    show({ car, voltageV }) {
      showPhases(image, car, voltageV)
      // Registers 100 and 101: state of the car, ampere coding of the cable.
      registers.put(4, 100, [car.state, car.state === 1 ? 0 : 32])
      setKnown(image, { ActiveProductionEnergy: car.consumedWh, EnergySession: car.sessionWh })
    },
  }
}

/** The hybrid inverter as its SunSpec models tell it: AC side, two strings, battery. */
export function hybridImage(profile: Profile): DemoDevice & { controls(): Pick<PlantControls, 'inverterLimitPct'> } {
  const identity = { model: 'Symo GEN24 10.0', serial: '34127085', firmware: '1.34.6-1' }
  const { image, registers } = new SunSpecDevice(profile, identity)
  image.setAll(120, {
    WRtg: INVERTER.ratedW,
    WHRtg: BATTERY.capacityWh,
    MaxChaRte: BATTERY.maxChargeW,
    MaxDisChaRte: BATTERY.maxDischargeW,
  })
  // The maker's own names of the four trackers.
  const names = ['MPPT 1', 'MPPT 2', 'StCha 3', 'StDisCha 4']
  names.forEach((name, index) => {
    image.setAll(160, { [`${index + 1}.ID`]: index + 1, [`${index + 1}.IDStr`]: name })
  })
  const word = (point: string) => registers.read(3, image.addressOf(123, point), 1)[0] ?? 0
  return {
    profile: profile.id,
    registers,
    controls: () => ({ inverterLimitPct: word('WMaxLim_Ena') === 1 ? Math.min(100, word('WMaxLimPct') / 100) : 100 }),
    show({ inverter, voltageV, frequencyHz }) {
      const { battery, strings, powerW } = inverter
      const currents = perPhase((phase) => Math.abs(powerW[phase]) / voltageV[phase])
      image.setAll(113, {
        A: sum(currents),
        AphA: currents[0],
        AphB: currents[1],
        AphC: currents[2],
        PhVphA: voltageV[0],
        PhVphB: voltageV[1],
        PhVphC: voltageV[2],
        W: sum(powerW),
        Hz: frequencyHz,
        VA: Math.abs(sum(powerW)),
        VAr: 0,
        PF: 100,
        WH: inverter.deliveredWh,
        DCW: strings[0].powerW + strings[1].powerW + battery.powerW,
        TmpCab: 41 + inverter.lossesW / 20,
        St: 4,
      })
      image.set(122, 'ActWh', inverter.deliveredWh)
      const trackers = [
        { ...strings[0], energyWh: strings[0].producedWh },
        { ...strings[1], energyWh: strings[1].producedWh },
        { powerW: Math.max(0, -battery.powerW), voltageV: battery.voltageV, energyWh: battery.chargedWh },
        { powerW: Math.max(0, battery.powerW), voltageV: battery.voltageV, energyWh: battery.dischargedWh },
      ]
      trackers.forEach((tracker, index) => {
        image.setAll(160, {
          [`${index + 1}.DCA`]: tracker.voltageV > 0 ? tracker.powerW / tracker.voltageV : 0,
          [`${index + 1}.DCV`]: tracker.voltageV,
          [`${index + 1}.DCW`]: tracker.powerW,
          [`${index + 1}.DCWH`]: tracker.energyWh,
          [`${index + 1}.DCSt`]: tracker.powerW > 0 ? 4 : 2,
        })
      })
      image.setAll(124, { ChaState: battery.soc, InBatV: battery.voltageV, ChaSt: chargeStatus(battery) })
    },
  }
}

/** SunSpec 124 ChaSt: 2 empty, 3 discharging, 4 charging, 5 full, 6 holding. */
function chargeStatus({ powerW, soc }: PlantState['inverter']['battery']): number {
  if (powerW > 10) return 3
  if (powerW < -10) return 4
  return soc > 99 ? 5 : soc < BATTERY.reserve + 0.5 ? 2 : 6
}

/** Voltage, current, active and reactive power, phase by phase and as a sum. Such devices show currents without a sign. */
function showPhases(image: ChannelImage, { powerW, reactiveVar }: Draw, voltageV: Three): void {
  let current = 0
  for (const phase of PHASES) {
    const line = phase + 1
    const volts = voltageV[phase]
    const amperes = volts > 0 ? Math.hypot(powerW[phase], reactiveVar[phase]) / volts : 0
    current += amperes
    setKnown(image, {
      [`VoltageL${line}`]: volts * 1000,
      [`CurrentL${line}`]: amperes * 1000,
      [`ActivePowerL${line}`]: powerW[phase],
      [`ReactivePowerL${line}`]: reactiveVar[phase],
    })
  }
  setKnown(image, { Current: current * 1000, ActivePower: sum(powerW), ReactivePower: sum(reactiveVar) })
}

/** Sets what the device's profile has; a meter of one phase has no L2. */
function setKnown(image: ChannelImage, values: Readonly<Record<string, number>>): void {
  for (const [channel, value] of Object.entries(values)) if (image.has(channel)) image.set(channel, value)
}
