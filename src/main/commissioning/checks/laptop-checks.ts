import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { localTime } from '@shared/local-time'
import { message } from '@shared/message'
import type { Check } from '@shared/site'
import type { SerialAdapter } from './serial-adapters'

const GIGABYTE = 1024 ** 3
const LOW_DISK_GB = 1
/** No clock of a working laptop shows a time before this program was written. */
const EARLIEST = Date.UTC(2026, 10, 1)

/** The parts of the machine the checks look at; handed in, so that a test can be any laptop. */
export interface Laptop {
  adapters(): Promise<readonly SerialAdapter[]>
  networkInterfaces(): NodeJS.Dict<NetworkInterfaceInfo[]>
  now(): number
  readonly dataDir: string
}

/** Commissioning step 2: what this laptop can do today. Nothing is changed and nothing leaves the machine. */
export async function checkLaptop(laptop: Laptop): Promise<Check[]> {
  return Promise.all([
    adapterCheck(laptop),
    networkCheck(laptop),
    portCheck(),
    diskCheck(laptop.dataDir),
    clockCheck(laptop.now()),
  ])
}

async function adapterCheck(laptop: Laptop): Promise<Check> {
  const title = message('laptop.adapter')
  const adapters = await laptop.adapters()
  if (adapters.length === 0) return { id: 'adapter', verdict: 'notrun', title, detail: message('laptop.adapter.none') }
  const refused: string[] = []
  for (const { path } of adapters) {
    if (
      path.startsWith('/dev/') &&
      !(await access(path, constants.R_OK | constants.W_OK).then(
        () => true,
        () => false,
      ))
    )
      refused.push(path)
  }
  const names = adapters.map(({ path, maker }) => [maker, path].filter(Boolean).join(' ')).join(', ')
  if (refused.length > 0) {
    return {
      id: 'adapter',
      verdict: 'failed',
      title,
      detail: message('laptop.adapter.no-right', { ports: refused.join(', ') }),
    }
  }
  return { id: 'adapter', verdict: 'passed', title, detail: message('laptop.adapter.found', { names }) }
}

async function networkCheck(laptop: Laptop): Promise<Check> {
  const title = message('laptop.network')
  const active = Object.entries(laptop.networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter((one) => one.family === 'IPv4' && !one.internal)
      .map((one) => ({ name, address: one.address })),
  )
  const list = active.map(({ name, address }) => `${name} ${address}`).join(', ')
  if (active.length === 0) return { id: 'network', verdict: 'warn', title, detail: message('laptop.network.none') }
  const selfGiven = active.filter(({ address }) => address.startsWith('169.254.'))
  if (selfGiven.length === active.length) {
    return { id: 'network', verdict: 'warn', title, detail: message('laptop.network.no-lease', { list }) }
  }
  return {
    id: 'network',
    verdict: 'passed',
    title,
    detail: message(active.length > 1 ? 'laptop.network.several' : 'laptop.network.one', {
      list,
      count: active.length,
    }),
  }
}

/** May this user open a listening port at all? Security programs of company laptops sometimes say no. */
async function portCheck(): Promise<Check> {
  const title = message('laptop.ports')
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    return { id: 'ports', verdict: 'passed', title, detail: message('laptop.ports.open') }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { id: 'ports', verdict: 'failed', title, detail: message('laptop.ports.refused', { reason }) }
  } finally {
    server.close()
  }
}

async function diskCheck(folder: string): Promise<Check> {
  const title = message('laptop.disk')
  try {
    const { bavail, bsize } = await statfs(folder)
    const free = (bavail * bsize) / GIGABYTE
    const verdict = free < LOW_DISK_GB ? 'warn' : 'passed'
    return {
      id: 'disk',
      verdict,
      title,
      detail: message(verdict === 'warn' ? 'laptop.disk.low' : 'laptop.disk.free', { free: free.toFixed(1) }),
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { id: 'disk', verdict: 'unsure', title, detail: message('laptop.disk.unknown', { reason }) }
  }
}

/** Offline nobody can say whether the clock is right; only that it cannot be. */
function clockCheck(now: number): Check {
  const title = message('laptop.clock')
  const shown = localTime(now)
  return now < EARLIEST
    ? { id: 'clock', verdict: 'failed', title, detail: message('laptop.clock.old', { shown }) }
    : { id: 'clock', verdict: 'passed', title, detail: message('laptop.clock.plausible', { shown }) }
}
