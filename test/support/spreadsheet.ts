import { inflateRawSync } from 'node:zlib'

/** The rows of the first sheet of an .xlsx, by column: dates as days since 1899-12-30 (ECMA-376-1, §18.3.1). */
export function rowsOf(files: ReadonlyMap<string, string>): Record<string, string | number>[] {
  const texts = [...(files.get('xl/sharedStrings.xml') ?? '').matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, text]) => text)
  return [...(files.get('xl/worksheets/sheet1.xml') ?? '').matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/g)].map(
    ([, cells = '']) =>
      Object.fromEntries(
        [...cells.matchAll(/<c r="([A-Z]+)\d+"([^>]*)>.*?<v>([^<]*)<\/v>/g)].map(([, column, kind, value]) => [
          column,
          kind?.includes('t="s"') ? (texts[Number(value)] ?? '') : Number(value),
        ]),
      ),
  )
}

/** The files of a zip, by name, from its central directory (APPNOTE.TXT §4.3.12). */
export function unzip(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>()
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  let at = bytes.readUInt32LE(end + 16)
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    const method = bytes.readUInt16LE(at + 10)
    const size = bytes.readUInt32LE(at + 20)
    const nameLength = bytes.readUInt16LE(at + 28)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const local = bytes.readUInt32LE(at + 42)
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(from, from + size)
    files.set(name, (method === 8 ? inflateRawSync(packed) : packed).toString('utf8'))
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return files
}
