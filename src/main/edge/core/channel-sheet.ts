import type { ChannelDoc, ChannelValue } from '@shared/channel'
import writeXlsxFile, { type Row } from 'write-excel-file/node'
import type { Component } from '../component/component'

const HEADINGS = ['Channel', 'Value', 'Unit', 'Option', 'Access', 'Type', 'Level', 'Text']

/**
 * Answers OpenEMS's `channelExportXlsx`: one sheet "Export" with the channels of a component as they stand at `now`, shown on
 * the clock of this machine. An unknown value and one that can only be written are empty cells.
 */
export function channelSheet({ id, alias, factoryId, channels }: Component, now: number): Promise<Buffer> {
  const local = new Date(now - new Date(now).getTimezoneOffset() * 60_000)
  const rows: Row[] = [
    [bold('Component'), text(id)],
    [bold('Alias'), text(alias)],
    [bold('Factory'), text(factoryId)],
    [bold('Created'), { type: Date, value: local, format: 'yyyy-mm-dd hh:mm' }],
    [],
    HEADINGS.map(bold),
    ...[...channels.values()].map(({ doc, value }): Row => {
      const known = doc.accessMode === 'WO' ? null : value
      return [
        text(doc.id),
        typeof known === 'number' ? { type: Number, value: known } : text(known ?? ''),
        text(doc.unit),
        text(optionOf(doc, known)),
        text(doc.accessMode),
        text(doc.type),
        text(doc.level ?? ''),
        text(doc.text),
      ]
    }),
  ]
  const columns = [32, 20, 10, 20, 8, 10, 10, 60].map((width) => ({ width }))
  return writeXlsxFile(rows, { sheet: 'Export', columns }).toBuffer()
}

/** The name behind the number of a choice. */
function optionOf({ options }: ChannelDoc, value: ChannelValue): string {
  return Object.entries(options ?? {}).find(([, number]) => number === value)?.[0] ?? ''
}

const text = (value: string) => (value === '' ? null : ({ type: String, value } as const))
const bold = (value: string) => ({ type: String, value, fontWeight: 'bold' }) as const
