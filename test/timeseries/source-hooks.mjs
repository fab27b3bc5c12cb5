// Lets plain Node run our TypeScript: node --import ./test/timeseries/source-hooks.mjs file.ts
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const source = new URL('../../src/', import.meta.url)

registerHooks({
  resolve(specifier, context, next) {
    const alias = /^@(main|shared)\/(.*)$/.exec(specifier)
    const isRelative = specifier.startsWith('.')
    if (!alias && !isRelative) return next(specifier, context)
    const url = alias ? new URL(`${alias[1]}/${alias[2]}`, source) : new URL(specifier, context.parentURL)
    const path = `${fileURLToPath(url)}.ts`
    return existsSync(path) ? { url: pathToFileURL(path).href, shortCircuit: true } : next(specifier, context)
  },
})
