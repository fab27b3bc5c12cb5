import type { ChannelDoc, ChannelValue } from '@shared/channel'
import { DASH, displayUnit, formatQuantity, type Text } from '../../ui'

/** The name of a channel in the words of the trade, else what the driver says of it, else its id. */
export const channelName = (t: Text, { id, text }: Pick<ChannelDoc, 'id' | 'text'>): string =>
  t.maybe(`channel.${id}`) ?? (text && text.length <= 60 && !/^\d+:/.test(text) ? text : id)

/** The name of an enum's number; null for channels that are numbers. */
export function optionName({ category, options }: ChannelDoc, value: ChannelValue): string | null {
  if (category !== 'ENUM' || value === null) return null
  return Object.entries(options ?? {}).find(([, number]) => number === value)?.[0] ?? String(value)
}

/** A value with its unit, as plain text for copying. */
export function valueText(doc: ChannelDoc, value: ChannelValue): string {
  if (value === null) return DASH
  const option = optionName(doc, value)
  if (option !== null) return option
  if (typeof value === 'string') return value
  const { unit } = displayUnit(doc.unit)
  return `${formatQuantity(value, doc.unit)} ${unit}`.trim()
}

/** Whether this text is found in id, name or unit of a channel. */
export function matches(t: Text, doc: ChannelDoc, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return wanted === '' || [doc.id, doc.unit, channelName(t, doc)].some((each) => each.toLowerCase().includes(wanted))
}
