import type { Component } from '@main/edge/component/component'
import type { Author, Edge } from '@main/edge/edge'
import { EXCEPTION, type Exception } from '@main/protocols/modbus/server-connection'
import type { ChannelValue } from '@shared/channel'
import { SitewrightError } from '@shared/errors'
import type { ApiWrites } from '../api-writes'
import { wantedValue } from '../wanted-value'
import { tablesOf } from './nature-tables'
import { fromRecord, RECORD_WORDS, type RecordType, toRecord } from './record-types'

interface Placed {
  readonly at: number
  readonly type: RecordType
  read(): ChannelValue
  /** The channel behind it when it may be written. */
  readonly writes: string | null
}

const FIRST_COMPONENT = 200
/** Component id and block length, and room, before the first nature. */
const COMPONENT_HEADER = 20
const LAST = 0x10000
/** Where nothing lies within a block: what an unsigned "not known" looks like, and NaN for whoever reads floats. */
const NOTHING = 0xffff

/**
 * The registers of an edge as another master sees them: the hash of "OpenEMS", the block of `_meta`, then the chosen
 * components one after the other. Every value is that of the process image. A component that is missing ends the map: what
 * came after it would lie elsewhere, and a set-point would reach the wrong one. Source: wire description §8.
 */
export class RegisterMap {
  /** Chosen, and not there. */
  readonly missing: readonly string[]
  readonly #edge: Edge
  readonly #writes: ApiWrites | null
  /** Register → the record it belongs to. */
  readonly #records = new Map<number, Placed>()
  /** Where the next component would begin, and how far somebody may read. */
  #end = FIRST_COMPONENT
  #readable = FIRST_COMPONENT

  constructor(edge: Edge, componentIds: readonly string[], writes: ApiWrites | null) {
    this.#edge = edge
    this.#writes = writes
    this.#fixed(0, 'uint16', hashOf('OpenEMS'))
    this.#placeMeta()
    let missing: string[] = []
    for (const [index, id] of componentIds.entries()) {
      const component = edge.registry.get(id)
      if (component && this.#placeComponent(component)) continue
      missing = componentIds.slice(index)
      break
    }
    this.missing = missing
  }

  read(at: number, count: number): Uint16Array | Exception {
    if (at + count > this.#readable) return EXCEPTION.address
    const words = new Uint16Array(count).fill(NOTHING)
    for (let index = 0; index < count; ) {
      const record = this.#records.get(at + index)
      if (!record) {
        index++
        continue
      }
      const all = toRecord(record.type, record.read())
      // A read may begin or end within a record.
      for (let part = at + index - record.at; part < all.length && index < count; part++, index++) {
        words[index] = all[part] ?? 0
      }
    }
    return words
  }

  /** Whole records only, and all of them or none: half a float would be another number. */
  write(at: number, words: readonly number[], by: Author): Exception | null {
    const wanted: { address: string; value: ChannelValue }[] = []
    for (let index = 0; index < words.length; ) {
      const record = this.#records.get(at + index)
      if (record?.at !== at + index || record.writes === null) return EXCEPTION.address
      const end = index + RECORD_WORDS[record.type]
      if (end > words.length) return EXCEPTION.address
      wanted.push({ address: record.writes, value: fromRecord(record.type, words.slice(index, end)) })
      index = end
    }
    try {
      for (const { address, value } of wanted) wantedValue(address, this.#edge.channel(address).doc, value)
      for (const { address, value } of wanted) this.#writes?.set(address, value, by)
      return null
    } catch (error) {
      if (error instanceof SitewrightError) return EXCEPTION.value
      throw error
    }
  }

  #placeMeta(): void {
    const [major = 0, minor = 0, patch = 0] = this.#edge.version.split('.').map(Number)
    const texts = ['Sitewright', 'Sitewright Edge', '', this.#edge.version, '', '']
    this.#fixed(1, 'uint16', FIRST_COMPONENT - 1)
    for (const [index, number] of [major, minor, patch].entries()) this.#fixed(2 + index, 'uint16', number)
    // Manufacturer, model, options, version, serial number of the device and of the EMS: offsets 3, 19, 35, 51, 67, 83.
    for (const [index, text] of texts.entries()) this.#fixed(5 + index * RECORD_WORDS.string16, 'string16', text)
    const meta = this.#edge.registry.need('_meta')
    this.#put({ at: 101, type: 'uint64', read: () => meta.value('SystemTimeUtc'), writes: null })
  }

  /** False when the 65,536 registers do not reach for it. */
  #placeComponent(component: Component): boolean {
    const at = this.#end
    const tables = tablesOf(component)
    const length = tables.reduce((sum, table) => sum + table.length, 0)
    if (at + COMPONENT_HEADER + length > LAST) return false
    this.#fixed(at, 'string16', component.id)
    this.#fixed(at + RECORD_WORDS.string16, 'uint16', length)
    let nature = at + COMPONENT_HEADER
    for (const table of tables) {
      this.#fixed(nature, 'uint16', hashOf(table.name))
      this.#fixed(nature + 1, 'uint16', table.length)
      for (const [offset, channel, type] of table.records) this.#channel(nature + 2 + offset, type, component, channel)
      nature += table.length
    }
    // The header is not counted: the next one lies in the unused tail of this component's last nature.
    this.#end = at + length
    this.#readable = nature
    return true
  }

  #channel(at: number, type: RecordType, component: Component, id: string): void {
    const channel = component.channels.get(id)
    const address = `${component.id}/${id}`
    this.#put({
      at,
      type,
      read: () =>
        channel?.doc.accessMode === 'WO' ? (this.#writes?.pending(address) ?? null) : (channel?.value ?? null),
      writes: this.#writes && channel?.isWritable ? address : null,
    })
  }

  #fixed(at: number, type: RecordType, value: ChannelValue): void {
    this.#put({ at, type, read: () => value, writes: null })
  }

  #put(record: Placed): void {
    for (let part = 0; part < RECORD_WORDS[record.type]; part++) this.#records.set(record.at + part, record)
  }
}

/** The low 16 bits of the hash Java gives a text: h = 31·h + character. */
export function hashOf(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0
  return hash & 0xffff
}
