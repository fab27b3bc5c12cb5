import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Public test data that is too large or too foreign to stand in this repository: recordings, vectors, model definitions.
 * It is looked for in `$SITEWRIGHT_FIXTURES`, else in `../shared/fixtures`. A suite asks first and skips with a reason:
 *
 *   const data = fixture('modbus/frames-protocol.json')
 *   describe.skipIf(!data.present)(`frames of the specification${data.why}`, () => …)
 */
export function fixture(path: string): Fixture {
  const file = join(folder(), path)
  const present = existsSync(file)
  const why = present ? '' : ` (skipped: ${path} is not in ${folder()})`
  if (!present) console.warn(`skipped: the fixture ${path} is not there; set SITEWRIGHT_FIXTURES to its folder`)
  const text = () => readFileSync(file, 'utf8')
  return { present, why, file, text, json: () => JSON.parse(text()) }
}

export interface Fixture {
  readonly present: boolean
  /** Empty when present, else what to append to the suite's name. */
  readonly why: string
  readonly file: string
  text(): string
  /** Whoever reads it states its shape. */
  json(): unknown
}

function folder(): string {
  return resolve(process.env.SITEWRIGHT_FIXTURES ?? '../shared/fixtures')
}
