import { readFileSync } from 'node:fs'
import { walkChain } from '@main/profiles/sunspec/chain'
import { parseSunspecModels } from '@main/profiles/sunspec/models'
import { modelValues } from '@main/profiles/sunspec/points'
import { describe, expect, it } from 'vitest'
import { fixture } from '../support/fixtures'

interface Recording {
  device: string
  blocks: { fc: number; start: number; words: (number | null)[] }[]
  decoded: {
    models: { id: number; address: number; length: number; values?: Record<string, number | string | null> }[]
  }
}

const models = parseSunspecModels(JSON.parse(readFileSync('resources/sunspec/models.json', 'utf8')))
const names = [
  'sunspec-sma-sb36-2023',
  'sunspec-sma-sb36-2025-day',
  'sunspec-sma-sb36-2025-night',
  'sunspec-emulated-der-1547',
  'sunspec-solaredge-se25k-night',
  'sunspec-pysunspec2-device-1547',
  'sunspec-pysunspec2-inverter-123',
  'sunspec-test-device-1',
  'sunspec-test-device-1-a',
  'sunspec-test-device-1-b',
  'sunspec-test-device-1-c',
  'sunspec-test-device-1-d',
  'sunspec-test-device-1-processed',
  'sunspec-test-device-2',
  'sunspec-test-device-3',
  'sunspec-test-inverter-1',
  'sunspec-test-inverter-2',
  'sunspec-test-inverter-3',
]

describe.each(names)('the recorded map %s', (name) => {
  const data = fixture(`modbus/${name}.json`)
  const load = () => data.json() as Recording
  /** A device with exactly the recorded registers; everything else it refuses. */
  const device = (recording: Recording) => (address: number, count: number) => {
    if (count > 125) throw new Error(`${count} registers in one read`)
    const block = recording.blocks.find((b) => address >= b.start && address + count <= b.start + b.words.length)
    const words = block?.words.slice(address - block.start, address - block.start + count)
    return Promise.resolve(words?.every((word): word is number => word !== null) ? words : null)
  }

  it.skipIf(!data.present)(`walks to the models the source names${data.why}`, async () => {
    const recording = load()
    const base = recording.blocks[0]?.start ?? 0
    if (base !== 40000) return // the body of one model only; its values are read below
    const chain = await walkChain(device(recording), base)
    const expected = recording.decoded.models.filter((model) => model.id !== 0xffff)
    expect(chain.models.map(({ id, address, length }) => ({ id, address, length }))).toEqual(
      expected.map(({ id, address, length }) => ({ id, address, length })),
    )
    expect(chain.complete).toBe(expected.length < recording.decoded.models.length)
  })

  it.skipIf(!data.present)(`reads every point as the source states${data.why}`, () => {
    const recording = load()
    for (const stated of recording.decoded.models) {
      const definition = models.get(stated.id)
      if (!definition || !stated.values) continue
      const block = recording.blocks.find((b) => b.start <= stated.address + 2)
      const from = stated.address + 2 - (block?.start ?? 0)
      const body = block?.words.slice(from, from + stated.length) ?? []
      const values = modelValues(definition, [stated.id, stated.length, ...body.map((word) => word ?? 0)])
      const wrong = Object.entries(stated.values).filter(([point, value]) => !same(values.get(point), value))
      expect(
        wrong.map(([point, value]) => ({ model: stated.id, point, stated: value, read: values.get(point) })),
      ).toEqual([])
    }
  })
})

const same = (read: number | string | null | undefined, stated: number | string | null) =>
  typeof read === 'number' && typeof stated === 'number'
    ? Math.abs(read - stated) <= Math.abs(stated) * 1e-6
    : read === stated
