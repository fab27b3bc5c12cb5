// Appends rows as fast as it can, from a given moment on, and says after each one that it is on disk; until it is killed.
import { writeSync } from 'node:fs'
import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import { CRASH_CHANNELS, CRASH_STEP_MS, crashValue } from './crash-values'

const [path = '', from = '0'] = process.argv.slice(2)
const store = SqliteTimeSeries.open(path)
for (let at = Number(from); ; at += CRASH_STEP_MS) {
  store.append(at, new Map(CRASH_CHANNELS.map((channel, index) => [channel, crashValue(at, index)])))
  writeSync(1, `${at}\n`)
}
