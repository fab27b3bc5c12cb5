import type { Answer, ObjectsAnswer, Question } from '@main/discovery/asker'
import { type Identity, identify, type Knowledge } from '@main/discovery/identify/identify'
import { ProbeMemory } from '@main/discovery/identify/probe-memory'
import type { Profile } from '@shared/profile'
import { describe, expect, it } from 'vitest'
import { fixture } from '../support/fixtures'
import { ascii, both, float, knowledge, type Registers, registers, words } from './plant'

const known = knowledge()

const sdm630 = both(
  words([0x0a, [...float(3), 0, 0]], [0xfc00, [0x0151, 0x4ed9]]),
  words([0, [...float(231.4), ...float(229.8), ...float(230.6)]], [0x46, float(50.01)]),
)

it('knows an Eastron SDM630 by what it measures, keeps every proof, and says that it is a guess', async () => {
  const { identity } = await identified(sdm630)
  expect(identity).toMatchObject({ brand: 'Eastron', model: 'SDM630', serial: '22105817', class: 'meter' })
  expect(identity.profile?.id).toBe('eastron-sdm630')
  expect(
    identity.evidence.map(({ verdict, probe, answer, says, weight }) => [verdict, probe, answer, says, weight]),
  ).toEqual([
    ['passed', 'FC4 0x0046 ×2', '4248 0A3D', '50.01 Hz', 25],
    ['passed', 'FC4 0x0000 ×2', '4367 6666', '231.4 V', 20],
    ['passed', 'FC4 0x0002 ×2', '4365 CCCD', '229.8 V', 15],
    ['passed', 'FC3 0x000A ×2', '4040 0000', '3', 20],
    ['passed', 'FC3 0xFC00 ×2', '0151 4ED9', '22105817', 10],
  ])
  expect(identity.confidence).toBe(90)
  expect(identity.unsure.map(({ key }) => key)).toEqual(['found.unsure.guess', 'found.unsure.firmware'])
})

it('reads no register twice, however many profiles want to see it', async () => {
  const { answered } = await identified(sdm630)
  const cells = answered.flatMap(({ fc, at, words: count }) =>
    Array.from({ length: count }, (_, index) => `FC${fc} ${at + index}`),
  )
  expect(cells.length).toBe(10)
  expect(cells.filter((cell, index) => cells.indexOf(cell) !== index)).toEqual([])
})

it('tells an SDM120 from its big brother', async () => {
  const meter = both(words([0xfc00, [0x0001, 0x0002]]), words([0, [...float(231.4), 0, 0]], [0x46, float(50.01)]))
  const { identity } = await identified(meter)
  expect([identity.profile?.id, identity.confidence]).toEqual(['eastron-sdm120', 70])
})

it('knows a Janitza, and has asked it no more than it needed to', async () => {
  const block = Array.from({ length: 110 }, () => 0)
  const put = (at: number, value: number) => block.splice(at - 19000, 2, ...float(value))
  for (const at of [19000, 19002, 19004]) put(at, 230.5)
  for (const at of [19006, 19008, 19010]) put(at, 399.2)
  put(19044, 0.98)
  put(19050, 49.99)
  put(19052, 1)
  const { identity, asked } = await identified(registers(3, words([19000, block])))
  expect([identity.brand, identity.model, identity.confidence]).toEqual(['Janitza', 'UMG 96RM-E', 80])
  // One question for each profile that a name or a code would prove.
  expect(asked.length).toBeLessThan(17)
})

describe('SunSpec', () => {
  const chain = [
    0x5375,
    0x6e53,
    ...[1, 65, ...ascii('Fronius', 16), ...ascii('Symo GEN24 10.0', 16), ...ascii('', 8), ...ascii('1.30.7-1', 8)],
    ...[...ascii('31204418', 16), 1],
    ...[103, 50, ...Array.from({ length: 50 }, () => 1)],
    ...[0xffff, 0],
  ]

  it.each([40000, 0, 50000, 40001, 39999])('walks the chain at %i and lets the device name itself', async (base) => {
    const { identity } = await identified(registers(3, words([base, chain])))
    expect(identity).toMatchObject({
      brand: 'Fronius',
      model: 'Symo GEN24 10.0',
      serial: '31204418',
      firmware: '1.30.7-1',
      class: 'inverter',
      confidence: 100,
      proofs: 5,
      unsure: [],
    })
    expect(identity.profile?.id).toBe('fronius-gen24')
    expect(identity.components.map(({ id }) => id)).toEqual(['pv'])
    expect(identity.evidence.map(({ answer, says, weight }) => [answer, says, weight])).toEqual([
      ['5375 6E53', 'SunS', 40],
      ['4672 6F6E 6975 7300', 'Fronius', 20],
      ['5379 6D6F 2047 454E 3234 2031 302E 3000', 'Symo GEN24 10.0', 20],
      ['3331 3230 3434 3138', '31204418', 10],
      ['312E 3330 2E37 2D31', '1.30.7-1', 0],
      ['0001 0067', '1, 103', 10],
    ])
  })

  it('takes the profile for any maker where there is none for this one', async () => {
    const other = chain.with(4, 0x4163).with(5, 0x6d65).with(6, 0).with(7, 0)
    const { identity } = await identified(registers(3, words([40000, other])))
    expect([identity.brand, identity.profile?.id]).toEqual(['Acme', 'sunspec-inverter'])
  })

  it('says so when the chain is cut', async () => {
    const { identity } = await identified(registers(3, words([40000, chain.slice(0, -2)])))
    expect(identity.unsure.map(({ key }) => key)).toEqual(['found.unsure.chain-cut'])
  })
})

describe('recorded devices', () => {
  const recording = fixture('modbus/sunspec-sma-sb36-2023.json')
  it.skipIf(!recording.present)(`names a recorded SMA${recording.why}`, async () => {
    const { identity } = await identified(recorded(recording.json()))
    expect([identity.brand, identity.confidence >= 80]).toEqual(['SMA', true])
  })
})

describe('devices with a profile', () => {
  it.each([
    [
      'keba-p30',
      'KEBA KeContact P30',
      255,
      registers(3, words([1000, [0, 1]], [1014, [0x0122, 0x9d78, 0x0004, 0xd68f]])),
      95,
    ],
    ['abb-b23', 'ABB B23', 1, registers(3, words([0x8960, ascii('B23 ', 2)], [0x8900, [0, 77]])), 95],
    [
      'socomec-countis-e24',
      'Socomec Countis E24',
      5,
      registers(3, words([0xc350, [0x53, 0x4f, 0x43, 0x4f]], [0xc38a, ascii('Countis E24', 8)])),
      90,
    ],
    [
      'huawei-sun2000',
      'Huawei SUN2000-10KTL-M1',
      1,
      registers(3, words([30000, [...ascii('SUN2000-10KTL-M1', 15), ...ascii('HV2150', 10)]])),
      95,
    ],
    ['carlo-gavazzi-em24', 'Carlo Gavazzi EM24', 1, registers(4, words([0, [2314, 0]], [11, [71]])), 80],
    ['carlo-gavazzi-em24-e1', 'Carlo Gavazzi EM24-E1', 1, registers(4, words([0, [2314, 0]], [11, [1650]])), 80],
    [
      'schneider-iem3155',
      'Schneider Electric iEM3155',
      1,
      registers(3, words([49, [...ascii('iEM3155', 20), ...ascii('Schneider Electric', 20)]], [129, [0, 77]])),
      90,
    ],
    ['victron-gx', 'Victron GX', 100, registers(3, words([800, ascii('c0619ab2f3d4', 6)], [843, [55]])), 85],
  ] as const)('knows %s', async (id, name, unit, device, confidence) => {
    const { identity } = await identified(device, { unit })
    expect([`${identity.brand} ${identity.model}`, identity.confidence, identity.profile?.id]).toEqual([
      name,
      confidence,
      id,
    ])
  })

  it('reads the one block a Siemens PAC gives, at its exact length', async () => {
    const block = [42, ...ascii('7KM2200-2EA30-1EA1', 10), ...ascii('LQN/110920', 8), 1, 0x4103, 0x0201, 0, 0, 0, 0, 0]
    const pac: Registers = (fc, at, count) => (fc === 3 && at === 64001 && count === 27 ? block.slice(0, 27) : 2)
    const { identity, categories } = await identified(pac, { objects: { 0: 'Siemens AG' } })
    expect([identity.brand, identity.model, identity.serial]).toEqual(['Siemens', '7KM2200-2EA30-1EA1', 'LQN/110920'])
    expect([identity.profile?.id, identity.confidence, categories]).toEqual(['siemens-pac2200', 95, [1]])
  })

  it.each([
    ['KOSTAL', 'PLENTICORE plus 8.5', 'kostal-plenticore'],
    ['KOSTAL', 'PIKO IQ5.5', 'kostal-plenticore'],
    ['SMA', 'STP10.0-3SE-40', 'sma-sunny-tripower'],
    ['SMA', 'SB3.6-1AV-41', 'sunspec-inverter'],
  ])('knows %s %s by its SunSpec chain as %s', async (maker, model, id) => {
    const common = [...ascii(maker, 16), ...ascii(model, 16), ...ascii('', 8), ...ascii('1.0', 8), ...ascii('77', 16)]
    const chain = [0x5375, 0x6e53, 1, 65, ...common, 1, 103, 50, ...Array.from({ length: 50 }, () => 1)]
    // A battery model without a value: nobody has connected a battery.
    const battery = [802, 62, ...Array.from({ length: 62 }, () => 0xffff)]
    const { identity } = await identified(registers(3, words([40000, [...chain, ...battery, 0xffff, 0]])), { unit: 71 })
    expect([identity.profile?.id, identity.components.map((part) => part.id)]).toEqual([id, ['pv']])
  })

  it('does not make a PV inverter of a Plenticore with a battery', async () => {
    const common = [...ascii('KOSTAL', 16), ...ascii('PLENTICORE plus 8.5', 16), ...ascii('', 32)]
    const chain = [0x5375, 0x6e53, 1, 65, ...common, 1, 103, 50, ...Array.from({ length: 50 }, () => 1)]
    const battery = [802, 62, ...Array.from({ length: 62 }, () => 1)]
    const { identity } = await identified(registers(3, words([40000, [...chain, ...battery, 0xffff, 0]])), { unit: 71 })
    expect([identity.profile?.id, identity.components]).toEqual(['kostal-plenticore', []])
  })
})

describe('devices without a profile', () => {
  it.each([
    ['KEBA KeContact P40', 255, registers(3, words([1014, [0x0122, 0x9d78, 0x0040, 0x0001, 0, 10201]])), 100],
    ['ABB B21', 1, registers(3, words([0x8960, ascii('B21 ', 2)], [0x8900, [0, 77]])), 100],
    [
      'Socomec Diris A14',
      5,
      registers(3, words([0xc350, [0x53, 0x4f, 0x43, 0x4f]], [0xc38a, ascii('Diris A14', 8)])),
      100,
    ],
    ['Carlo Gavazzi EM340', 1, registers(4, words([0, [2314, 0]], [11, [340]])), 85],
  ] as const)('names %s as far as proven', async (name, unit, device, confidence) => {
    const { identity } = await identified(device, { unit })
    expect([`${identity.brand} ${identity.model}`, identity.confidence, identity.profile]).toEqual([
      name,
      confidence,
      null,
    ])
    expect(identity.unsure.map(({ key }) => key)).toEqual(['found.unsure.no-profile'])
  })

  it('calls a mere likeness a guess', async () => {
    const { identity } = await identified(registers(4, words([100, [0x43]])), { unit: 180 })
    expect([identity.brand, identity.confidence]).toEqual(['Phoenix Contact', 45])
    expect(identity.unsure.map(({ key }) => key)).toEqual(['found.unsure.guess', 'found.unsure.no-profile'])
  })
})

it('does not name what nobody knows, and names no noise', async () => {
  const nothing = await identified(registers(3, words([500, [1, 2, 3]])))
  const noise = await identified((_fc, at, count) => Array.from({ length: count }, (_, index) => (at + index) & 0xffff))
  for (const { identity } of [nothing, noise]) {
    expect([identity.brand, identity.profile, identity.confidence]).toEqual([null, null, 0])
    expect(identity.unsure.map(({ key }) => key)).toEqual(['found.unsure.unknown'])
  }
})

it('still knows a meter that keeps silent where it should refuse', async () => {
  const shy: Registers = (fc, at, count) => {
    const reply = sdm630(fc, at, count)
    return typeof reply === 'number' ? null : reply
  }
  const { identity } = await identified(shy, { first: { fc: 4, at: 0, words: 1 } })
  expect(identity.profile?.id).toBe('eastron-sdm630')
})

it('asks again when a gateway did not hear a unit that is there', async () => {
  let asked = 0
  const { identity } = await identified((fc, at, count) => (asked++ % 2 === 1 ? 0x0b : sdm630(fc, at, count)))
  expect(identity).toMatchObject({ model: 'SDM630', confidence: 90 })
})

it('stops asking a device that has gone', async () => {
  const { identity, asked } = await identified(() => null, { first: { fc: 3, at: 0, words: 1 }, firstReply: 2 })
  expect(identity.brand).toBeNull()
  // Two questions without an answer, and the one it had answered before.
  expect(asked.length).toBe(3)
})

it('stops asking after a while whatever the device does', async () => {
  const silentNowAndThen: Registers = (_fc, at) => (at === 0 ? 2 : null)
  const { asked } = await identified(silentNowAndThen, { first: { fc: 3, at: 0, words: 1 } })
  expect(asked.filter(({ at }) => at !== 0).length).toBeLessThanOrEqual(12)
})

describe('what a device calls itself', () => {
  const acme = { 0: 'ACME', 1: 'UMG 9', 2: 'V1.0' }

  it('names it where nothing else does, with every word as evidence', async () => {
    const { identity, categories } = await identified(registers(3, words([500, [1]])), { objects: acme })
    expect(identity).toMatchObject({ brand: 'ACME', model: 'UMG 9', firmware: 'V1.0', profile: null, confidence: 70 })
    expect(
      identity.evidence.map(({ title, probe, answer, says, weight }) => [title.key, probe, answer, says, weight]),
    ).toEqual([
      ['evidence.maker-name', 'FC43/14 object 0', '41 43 4D 45', 'ACME', 40],
      ['evidence.product-code', 'FC43/14 object 1', '55 4D 47 20 39', 'UMG 9', 30],
      ['evidence.firmware', 'FC43/14 object 2', '56 31 2E 30', 'V1.0', 0],
    ])
    expect(identity.unsure.map(({ key }) => key)).toEqual(['found.unsure.no-profile'])
    expect(categories).toEqual([1])
  })

  it('counts more than a mere likeness, and less than a profile', async () => {
    const likeness = await identified(registers(4, words([100, [0x43]])), { unit: 255, objects: acme })
    expect(likeness.identity.brand).toBe('ACME')
    const meter = await identified(sdm630, { objects: acme })
    expect([meter.identity.profile?.id, meter.categories]).toEqual(['eastron-sdm630', []])
  })

  it('is not asked of a SunSpec device, nor at ids that no maker ships with', async () => {
    const chain = [0x5375, 0x6e53, 0xffff, 0]
    const sunspec = await identified(registers(3, words([40000, chain])), { objects: acme })
    const behindGateway = await identified(registers(3, words([500, [1]])), { unit: 17, objects: acme })
    expect([sunspec.categories, behindGateway.categories, behindGateway.identity.brand]).toEqual([[], [], null])
  })

  it('is asked once: one that refuses or keeps silent is left alone, whatever proofs would like to know', async () => {
    const claim = { matches: '^ACME', weight: 40, required: false, says: 'maker-name', unit: '', factor: 1 } as const
    const [first] = known.profiles
    if (!first) throw new Error('There are no profiles.')
    const curious: Profile = {
      ...first,
      identify: [
        { object: 0, ...claim },
        { object: 130, ...claim },
      ],
    }
    for (const objects of [1, null]) {
      const all = { ...known, profiles: [curious, ...known.profiles] }
      const { categories, identity } = await identified(registers(3, words([500, [1]])), { objects, all })
      expect([categories, identity.brand]).toEqual([[1], null])
    }
    const { categories } = await identified(registers(3, words([500, [1]])), {
      objects: acme,
      all: { ...known, profiles: [curious] },
    })
    expect(categories).toEqual([1, 3])
  })

  it('is asked only when the registers have said what a profile demands', async () => {
    const [first] = known.profiles
    if (!first) throw new Error('There are no profiles.')
    const plain = { wordOrder: 'big', byteOrder: 'big', unit: '', factor: 1, required: true } as const
    const profile: Profile = {
      ...first,
      kind: 'registers',
      identify: [
        { object: 0, matches: '^ACME', weight: 40, says: 'maker-name', ...plain },
        { fc: 3, at: 500, words: 1, format: 'uint16', equals: 1, weight: 20, says: 'device-code', ...plain },
      ],
    }
    const all = { ...known, profiles: [profile] }
    const fits = await identified(registers(3, words([500, [1]])), { unit: 9, objects: acme, all })
    expect([fits.identity.profile?.id, fits.identity.confidence, fits.categories]).toEqual([profile.id, 60, [1]])
    const other = await identified(registers(3, words([500, [2]])), { unit: 9, objects: acme, all })
    expect([other.identity.profile, other.categories]).toEqual([null, []])
  })
})

interface Options {
  unit?: number
  /** What it says of itself, an exception, or null for silence; absent: it does not know the function. */
  objects?: Readonly<Record<number, string>> | number | null
  all?: Knowledge
  first?: Question
  firstReply?: number
}

async function identified(
  device: Registers,
  { unit = 1, first = { fc: 3, at: 0, words: 1 }, firstReply, objects = 1, all = known }: Options = {},
): Promise<{ identity: Identity; asked: Question[]; answered: Question[]; categories: number[] }> {
  const categories: number[] = []
  const ownWords = (): ObjectsAnswer => {
    if (objects === null) return { kind: 'silent', waitedMs: 1000, seen: '' }
    if (typeof objects === 'number') return { kind: 'exception', code: objects }
    return {
      kind: 'objects',
      objects: new Map(Object.entries(objects).map(([id, text]) => [Number(id), Buffer.from(text)])),
    }
  }
  const asked: Question[] = []
  const answered: Question[] = []
  const answerTo = ({ fc, at, words: count }: Question): Answer => {
    const reply = device(fc, at, count)
    if (reply === null) return { kind: 'silent', waitedMs: 300, seen: '' }
    if (typeof reply === 'number') return { kind: 'exception', code: reply }
    return { kind: 'words', words: Uint16Array.from(reply) }
  }
  const memory = new ProbeMemory(
    async (question) => {
      asked.push(question)
      const answer = answerTo(question)
      if (answer.kind === 'words') answered.push(question)
      return answer
    },
    async (code) => {
      categories.push(code)
      return ownWords()
    },
  )
  memory.remember(first, firstReply === undefined ? answerTo(first) : { kind: 'exception', code: firstReply })
  return { identity: await identify(memory, { unit, port: 502 }, all), asked, answered, categories }
}

/** A recorded device: blocks of words, null where it refused. */
function recorded(data: unknown): Registers {
  const { blocks } = data as { blocks: { fc: number; start: number; words: (number | null)[] }[] }
  const cells = new Map(
    blocks.flatMap(({ start, words: run }) =>
      run.flatMap((word, index) => (word === null ? [] : [[start + index, word] as const])),
    ),
  )
  return registers(3, cells)
}
