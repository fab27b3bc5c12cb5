import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Option } from './command'

// How the command line reads what was typed; each gives a value that needs no further check.

export const Port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((port) => port <= 65_535)

export const PortList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(Port.refine((port) => port > 0)).min(1))

export const UnitId = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .refine((unit) => unit <= 255)

/** `1-3,247`; which numbers are units is for the scan to say. */
export const NumberList = z.string().regex(/^(\d{1,3}(-\d{1,3})?)(,\d{1,3}(-\d{1,3})?)*$/)

/** A register as the manual prints it: decimal, or hexadecimal with `0x`. */
export const RegisterAddress = z
  .string()
  .regex(/^(\d{1,5}|0x[0-9a-fA-F]{1,4})$/)
  .transform(Number)
  .refine((address) => address <= 0xffff)

/** An address of this machine to listen on. */
export const ListenAddress = z.string().refine((host) => host === 'localhost' || isIP(host) !== 0)

export const Switch = z.boolean()

/** `Channel=value`, the value as a number if it is one. */
export const Assignment = z
  .string()
  .regex(/^[A-Za-z][\w/]*=.+$/)
  .transform((text): [string, number | string] => {
    const [channel = '', value = ''] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]
    return [channel, Number.isNaN(Number(value)) ? value : Number(value)]
  })

/** `tcp://host:port?unit=1`. A serial line will be `rtu:///dev/ttyUSB0?baud=9600&unit=1`. */
export const DeviceUrl = z
  .string()
  .refine((text) => URL.canParse(text))
  .transform((text) => new URL(text))
  .refine((url) => url.protocol === 'tcp:' && url.hostname !== '')
  .transform((url) => ({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 502 : Number(url.port),
    unit: url.searchParams.get('unit') ?? '1',
  }))
  .refine(({ unit }) => UnitId.safeParse(unit).success)
  .transform((target) => ({ ...target, unit: Number(target.unit) }))

/** A folder, wherever the command was called from. */
export const Folder = z
  .string()
  .min(1)
  .transform((folder) => resolve(folder))

/** `--site ID`, for commands that work on one of several sites. */
export const siteOption = { value: 'ID', read: z.string().optional() } as const satisfies Option

/** `--data DIR`, the same for every command that keeps something. */
export const dataOption = {
  value: 'DIR',
  read: z
    .string()
    .transform((folder) => resolve(folder))
    .optional(),
} as const satisfies Option
