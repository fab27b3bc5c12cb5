import { planReads, type ReadItem, splitBlock } from '@main/drivers/modbus/plan-reads'
import { describe, expect, it } from 'vitest'

const limits = { maxGap: 4, maxRegisters: 125, refused: [] }
const item = (at: number, words = 2, poll: 'high' | 'low' = 'high', fc: 3 | 4 = 3): ReadItem => ({
  fc,
  at,
  words,
  poll,
})
const ranges = (blocks: readonly { fc: number; at: number; count: number }[]) =>
  blocks.map(({ fc, at, count }) => `${fc}:${at}+${count}`)

describe('planning the reads of a device', () => {
  it('merges neighbours into one request, whatever order the manual lists them in', () => {
    expect(ranges(planReads([item(4), item(0), item(2)], limits))).toEqual(['3:0+6'])
  })

  it('bridges a gap as wide as the profile allows, and no wider', () => {
    expect(ranges(planReads([item(0), item(6)], limits))).toEqual(['3:0+8'])
    expect(ranges(planReads([item(0), item(7)], limits))).toEqual(['3:0+2', '3:7+2'])
  })

  it('never asks for more than one answer carries, and never cuts a value in two', () => {
    const many = Array.from({ length: 40 }, (_, index) => item(index * 4, 4))
    const blocks = planReads(many, limits)
    expect(ranges(blocks)).toEqual(['3:0+124', '3:124+36'])
    for (const block of blocks) {
      for (const { at, words } of block.items) expect(at >= block.at && at + words <= block.at + block.count).toBe(true)
    }
  })

  it('never reads across a range the device refuses', () => {
    const refused = [{ fc: 3, from: 3, to: 3 }]
    expect(ranges(planReads([item(0), item(2, 1), item(4)], { ...limits, refused }))).toEqual(['3:0+3', '3:4+2'])
    expect(ranges(planReads([item(0, 2, 'high', 4), item(4, 2, 'high', 4)], { ...limits, refused }))).toEqual(['4:0+6'])
  })

  it('keeps the register spaces apart', () => {
    expect(ranges(planReads([item(0), item(2, 2, 'high', 4)], limits))).toEqual(['3:0+2', '4:2+2'])
  })

  it('lets a seldom value ride along where a frequent read covers it, else asks for it seldom', () => {
    const blocks = planReads([item(0), item(6), item(2, 2, 'low'), item(20, 2, 'low')], limits)
    expect(blocks.map(({ at, count, poll, items }) => ({ at, count, poll, items: items.length }))).toEqual([
      { at: 0, count: 8, poll: 'high', items: 3 },
      { at: 20, count: 2, poll: 'low', items: 1 },
    ])
  })

  it('reads two meanings of one register once', () => {
    const blocks = planReads([item(12), item(12)], limits)
    expect(ranges(blocks)).toEqual(['3:12+2'])
    expect(blocks[0]?.items).toHaveLength(2)
  })

  it('gives a value longer than the limit its own read', () => {
    expect(ranges(planReads([item(0, 1), item(1, 6)], { ...limits, maxRegisters: 4 }))).toEqual(['3:0+1', '3:1+6'])
  })

  it('takes a refused read apart: first at its gaps, then in halves, down to single values', () => {
    const [block] = planReads([item(0), item(2), item(6), item(8)], limits)
    if (!block) throw new Error('no block')
    const parts = splitBlock(block)
    expect(ranges(parts)).toEqual(['3:0+4', '3:6+4'])
    expect(ranges(parts.flatMap(splitBlock))).toEqual(['3:0+2', '3:2+2', '3:6+2', '3:8+2'])
  })
})
