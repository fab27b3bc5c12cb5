import type { ReadRequest } from '@main/drivers/modbus/device-line'
import { planReads } from '@main/drivers/modbus/plan-reads'
import { RegisterReader } from '@main/drivers/modbus/register-reader'
import type { ChannelValue } from '@shared/channel'
import { SitewrightError } from '@shared/errors'
import type { RegisterField } from '@shared/profile'
import { describe, expect, it } from 'vitest'

const field = (at: number): RegisterField => ({
  component: 'meter',
  channel: `At${at}`,
  fc: 3,
  at,
  words: 1,
  format: 'uint16',
  wordOrder: 'big',
  byteOrder: 'big',
  factor: 1,
  offset: 0,
  unit: '',
  invalid: [],
  poll: 'high',
  access: 'r',
  evidence: 'manual',
  source: 'a manual',
})

/** A device whose register n holds n, except those it does not have. */
function reader(absent: readonly number[]) {
  const asked: string[] = []
  const values = new Map<string, ChannelValue>()
  const device = { absent: new Set(absent), fails: null as SitewrightError | null }
  const read = async ({ at, count }: ReadRequest) => {
    asked.push(`${at}×${count}`)
    if (device.fails) throw device.fails
    const own = Array.from({ length: count }, (_, index) => at + index)
    if (!own.some((register) => device.absent.has(register))) return own
    throw new SitewrightError('device.exception', 'illegal data address', { args: { code: 2 } })
  }
  const registers = new RegisterReader(read, ({ channel }, value) => values.set(channel, value))
  const [block] = planReads([0, 1, 2, 6, 7].map(field), { maxGap: 8, maxRegisters: 125, refused: [] })
  if (!block) throw new Error('nothing planned')
  return { asked, values, device, fetch: () => registers.fetch(block) }
}

describe('reading a block', () => {
  it('is one request while the device has all of it', async () => {
    const { fetch, asked, values } = reader([])
    await fetch()
    expect(asked).toEqual(['0×8'])
    expect(Object.fromEntries(values)).toEqual({ At0: 0, At1: 1, At2: 2, At6: 6, At7: 7 })
  })

  it('goes round a gap that the device refuses, for good', async () => {
    const { fetch, asked, values } = reader([4])
    await fetch()
    await fetch()
    expect(asked).toEqual(['0×8', '0×3', '6×2', '0×3', '6×2'])
    expect(values.size).toBe(5)
  })

  it('leaves out the one register that is missing and never asks for it again', async () => {
    const { fetch, asked, values } = reader([1])
    await fetch()
    asked.length = 0
    await fetch()
    expect(asked).toEqual(['0×1', '2×1', '6×2'])
    expect(Object.fromEntries(values)).toEqual({ At0: 0, At1: null, At2: 2, At6: 6, At7: 7 })
  })

  it('is refused as a whole when the device has nothing of it, and tried anew next time', async () => {
    const { fetch, device, values } = reader([0, 1, 2, 6, 7])
    await expect(fetch()).rejects.toThrow('illegal data address')
    device.absent.clear()
    await fetch()
    expect(values.get('At7')).toBe(7)
  })

  it('starts from the beginning after the device was lost: it may come back with another firmware', async () => {
    const { fetch, asked, device } = reader([1])
    await fetch()
    device.fails = new SitewrightError('link.timeout', 'no answer')
    await expect(fetch()).rejects.toThrow('no answer')
    device.fails = null
    device.absent.clear()
    asked.length = 0
    await fetch()
    expect(asked).toEqual(['0×8'])
  })

  it('does not take a gateway, a lost frame or a busy device for a missing register', async () => {
    const { fetch, asked, device } = reader([])
    for (const error of [
      new SitewrightError('device.gateway', 'exception 11', { args: { code: 11 } }),
      new SitewrightError('device.exception', 'busy', { args: { code: 6 } }),
      new SitewrightError('link.closed', 'closed'),
    ]) {
      device.fails = error
      asked.length = 0
      await expect(fetch()).rejects.toBe(error)
      expect(asked).toEqual(['0×8'])
    }
  })
})
