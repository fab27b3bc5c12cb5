import { readFileSync } from 'node:fs'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { findSunspecBase, SUNSPEC_BASES, walkChain } from '@main/profiles/sunspec/chain'
import { matchSunspec, modelsToRead, partsOf, sunspecIdentity } from '@main/profiles/sunspec/match'
import { parseSunspecModels } from '@main/profiles/sunspec/models'
import { locatePoint, pointValue } from '@main/profiles/sunspec/points'
import { SunSpecImage, type SunSpecOptions } from '@main/simulator/sunspec-image'
import { describe, expect, it } from 'vitest'
import { fixture } from '../support/fixtures'

const models = parseSunspecModels(JSON.parse(readFileSync('resources/sunspec/models.json', 'utf8')))
const library = readProfileLibrary('resources', NATURES)

/** Registers at 0, 1, …; beyond them the device refuses. Counts what it is asked. */
function device(words: readonly number[], start = 0) {
  const asked: string[] = []
  return {
    asked,
    read: async (at: number, count: number) => {
      asked.push(`${at}×${count}`)
      const own = words.slice(at - start, at - start + count)
      return at < start || own.length < count ? null : own
    },
  }
}
const SUNS = [0x5375, 0x6e53]
const model = (id: number, length: number) => [id, length, ...Array<number>(length).fill(0)]

describe('walking a SunSpec chain', () => {
  it('finds the marker at the first place that has it', async () => {
    const { read, asked } = device([...SUNS, ...model(1, 65)])
    expect(await findSunspecBase(read, SUNSPEC_BASES)).toBe(0)
    expect(asked).toEqual(['40000×2', '0×2'])
  })

  it('reads headers only, unless a model is wanted; then the next header comes along', async () => {
    const { read, asked } = device([...SUNS, ...model(1, 65), ...model(103, 50), ...model(120, 26), 0xffff, 0])
    const chain = await walkChain(read, 0, (id) => id === 1)
    expect(chain.models.map(({ id, address, length }) => [id, address, length])).toEqual([
      [1, 2, 65],
      [103, 69, 50],
      [120, 121, 26],
    ])
    expect(chain.complete).toBe(true)
    expect(chain.models[0]?.words).toHaveLength(67)
    expect(asked).toEqual(['2×2', '2×69', '121×2', '149×2'])
  })

  it('keeps what it found when the end model is missing and the device refuses', async () => {
    const chain = await walkChain(device([...SUNS, ...model(1, 65), ...model(103, 50)]).read, 0)
    expect(chain).toMatchObject({ complete: false, models: [{ id: 1 }, { id: 103 }] })
  })

  it('ends in zeros, in noise and at the last register', async () => {
    const zeros = await walkChain(device([...SUNS, ...model(1, 65), ...Array<number>(200).fill(0)]).read, 0)
    expect(zeros.models.map(({ id }) => id)).toEqual([1])
    const noise = await walkChain(device([...SUNS, ...Array.from({ length: 400 }, () => [7, 0]).flat()]).read, 0)
    expect(noise.models.length).toBeLessThanOrEqual(64)
    const long = await walkChain(device([...SUNS, ...model(1, 10), 2, 60_000], 60_000).read, 60_000)
    expect(long.models.map(({ id }) => id)).toEqual([1])
  })

  it('reads a model longer than one request in pieces, and one whose neighbour is refused alone', async () => {
    const { read, asked } = device([...SUNS, ...model(701, 153), 0xffff, 0])
    const chain = await walkChain(read, 0, () => true)
    expect(chain.models[0]?.words).toHaveLength(155)
    expect(asked).toEqual(['2×2', '2×125', '127×30', '157×2'])
    const short = await walkChain(device([...SUNS, ...model(120, 26)]).read, 0, () => true)
    expect(short.models[0]?.words).toHaveLength(28)
  })
})

describe('a SunSpec point', () => {
  const inverter = models.get(103)
  if (!inverter) throw new Error('model 103 is missing')
  const read = (point: string, registers: Record<number, number>, length = 50) => {
    const place = locatePoint(inverter, length, point)
    return place && pointValue(place, (offset) => registers[offset] ?? 0)
  }

  it('is the raw number times its scale factor', () => {
    expect(read('W', { 14: 5520, 15: 0 })).toBe(5520)
    expect(read('PhVphA', { 10: 2315, 13: 0xffff })).toBe(231.5)
    expect(read('W', { 14: 0xfff6, 15: 1 })).toBe(-100)
  })

  it('is unknown when it is not implemented, or its scale factor is not', () => {
    expect(read('W', { 14: 0x8000, 15: 0 })).toBeNull()
    expect(read('A', { 2: 0xffff, 6: 0 })).toBeNull()
    expect(read('W', { 14: 5520, 15: 0x8000 })).toBeNull()
  })

  it('does not exist where the device states a shorter model', () => {
    expect(read('EvtVnd4', {}, 40)).toBeNull()
  })
})

describe('knowing a SunSpec device', () => {
  /** A hybrid with or without battery, a stranger, a meter: chains made by the simulator, from its own tables. */
  async function look(
    options: Partial<SunSpecOptions> & { models: number[] },
    ...fill: ((image: SunSpecImage) => void)[]
  ) {
    const image = new SunSpecImage(options)
    for (const each of fill) each(image)
    const read = async (at: number, count: number) =>
      image.registers.exceptionFor(3, at, count) === 0 ? image.registers.read(3, at, count) : null
    const sunspec = library.all.filter(({ kind }) => kind === 'sunspec')
    const wanted = modelsToRead(sunspec)
    const { models: chain } = await walkChain(read, options.base ?? 40_000, (id) => wanted.has(id))
    const identity = sunspecIdentity(chain, models)
    const [best] = matchSunspec(sunspec, identity, chain)
    return { identity, best: best?.id, parts: best ? partsOf(best, chain, models).map(({ id }) => id) : [] }
  }
  const fronius = (image: SunSpecImage) => image.setAll(1, { Mn: 'Fronius', Md: 'Symo GEN24 10.0', SN: '34127085' })

  it('calls a GEN24 with a battery a storage and its PV, one without a PV inverter', async () => {
    const hybrid = { models: [1, 113, 120, 121, 122, 123, 160, 124] }
    expect(await look(hybrid, fronius, (image) => image.set(124, 'ChaState', 52))).toMatchObject({
      best: 'fronius-gen24',
      parts: ['ess', 'charger'],
      identity: { manufacturer: 'Fronius', model: 'Symo GEN24 10.0', serial: '34127085' },
    })
    // Asleep it tells no state of charge; its nameplate still says PV with storage.
    expect(await look(hybrid, fronius, (image) => image.set(120, 'DERTyp', 82))).toMatchObject({
      parts: ['ess', 'charger'],
    })
    expect(await look({ models: [1, 103, 120, 160], modules: 2 }, fronius)).toMatchObject({
      best: 'fronius-gen24',
      parts: ['pv'],
    })
  })

  it('takes a stranger for what its models say', async () => {
    const stranger = (image: SunSpecImage) => image.setAll(1, { Mn: 'Acme', Md: 'Sun 5' })
    expect(await look({ models: [1, 102, 120], base: 0 }, stranger)).toMatchObject({
      best: 'sunspec-inverter',
      parts: ['pv'],
    })
    expect(await look({ models: [1, 201] }, stranger)).toMatchObject({ best: 'sunspec-meter', parts: ['meter'] })
  })
})

describe('our table of SunSpec points', () => {
  interface Group {
    points: { name: string; type: string; size: number }[]
    groups?: Group[]
  }
  const definition = (id: number) => fixture(`sunspec/models/model_${id}.json`)
  const first = definition(1)

  it.skipIf(!first.present)(`has every point at the place the SunSpec Alliance gives it${first.why}`, () => {
    for (const [id, ours] of models) {
      const { group } = definition(id).json() as { group: Group }
      expect(offsets(group.points, 0), `model ${id}`).toEqual(
        new Map([['ID', 0], ['L', 1], ...[...ours.points].map(([name, { offset }]) => [name, offset] as const)]),
      )
      const repeat = group.groups?.[0]
      if (ours.repeat && repeat) {
        const own = new Map([...ours.repeat.points].map(([name, { offset }]) => [name, offset]))
        expect(offsets(repeat.points, 0), `group of ${id}`).toEqual(own)
      }
    }
  })

  function offsets(points: Group['points'], start: number): Map<string, number> {
    const places = new Map<string, number>()
    let at = start
    for (const { name, type, size } of points) {
      if (type !== 'pad') places.set(name, at)
      at += size
    }
    return places
  }
})
