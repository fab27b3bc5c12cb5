/** Something that is read: a register field, a SunSpec point, a scale factor. */
export interface ReadItem {
  readonly fc: 1 | 2 | 3 | 4
  /** Zero-based wire address. */
  readonly at: number
  /** Registers (or bits, for FC 1 and 2). */
  readonly words: number
  readonly poll: 'high' | 'low'
}

export interface ReadLimits {
  /** Unused registers that one read may bridge. */
  readonly maxGap: number
  /** The longest read, at most 125 registers (MODBUS Application Protocol V1.1b3, §6.3). */
  readonly maxRegisters: number
  /** Ranges the device refuses, both ends included. */
  readonly refused: readonly { readonly fc: number; readonly from: number; readonly to: number }[]
}

/** One request and what its answer holds. */
export interface ReadBlock<T extends ReadItem> {
  readonly fc: 1 | 2 | 3 | 4
  readonly at: number
  readonly count: number
  readonly poll: 'high' | 'low'
  readonly items: readonly T[]
}

/**
 * The fewest reads that fetch all items: neighbours are merged across small gaps, never across a range the device refuses,
 * never beyond what one answer carries, and no value is ever cut in two. What is asked for seldom rides along where a
 * frequent read covers it anyway.
 */
export function planReads<T extends ReadItem>(items: readonly T[], limits: ReadLimits): ReadBlock<T>[] {
  const high = merge(
    items.filter(({ poll }) => poll === 'high'),
    limits,
  )
  const rest: T[] = []
  for (const item of items.filter(({ poll }) => poll === 'low')) {
    const host = high.find((block) => covers(block, item))
    if (host) host.items.push(item)
    else rest.push(item)
  }
  return [...high, ...merge(rest, limits)]
}

/** Reads for exactly these items without any gap, e.g. after the device refused a longer one. */
export function splitBlock<T extends ReadItem>(block: ReadBlock<T>): ReadBlock<T>[] {
  const tight = merge([...block.items], { maxGap: 0, maxRegisters: block.count, refused: [] })
  if (tight.length > 1) return tight
  const sorted = block.items.toSorted(byPlace)
  const middle = Math.ceil(sorted.length / 2)
  return [sorted.slice(0, middle), sorted.slice(middle)].flatMap((half) =>
    merge(half, { maxGap: 0, maxRegisters: block.count, refused: [] }),
  )
}

type Draft<T extends ReadItem> = { -readonly [K in keyof ReadBlock<T>]: K extends 'items' ? T[] : ReadBlock<T>[K] }

function merge<T extends ReadItem>(items: readonly T[], { maxGap, maxRegisters, refused }: ReadLimits): Draft<T>[] {
  const blocks: Draft<T>[] = []
  for (const item of items.toSorted(byPlace)) {
    const last = blocks.at(-1)
    const end = last ? last.at + last.count : 0
    const count = last ? Math.max(end, item.at + item.words) - last.at : 0
    const isClose = last?.fc === item.fc && item.at - end <= maxGap && count <= maxRegisters
    const isBarred = refused.some(({ fc, from, to }) => fc === item.fc && from < item.at && to >= end)
    if (last && isClose && !isBarred) {
      last.count = count
      last.items.push(item)
    } else {
      blocks.push({ fc: item.fc, at: item.at, count: item.words, poll: item.poll, items: [item] })
    }
  }
  return blocks
}

function covers(block: ReadBlock<ReadItem>, { fc, at, words }: ReadItem): boolean {
  return block.fc === fc && at >= block.at && at + words <= block.at + block.count
}

const byPlace = (a: ReadItem, b: ReadItem) => a.fc - b.fc || a.at - b.at || a.words - b.words
