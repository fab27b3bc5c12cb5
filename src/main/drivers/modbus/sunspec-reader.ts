import {
  type FoundModel,
  findSunspecBase,
  type ReadRegisters,
  SUNSPEC_BASES,
  UNUSUAL_SUNSPEC_BASES,
  walkChain,
} from '@main/profiles/sunspec/chain'
import type { SunspecModels } from '@main/profiles/sunspec/models'
import { type ResolvedPoint, resolvedValue, resolvePoints } from '@main/profiles/sunspec/resolve'
import type { ChannelValue } from '@shared/channel'
import { SitewrightError } from '@shared/errors'
import type { SunspecPoint } from '@shared/profile'
import { isRefusal, type ReadLine } from './device-line'
import { planReads, type ReadItem } from './plan-reads'

/** The points of one model that are read together, each with its scale factor. */
export interface SunspecTask {
  readonly poll: 'high' | 'low'
  readonly points: readonly ResolvedPoint[]
  /** Reads them; every value with the scale factor of the same moment. */
  fetch(take: (point: ResolvedPoint, value: ChannelValue) => void, signal?: AbortSignal): Promise<void>
}

/**
 * Finds the marker of a device and walks its chain; models that are `wanted` are read whole on the way.
 * Throws `device.not-sunspec` where no marker stands.
 */
export async function walkDevice(
  read: ReadLine,
  wanted: (modelId: number) => boolean = () => false,
  signal?: AbortSignal,
): Promise<readonly FoundModel[]> {
  const readOrRefused: ReadRegisters = async (at, count) => {
    try {
      return await read({ fc: 3, at, count }, signal)
    } catch (error) {
      if (isRefusal(error)) return null
      throw error
    }
  }
  const base = await findSunspecBase(readOrRefused, [...SUNSPEC_BASES, ...UNUSUAL_SUNSPEC_BASES])
  if (base !== null) return (await walkChain(readOrRefused, base, wanted)).models
  throw new SitewrightError(
    'device.not-sunspec',
    'It answers, but the SunSpec marker stands at none of the known places.',
  )
}

/** The reads that fetch these points from the models that were found. */
export function sunspecTasks(
  read: ReadLine,
  points: readonly SunspecPoint[],
  chain: readonly FoundModel[],
  models: SunspecModels,
): SunspecTask[] {
  const groups = Map.groupBy(resolvePoints(points, chain, models), ({ model, poll }) => `${model.address} ${poll}`)
  return [...groups.values()].flatMap((group) => sunspecTask(read, group) ?? [])
}

function sunspecTask(read: ReadLine, points: readonly ResolvedPoint[]): SunspecTask | null {
  const [first] = points
  if (!first) return null
  const { address } = first.model
  const { poll } = first
  const item = (offset: number, words: number): ReadItem => ({ fc: 3, at: address + offset, words, poll })
  const items = points.flatMap(({ terms }) =>
    terms.flatMap(({ place }) => [
      item(place.offset, place.definition.words),
      ...(place.scaleOffset === null ? [] : [item(place.scaleOffset, 1)]),
    ]),
  )
  // Within a model every register may be read, so all of it comes in one request unless it is longer than one may be.
  const blocks = planReads(items, { maxGap: 125, maxRegisters: 125, refused: [] })
  return {
    poll,
    points,
    async fetch(take, signal) {
      const words = new Map<number, number>()
      for (const block of blocks) {
        const answer = await read(block, signal)
        for (let index = 0; index < block.count; index++) words.set(block.at - address + index, answer[index] ?? 0)
      }
      for (const point of points)
        take(
          point,
          resolvedValue(point, (offset) => words.get(offset) ?? 0),
        )
    },
  }
}
