import type { DeviceClass, IdentifyRule } from '@shared/profile'
import type { Question } from '../asker'
import { digits, number, span, text } from './rules'

/** A device one can know without having a profile for it. */
export interface Fingerprint {
  readonly brand: string
  /** Used when no rule yields a model. */
  readonly model: string | null
  readonly class: DeviceClass
  /** Unit ids the maker ships with; asked there first. */
  readonly units: readonly number[]
  /** Absent: 502. */
  readonly port?: number
  readonly rules: readonly IdentifyRule[]
  /** Blocks the device wants to be read as they are, before its rules are looked at. */
  readonly blocks?: readonly Question[]
  /** What the value of the rule that yields the model means, where it is a code. */
  readonly models?: Readonly<Record<string, string>>
  /** True where the rules hold plausible values, not an identity: a guess, shown as one. */
  readonly guess?: true
  readonly source: string
}

/**
 * The fingerprints of devices without a profile, by certainty and cost. Addresses are zero-based wire addresses. Reads
 * only. A maker's device that gets a profile leaves this list.
 */
export const FINGERPRINTS: readonly Fingerprint[] = [
  {
    brand: 'Socomec',
    model: null,
    class: 'meter',
    units: [1, 2, 3, 4, 5],
    rules: [
      // "SOCO", one character per register.
      number(3, 0xc350, 'uint32', { equals: 0x0053004f, says: 'maker-name', weight: 40, required: true }),
      number(3, 0xc352, 'uint32', { equals: 0x0043004f, says: 'maker-name', weight: 40, required: true }),
      text(3, 0xc38a, 8, '\\w{3}', { says: 'model-name', weight: 20, yields: 'model' }),
    ],
    source: 'Socomec Countis E, communication tables',
  },
  {
    brand: 'ABB',
    model: null,
    class: 'meter',
    units: [1, 2],
    rules: [
      text(3, 0x8960, 2, '^B21', { says: 'model-name', weight: 80, required: true, yields: 'model' }),
      number(3, 0x8900, 'uint32', { range: [1, 0xfffffffe], says: 'serial-number', weight: 20, yields: 'serial' }),
      text(3, 0x8908, 8, '\\w', { says: 'firmware', weight: 0, yields: 'firmware' }),
    ],
    source: 'ABB B21/B23/B24 user manual 2CMC485003',
  },
  {
    brand: 'Schneider Electric',
    model: null,
    class: 'meter',
    units: [1],
    rules: [
      text(3, 69, 20, 'Schneider', { says: 'maker-name', weight: 60, required: true }),
      text(3, 49, 20, '\\w{3}', { says: 'model-name', weight: 30, yields: 'model' }),
      number(3, 129, 'uint32', { range: [1, 0xfffffffe], says: 'serial-number', weight: 10, yields: 'serial' }),
    ],
    source: 'volkszaehler/mbmd, Schneider iEM3000 and PM5000; Schneider iEM3000 manual',
  },
  {
    brand: 'KEBA',
    model: null,
    class: 'evcs',
    units: [255],
    rules: [
      // Always exactly two registers.
      digits(3, 1016, '^4\\d{6}$', { says: 'product-number', weight: 70, required: true, yields: 'model' }),
      number(3, 1014, 'uint32', { range: [1, 0xfffffffe], says: 'serial-number', weight: 20, yields: 'serial' }),
      number(3, 1018, 'uint32', { range: [10000, 9999999], says: 'firmware', weight: 10, yields: 'firmware' }),
    ],
    models: { '^4': 'KeContact P40' },
    source: 'KEBA KeContact P30 Modbus TCP programmers guide (revision not known)',
  },
  {
    brand: 'Victron',
    model: 'EV Charging Station',
    class: 'evcs',
    units: [1],
    rules: [number(3, 5000, 'uint16', { range: [0xc023, 0xc027], says: 'product-number', weight: 85, required: true })],
    source: 'victronenergy/dbus-modbus-client, EV charging station',
  },
  {
    brand: 'E3/DC',
    model: null,
    class: 'inverter',
    units: [1],
    rules: [number(3, 40000, 'uint16', { equals: 0xe3dc, says: 'maker-code', weight: 90, required: true })],
    source: 'evcc-io/evcc, E3/DC simple mode',
  },
  {
    brand: 'Sungrow',
    model: 'SH hybrid',
    class: 'inverter',
    units: [1],
    rules: [
      number(4, 4999, 'uint16', {
        oneOf: [...span(0x0d03, 0x0d28), ...span(0x0e00, 0x0e28)],
        says: 'device-code',
        weight: 50,
        required: true,
      }),
      text(4, 4989, 10, '^[A-Z0-9]{8,}$', { says: 'serial-number', weight: 45, required: true, yields: 'serial' }),
    ],
    source: 'mkaiser/Sungrow-SHx, register list',
  },
  {
    brand: 'SMA',
    model: null,
    class: 'inverter',
    units: [3, 2],
    rules: [
      number(3, 30051, 'uint32', { range: [8000, 8999], says: 'device-code', weight: 55, required: true }),
      number(3, 30057, 'uint32', {
        range: [1, 0xfffffffe],
        says: 'serial-number',
        weight: 30,
        required: true,
        yields: 'serial',
      }),
    ],
    source: 'evcc-io/evcc, SMA inverters; the class codes beyond 8001 and 8007 are not proven',
  },
  {
    brand: 'GoodWe',
    model: null,
    class: 'inverter',
    units: [247],
    rules: [
      text(3, 35003, 8, '^[A-Z0-9]{10,16}$', {
        says: 'serial-number',
        weight: 60,
        required: true,
        yields: 'serial',
      }),
      text(3, 35011, 5, '^[A-Z0-9-]{3,}', { says: 'model-name', weight: 35, required: true, yields: 'model' }),
    ],
    source: 'marcelblijleven/goodwe, ET protocol',
  },
  {
    brand: 'Deye',
    model: null,
    class: 'inverter',
    units: [1],
    rules: [
      number(3, 0, 'uint16', {
        oneOf: [2, 3, 4, 5, 6, 7, 8, 0x0200, 0x0300, 0x0400, 0x0500, 0x0600, 0x0601],
        says: 'device-code',
        weight: 25,
        required: true,
        yields: 'model',
      }),
      text(3, 3, 5, '^[A-Z0-9]{10}$', { says: 'serial-number', weight: 60, required: true, yields: 'serial' }),
    ],
    models: {
      '^(2|512)$': 'string inverter',
      '^(3|768)$': 'hybrid, one phase',
      '^(4|1024)$': 'micro inverter',
      '^(5|1280)$': 'hybrid, three phases, low voltage',
      '^(6|7|8|1536|1537)$': 'hybrid, three phases, high voltage',
    },
    source: 'kellerza/sunsynk and davidrapan/ha-solarman, register 0',
  },
  {
    brand: 'Carlo Gavazzi',
    model: null,
    class: 'meter',
    units: [1],
    rules: [
      number(4, 0x000b, 'uint16', {
        oneOf: [57, 58, ...span(100, 121), ...span(330, 348), ...span(1744, 1763)],
        says: 'device-code',
        weight: 50,
        required: true,
        yields: 'model',
      }),
      // Least significant word first.
      number(4, 0x0000, 'int32', {
        range: [80, 300],
        wordOrder: 'little',
        unit: 'V',
        factor: 0.1,
        says: 'voltage-l1',
        weight: 35,
      }),
    ],
    models: {
      '^5[78]$': 'EM21',
      '^1[0-2]\\d$': 'EM110/111/112, ET112',
      '^33[12]$': 'EM330',
      '^33[56]$': 'ET330',
      '^340$': 'EM340',
      '^345$': 'ET340',
      '^346$': 'EM341',
      '^17[4-6]\\d$': 'EM530/540',
    },
    source: 'victronenergy/dbus-cgwacs and dbus-modbus-client, device tables',
  },
  {
    brand: 'Bender',
    model: null,
    class: 'evcs',
    units: [1, 255],
    rules: [
      text(3, 142, 10, '^[A-Z][\\w .-]{3,}$', { says: 'model-name', weight: 50, required: true, yields: 'model' }),
    ],
    guess: true,
    source: 'evcc-io/evcc, Bender CC612',
  },
  {
    brand: 'Phoenix Contact',
    model: 'charge controller',
    class: 'evcs',
    units: [180, 255],
    rules: [
      // 'A' to 'F': the state of IEC 61851-1.
      number(4, 100, 'uint16', { range: [0x41, 0x46], says: 'vehicle-state', weight: 45, required: true }),
    ],
    guess: true,
    source: 'evcc-io/evcc, Phoenix EM-CP-PP-ETH and EV-CC-AC1-ETH; Wallbe uses the same controller',
  },
  {
    brand: 'Heidelberg',
    model: 'Energy Control',
    class: 'evcs',
    units: [1],
    rules: [
      number(4, 4, 'uint16', { range: [0x0100, 0x01ff], says: 'layout-version', weight: 30, required: true }),
      number(4, 5, 'uint16', { range: [2, 11], says: 'vehicle-state', weight: 25, required: true }),
    ],
    guess: true,
    source: 'evcc-io/evcc and openWB/core, Heidelberg Energy Control',
  },
]
