import { SitewrightError } from '@shared/errors'

/**
 * Numbers as a person lists them, `1-3,247`, in the order written and each once. `what` names the list in the sentence a
 * person reads when a piece is wrong (`scan.targets`); an empty text gives an empty list.
 */
export function parseNumberList(text: string, what: 'unit' | 'port'): readonly number[] {
  const { from, to } = LIMITS[what]
  const numbers = new Set<number>()
  for (const piece of pieces(text)) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(piece)
    const first = Number(match?.[1])
    const last = match?.[2] === undefined ? first : Number(match[2])
    if (!match || first < from || last > to || last < first) {
      throw new SitewrightError(
        'scan.targets',
        `${piece}: ${what}s go from ${from} to ${to}, as in ${EXAMPLES[what]}`,
        {
          args: { piece, context: what, from, to },
        },
      )
    }
    for (let number = first; number <= last; number++) numbers.add(number)
  }
  return [...numbers]
}

/** The other way round: `1-3, 247`. Neighbours are drawn together. */
export function writeNumberList(numbers: Iterable<number>): string {
  const runs: { from: number; to: number }[] = []
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run && run.to === number - 1) run.to = number
    else runs.push({ from: number, to: number })
  }
  return runs.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}

/** Cuts a typed list at commas, semicolons and blanks; a dash may have blanks round it and be an en dash. */
export function pieces(text: string): readonly string[] {
  return text
    .replace(/\s*[-–]\s*/g, '-')
    .split(/[\s,;]+/)
    .filter((piece) => piece !== '')
}

/** Modbus Messaging on TCP/IP V1.0b, §4.4.1.2: 0 and 255 are for the host itself, 1–247 for what stands behind it. */
const LIMITS = { unit: { from: 0, to: 255 }, port: { from: 1, to: 65_535 } } as const
const EXAMPLES = { unit: '1-3,247', port: '502,1502' } as const
