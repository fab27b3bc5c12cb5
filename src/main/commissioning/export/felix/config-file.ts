import {
  FELIX_TYPES,
  type FelixProperties,
  type FelixScalar,
  type FelixType,
  type FelixValue,
  readScalar,
  writeScalar,
} from './felix-value'

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', b: '\b', f: '\f' }
const LETTERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ESCAPES).map(([letter, character]) => [character, letter]),
)

/**
 * Reads one `.config` file: `key=value` lines with a type letter before the quotes, `#` comments, CRLF or LF. Throws an
 * Error whose message begins with the line. Source: Apache Felix ConfigAdmin 1.9, `ConfigurationHandler`.
 */
export function readConfigFile(text: string): FelixProperties {
  const properties = new Map<string, FelixValue>()
  const reader = new Reader(text.replace(/^\uFEFF/, ''))
  while (reader.toNextKey()) {
    try {
      const key = reader.key()
      properties.set(key, reader.value())
    } catch (error) {
      throw new Error(`line ${reader.line}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    }
  }
  return properties
}

/** Writes as Felix does: sorted by key, CRLF, arrays one element per line. */
export function writeConfigFile(properties: FelixProperties): string {
  const keys = [...properties.keys()].sort((a, b) => (a < b ? -1 : 1))
  return keys.map((key) => `${key}=${valueText(properties.get(key))}\r\n`).join('')
}

function valueText(value: FelixValue | undefined): string {
  if (!value) return '""'
  const { type, list, values } = value
  const letter = type === 'T' ? '' : type
  if (!list) return `${letter}${quoted(type, values[0] ?? '')}`
  const lines = values.map((element) => `  ${quoted(type, element)}, \\\r\n`)
  return `${letter}${list} \\\r\n${lines.join('')}  ${list === '[' ? ']' : ')'}`
}

function quoted(type: FelixType, value: FelixScalar): string {
  const text = writeScalar(type, value).replace(/[\\"= ]|\p{Cc}/gu, (character) => {
    const letter = LETTERS[character] ?? (/[\\"= ]/.test(character) ? character : null)
    return letter ? `\\${letter}` : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return `"${text}"`
}

/** Walks through the text, one character at a time; `line` is where it stands. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get line(): number {
    return this.#text.slice(0, this.#at).split('\n').length
  }

  /** Past empty lines and comments; false at the end. */
  toNextKey(): boolean {
    for (;;) {
      this.#skip(/\s/)
      if (this.#text[this.#at] !== '#') return this.#at < this.#text.length
      this.#skip(/[^\n]/)
    }
  }

  key(): string {
    const end = this.#text.indexOf('=', this.#at)
    const key = end < 0 ? '' : this.#text.slice(this.#at, end).trim()
    if (key === '' || /[\r\n]/.test(key)) throw new Error('a line needs the form key=value')
    this.#at = end + 1
    return key
  }

  value(): FelixValue {
    this.#skip(/[ \t]/)
    const letter = (this.#text[this.#at] ?? '').toUpperCase()
    const type = FELIX_TYPES.find((known) => known === letter) ?? 'T'
    // A small letter is the primitive type; OSGi makes no difference where it is read.
    if (FELIX_TYPES.some((known) => known === letter)) this.#at++
    const open = this.#text[this.#at]
    if (open === '"') return { type, list: null, values: [readScalar(type, this.#quoted())] }
    if (open === '[' || open === '(') return { type, list: open, values: this.#elements(type, open) }
    throw new Error(`"${open ?? ''}" is no beginning of a value`)
  }

  #elements(type: FelixType, open: '[' | '('): FelixScalar[] {
    const values: FelixScalar[] = []
    this.#at++
    for (;;) {
      // A backslash at the end of a line joins it with the next one.
      this.#skip(/[\s,\\]/)
      const next = this.#text[this.#at]
      if (next === (open === '[' ? ']' : ')')) {
        this.#at++
        return values
      }
      if (next !== '"') throw new Error('a list is not closed')
      values.push(readScalar(type, this.#quoted()))
    }
  }

  #quoted(): string {
    let result = ''
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? ''
      if (character === '"') {
        this.#at++
        return result
      }
      if (character === '\n') break
      result += character === '\\' ? this.#escaped() : character
    }
    throw new Error('a quote is not closed')
  }

  #escaped(): string {
    const character = this.#text[++this.#at] ?? ''
    if (character !== 'u') return ESCAPES[character] ?? character
    const hex = this.#text.slice(this.#at + 1, this.#at + 5)
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw new Error('\\u needs four hexadecimal digits')
    this.#at += 4
    return String.fromCharCode(Number.parseInt(hex, 16))
  }

  #skip(what: RegExp): void {
    while (this.#at < this.#text.length && what.test(this.#text[this.#at] ?? '')) this.#at++
  }
}
