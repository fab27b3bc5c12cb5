import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** What needs other programs or network namespaces, or takes long: `npm run test:peers`. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: ['node_modules/**'] } },
  defineConfig({ test: { include: ['test/peers/**/*.test.ts'], testTimeout: 120_000, fileParallelism: false } }),
)
