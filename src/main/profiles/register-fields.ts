import type { ChannelDoc } from '@shared/channel'
import { FORMAT_WORDS } from '@shared/modbus-numbers'
import type { ConnectHints, IdentifyRule, NumberFormat, RegisterField } from '@shared/profile'
import type { z } from 'zod'
import type { Identify, Register, RegisterBlock } from './schema'
import { factorBetween, parsePrintedUnit } from './units-of-manuals'
import type { Path, YamlFile } from './yaml-file'

/** Finds the channel a line leads to. Throws when the component has none of that name. */
export type ChannelOf = (component: string | undefined, channel: string, path: Path) => FoundChannel
export interface FoundChannel {
  readonly component: string
  readonly doc: ChannelDoc
}

type Block = z.infer<typeof RegisterBlock>
type Line = z.infer<typeof Register>

/** The register lines of a profile with every factor worked out and every line checked. */
export function registerFields(
  file: YamlFile,
  blocks: readonly Block[],
  refused: readonly { fc: number; from: number; to: number }[],
  connect: ConnectHints,
  channelOf: ChannelOf,
): RegisterField[] {
  const fields = blocks.flatMap((block, blockIndex) =>
    block.registers.map((line, index) => {
      const path: Path = ['blocks', blockIndex, 'registers', index]
      const field = registerField(file, block, line, channelOf(block.component, line.to, path), path)
      const last = field.at + field.words - 1
      if (last > 0xffff) throw file.fault('profile.invalid', path, `${label(line)} ends beyond the last register`)
      if (field.words > connect.maxRegisters) {
        throw file.fault('profile.invalid', path, `${label(line)} is longer than one read may be`)
      }
      if (refused.some((range) => range.fc === field.fc && field.at <= range.to && last >= range.from)) {
        throw file.fault('profile.invalid', path, `${label(line)} lies in a range the device refuses`)
      }
      return { field, path }
    }),
  )
  for (const [index, { field, path }] of fields.entries()) {
    const double = fields.findIndex(
      (other) => other.field.component === field.component && other.field.channel === field.channel,
    )
    if (double < index) throw file.fault('profile.invalid', path, `${field.channel} is mapped twice`)
  }
  return fields.map(({ field }) => field)
}

/** Rules of identity with their factors; a rule may print any unit, it is compared in that unit. */
export function identifyRules(file: YamlFile, rules: readonly z.infer<typeof Identify>[]): IdentifyRule[] {
  const sum = rules.reduce((total, rule) => total + rule.weight, 0)
  if (sum > 100) throw file.fault('profile.invalid', ['identify'], `weights add up to ${sum}, 100 is the most`)
  return rules.map((rule, index) => {
    const { object, at, as, fc, wordOrder = 'big', byteOrder = 'big', unit, weight, required, says } = rule
    const { scale, symbol } = parsePrintedUnit(unit)
    const path: Path = ['identify', index]
    if (rule.matches !== undefined) checkPattern(file, path, rule.matches)
    const claim = {
      weight,
      required,
      says,
      unit: symbol,
      factor: scale,
      ...(rule.equals !== undefined && { equals: rule.equals }),
      ...(rule.oneOf && { oneOf: rule.oneOf }),
      ...(rule.range && { range: rule.range }),
      ...(rule.matches !== undefined && { matches: rule.matches }),
      ...(rule.exception !== undefined && { exception: rule.exception }),
      ...(rule.yields && { yields: rule.yields }),
    }
    if (object !== undefined) return { object, ...claim }
    if (at === undefined || as === undefined) throw file.fault('profile.invalid', path, '`at` and `as` are needed')
    return { fc, at, words: wordsOf(file, path, as, rule.words), format: as, wordOrder, byteOrder, ...claim }
  })
}

export function checkPattern(file: YamlFile, path: Path, pattern: string): void {
  try {
    new RegExp(pattern)
  } catch (error) {
    throw file.fault('profile.invalid', path, `${pattern} is no regular expression: ${String(error)}`)
  }
}

function registerField(file: YamlFile, block: Block, line: Line, found: FoundChannel, path: Path): RegisterField {
  const { component, doc } = found
  const access = line.access ?? 'r'
  const words = block.fc <= 2 ? 1 : wordsOf(file, path, line.as, line.words)
  checkAccess(file, block, line, doc, path)
  return {
    component,
    channel: line.to,
    fc: block.fc,
    at: line.at,
    words,
    format: line.as,
    wordOrder: line.wordOrder ?? block.wordOrder ?? 'big',
    byteOrder: line.byteOrder ?? block.byteOrder ?? 'big',
    factor: factorOf(file, line, doc, path),
    offset: line.offset ?? 0,
    unit: line.unit,
    invalid: line.invalid ?? [],
    poll: line.poll ?? block.poll ?? 'low',
    access,
    evidence: block.evidence,
    source: block.source,
    ...(line.bit !== undefined && { bit: line.bit }),
    ...(line.options && { options: line.options }),
    ...(line.keep && { keep: line.keep }),
    ...(access !== 'r' && { writeFc: line.writeFc ?? (block.fc === 1 ? 5 : words > 1 ? 16 : 6) }),
  }
}

function factorOf(file: YamlFile, line: Line, doc: ChannelDoc, path: Path): number {
  if (line.options || doc.type === 'STRING') return 1
  const result = factorBetween(line.unit, doc.unit)
  if ('factor' in result) return result.factor
  const written = line.unit || 'no unit'
  const text =
    result.problem === 'profile.dimension'
      ? `${label(line)}: ${written} cannot become ${doc.unit || 'a bare number'} of ${line.to}; possible: ${result.possible}`
      : `${label(line)}: the unit ${written} is not known; possible for ${line.to}: ${result.possible}`
  const args = { register: label(line), written, channel: line.to, unit: doc.unit, possible: result.possible }
  throw file.fault(result.problem, [...path, 'unit'], text, args)
}

function checkAccess(file: YamlFile, block: Block, line: Line, doc: ChannelDoc, path: Path): void {
  if (line.access === undefined || line.access === 'r') return
  if (block.evidence === 'inferred' || block.evidence === 'unknown') {
    throw file.fault('profile.invalid', path, `${label(line)}: what is only ${block.evidence} is never written to`)
  }
  if (block.fc === 2 || block.fc === 4) {
    throw file.fault('profile.invalid', path, `${label(line)}: function ${block.fc} reads what cannot be written`)
  }
  if (doc.accessMode === 'RO') {
    throw file.fault('profile.invalid', path, `${label(line)}: the channel ${line.to} takes no set-points`)
  }
}

function wordsOf(file: YamlFile, path: Path, format: NumberFormat, words: number | undefined): number {
  if (format === 'string') {
    if (words === undefined) throw file.fault('profile.invalid', path, 'a string needs words')
    return words
  }
  const own = FORMAT_WORDS[format]
  if (words !== undefined && words !== own) throw file.fault('profile.invalid', path, `${format} has ${own} registers`)
  return own
}

/** `0x4E (78)`: manuals print either. */
const label = (line: Line): string => `register 0x${line.at.toString(16).toUpperCase()} (${line.at})`
