import type { DriverContext } from '@main/edge/component/driver'
import { encodeField } from '@main/profiles/field-value'
import type { ModbusLink } from '@main/protocols/modbus/link'
import type { EvidenceKind, RegisterField } from '@shared/profile'

/** Nobody writes to a register of which it is not known what it does. */
const TRUSTED: readonly EvidenceKind[] = ['manual', 'integration', 'dump']

export function writableFields(fields: readonly RegisterField[]): RegisterField[] {
  return fields.filter(({ access, evidence }) => access !== 'r' && TRUSTED.includes(evidence))
}

/** Sends the set-points that were asked for in this cycle. What the device cannot hold is logged and not sent. */
export function registerWrites(
  { channels, log }: DriverContext,
  link: ModbusLink,
  unit: number,
  fields: readonly RegisterField[],
): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    for (const field of fields) {
      const wanted = channels.takeWrite(field.channel)
      if (wanted === null) continue
      try {
        await write(link, unit, field, encodeField(field, wanted), signal)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        log.warn(`${field.channel}: ${wanted} was not sent, ${error.message}.`)
      }
    }
  }
}

function write(
  link: ModbusLink,
  unit: number,
  { at, writeFc }: RegisterField,
  words: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const options = { signal }
  const [first = 0] = words
  switch (writeFc) {
    case 5:
      return link.writeCoil(unit, at, first !== 0, options)
    case 15:
      return link.writeCoils(
        unit,
        at,
        words.map((word) => word !== 0),
        options,
      )
    case 6:
      return link.writeRegister(unit, at, first, options)
    default:
      return link.writeRegisters(unit, at, words, options)
  }
}
