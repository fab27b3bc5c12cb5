/**
 * The text of an object of device identification (FC 43/14), without the blanks and zeros that some devices fill it up
 * with; empty when it is none. Source: MODBUS Application Protocol Specification V1.1b3, §6.21 (objects are ASCII strings).
 */
export function identificationText(bytes: ArrayLike<number> | undefined): string {
  const text = String.fromCharCode(...Array.from(bytes ?? []))
  const [readable = ''] = text.split('\0')
  return /^[\x20-\x7e\xa0-\xff]*$/.test(readable) ? readable.trim() : ''
}
