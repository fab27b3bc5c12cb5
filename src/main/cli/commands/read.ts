import { decode, FORMAT_WORDS } from '@shared/modbus-numbers'
import type { NumberFormat } from '@shared/profile'
import { z } from 'zod'
import { defineCommand, UsageError } from '../command'
import { DeviceUrl, RegisterAddress } from '../reads'
import { table } from '../table'

const FORMATS = [
  ...(['uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64'] as const),
  ...(['float16', 'float32', 'float64', 'bcd16', 'bcd32', 'bits16', 'bits32', 'string'] as const),
] as const satisfies readonly NumberFormat[]

const Count = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number)
  .refine((count) => count >= 1 && count <= 2000)

/** Reads registers or coils of a device once and shows them raw and as numbers. */
export const read = defineCommand({
  name: 'read',
  operands: [{ name: 'url', read: DeviceUrl }],
  options: {
    fc: {
      value: 'N',
      default: '3',
      read: z.enum(['1', '2', '3', '4']).transform((code) => Number(code) as 1 | 2 | 3 | 4),
    },
    address: { value: 'N', read: RegisterAddress },
    count: { value: 'N', read: Count.optional() },
    as: { value: 'FORMAT', default: 'uint16', read: z.enum(FORMATS) },
    order: { value: 'big|little', default: 'big', read: z.enum(['big', 'little']) },
  },
  examples: [
    'sitewright read "tcp://192.168.1.31?unit=1" --fc 4 --address 0 --as float32',
    'sitewright read tcp://10.0.0.5:5020 --address 0x9C44 --count 16 --as string',
  ],

  async run({ operands: [target], options }, output, world) {
    const { fc, address, as } = options
    const isBits = fc === 1 || fc === 2
    const size = isBits ? 1 : as === 'string' ? (options.count ?? 1) : FORMAT_WORDS[as]
    const count = options.count ?? size
    if (!isBits && count > 125)
      throw new UsageError('value', { name: '--count', given: String(count), help: 'cli.read.count' })
    if (!isBits && count % size !== 0)
      throw new UsageError('count', { count: String(count), size: String(size), format: as })

    await using tools = world.openToolbox()
    using lease = tools.links.modbusTcp(target.host, target.port)
    const ask = { 1: 'readCoils', 2: 'readDiscreteInputs', 3: 'readHolding', 4: 'readInput' } as const
    const words = await lease.link[ask[fc]](target.unit, address, count, { signal: world.signal, priority: 'person' })

    const rows: string[][] = []
    for (let at = 0; at < count; at += size) {
      const part = Array.from(words.slice(at, at + size))
      const raw = isBits ? String(part[0]) : part.map((word) => word.toString(16).padStart(4, '0')).join(' ')
      const value = isBits ? part[0] === 1 : decode(as, part, { wordOrder: options.order })
      output.line({ type: 'value', address: address + at, raw, value, unit: '', as: isBits ? 'bit' : as })
      const hex = (address + at).toString(16).toUpperCase().padStart(4, '0')
      rows.push([String(address + at), `0x${hex}`, raw, value === null ? '–' : String(value)])
    }
    const { say } = output
    const right = (key: string) => ({ title: say(key), align: 'right' }) as const
    output.text(
      table(
        [
          right('cli.read.column.address'),
          { title: 'hex' },
          { title: say('cli.read.column.raw') },
          right('cli.read.column.value'),
        ],
        rows,
      ),
    )
    return { result: 'done', counts: { values: rows.length } }
  },
})
