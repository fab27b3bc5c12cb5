import type { ChannelValue } from '@shared/channel'
import type { ProfileExample, RegisterField, SunspecPoint } from '@shared/profile'
import type { z } from 'zod'
import { decodeField } from './field-value'
import type { ChannelOf } from './register-fields'
import type { Example } from './schema'
import type { SunspecModels } from './sunspec/models'
import { resolvedValue, resolvePoints } from './sunspec/resolve'
import { factorBetween } from './units-of-manuals'
import type { Path, YamlFile } from './yaml-file'

export interface Mapped {
  readonly fields: readonly RegisterField[]
  readonly points: readonly SunspecPoint[]
  readonly models: SunspecModels
}

/**
 * Recorded registers with the values that somebody else read in them, each decoded by the profile's own lines. What does
 * not come out as stated is a fault of the profile (or of the source) and refuses to load.
 */
export function checkedExamples(
  file: YamlFile,
  examples: readonly z.infer<typeof Example>[],
  mapped: Mapped,
  channelOf: ChannelOf,
): ProfileExample[] {
  return examples.flatMap((example, index) => {
    const words = example.words.split(/ +/).map((word) => Number.parseInt(word, 16))
    return Object.entries(example.states).map(([channel, stated]) => {
      const path: Path = ['examples', index, 'states', channel]
      const { component, doc } = channelOf(example.component, channel, path)
      const read = example.model
        ? pointExample(example.model, component, channel, words, mapped)
        : fieldExample(example, component, channel, words, mapped)
      if (!read) throw file.fault('profile.invalid', path, `no line of this profile reads ${channel} from these words`)
      const claim = parseClaim(stated, doc.unit)
      if (!claim) throw file.fault('profile.invalid', path, `${stated} is no value of ${channel} (${doc.unit})`)
      if (!agrees(read.value, claim)) {
        throw file.fault('profile.invalid', path, `${channel} reads as ${read.value} ${doc.unit}, stated is ${stated}`)
      }
      return { component, channel, words: read.words, value: claim.value, source: example.source }
    })
  })
}

interface Read {
  readonly words: readonly number[]
  readonly value: ChannelValue
}

function fieldExample(
  example: z.infer<typeof Example>,
  component: string,
  channel: string,
  words: readonly number[],
  { fields }: Mapped,
): Read | null {
  const field = fields.find((candidate) => candidate.component === component && candidate.channel === channel)
  if (!field || (example.fc !== undefined && example.fc !== field.fc)) return null
  const from = field.at - (example.at ?? field.at)
  const own = words.slice(from, from + field.words)
  return from < 0 || own.length < field.words ? null : { words: own, value: decodeField(field, own) }
}

function pointExample(
  model: number,
  component: string,
  channel: string,
  body: readonly number[],
  { points, models }: Mapped,
): Read | null {
  const words = [model, body.length, ...body]
  const own = points.filter((point) => point.component === component && point.channel === channel)
  const [point] = resolvePoints(own, [{ id: model, address: 0, length: body.length, words }], models)
  return point ? { words, value: resolvedValue(point, (offset) => words[offset] ?? 0) } : null
}

interface Claim {
  readonly value: number | string | null
  /** Half of the last digit the source prints, in the unit of the channel. */
  readonly tolerance: number
}

/** `231.68 V` in the unit of the channel; `none` where the source says there is no value. */
function parseClaim(text: string, channelUnit: string): Claim | null {
  if (text === 'none') return { value: null, tolerance: 0 }
  const match = /^(-?\d+(?:\.(\d+))?)\s*(.*)$/.exec(text)
  if (!match) return channelUnit === '' ? { value: text, tolerance: 0 } : null
  const result = factorBetween(match[3] ?? '', channelUnit)
  if (!('factor' in result)) return null
  const digits = match[2]?.length ?? 0
  return { value: Number(match[1]) * result.factor, tolerance: 0.5 * 10 ** -digits * result.factor }
}

function agrees(value: ChannelValue, claim: Claim): boolean {
  if (typeof value !== 'number' || typeof claim.value !== 'number') return value === claim.value
  return Math.abs(value - claim.value) <= claim.tolerance + Math.abs(claim.value) * 1e-9
}
