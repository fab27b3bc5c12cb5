import { readFileSync, writeFileSync } from 'node:fs'
import { profileJsonSchema } from '@main/profiles/schema'
import { expect, it } from 'vitest'

const FILE = 'resources/profiles/profile.schema.json'

it('editors complete and check profiles by the same schema as the loader (stale? run this test with UPDATE=1)', () => {
  const schema = JSON.parse(JSON.stringify(profileJsonSchema()))
  if (process.env.UPDATE) writeFileSync(FILE, `${JSON.stringify(schema, null, 2)}\n`)
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(schema)
})
