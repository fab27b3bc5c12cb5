import { isLoopback } from '@main/host/access'
import type { BrowserHost } from '@main/host/browser-host'
import { z } from 'zod'
import { defineCommand, UsageError } from '../command'
import type { Output } from '../output'
import { printLog } from '../print-log'
import { dataOption, ListenAddress, Port, Switch } from '../reads'
import { stopped, type World } from '../world'

/** The program for a browser: prints the link, runs until it is stopped. */
export const serve = defineCommand({
  name: 'serve',
  operands: [],
  options: {
    data: dataOption,
    port: { value: 'PORT', default: '8090', read: Port },
    host: { value: 'ADDRESS', default: '127.0.0.1', read: ListenAddress },
    site: { value: 'ID', read: z.string().optional() },
    demo: { read: Switch },
  },
  examples: ['sitewright serve', 'sitewright serve --demo --port 9000 --data ./data'],

  async run({ options }, output, world) {
    if (options.demo && options.site) throw new UsageError('conflict', { one: '--demo', other: '--site' })
    const dataDir = options.data ?? world.dataDir
    await using host = await world.startHost({
      dataDir,
      host: options.host,
      port: options.port,
      log: printLog(output, 'warn'),
    })
    const siteId = await openSite(host, options)
    const place = siteId === null ? '' : `#/sites/${siteId}/live`
    const link = `${host.link}${place}`
    output.line({
      type: 'listening',
      what: 'browser',
      link,
      host: options.host,
      port: host.port,
      dataDir,
      siteId,
      taken: host.taken.map(({ port, holder }) => ({ port, holder: holder?.name ?? null, pid: holder?.pid ?? null })),
    })
    tellPeople(output, world, { host, link, address: options.host, dataDir })
    world.announce(() => `${host.singleUseLink()}${place}`)
    await stopped(world.signal)
    output.progress(output.say('cli.serve.stopping'))
    return { result: 'done' }
  },
})

async function openSite(host: BrowserHost, { demo, site }: { demo: boolean; site?: string | undefined }) {
  if (!demo && site === undefined) return null
  const client = host.connect()
  try {
    if (site === undefined) return (await client.call('openDemoSite', {}, { timeoutMs: 60_000 })).siteId
    await client.call('openSite', { siteId: site }, { timeoutMs: 60_000 })
    return site
  } finally {
    client.close()
  }
}

function tellPeople(
  output: Output,
  world: World,
  { host, link, address, dataDir }: { host: BrowserHost; link: string; address: string; dataDir: string },
): void {
  const { say } = output
  for (const { port, holder } of host.taken)
    output.text(
      holder
        ? say('cli.serve.taken-by', { port, name: holder.name, pid: holder.pid, used: host.port })
        : say('cli.serve.taken', { port, used: host.port }),
    )
  const demo = world.env.npm_lifecycle_event === 'start' ? 'npm run demo' : 'npx sitewright demo'
  const person = world.env.USER ?? world.env.USERNAME ?? say('cli.serve.user')
  output.text(`Sitewright ${world.version}`)
  output.text()
  output.text(`  ${link}`)
  output.text()
  const rows: [string, string][] = [
    ...waysFromElsewhere(world, { port: host.port, address, link }, person).map((way, index): [string, string] => [
      index === 0 ? say('cli.serve.elsewhere') : '',
      way,
    ]),
    [say('cli.serve.data-lies'), dataDir],
    [say('cli.serve.no-browser'), demo],
    [say('cli.serve.stop'), 'Ctrl+C'],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  for (const [name, value] of rows) output.text(`  ${name.padEnd(width)}  ${value}`)
}

/** A tunnel while it listens on loopback only; else the link under each address by which the machine can be reached. */
function waysFromElsewhere(
  world: World,
  { port, address, link }: { port: number; address: string; link: string },
  person: string,
): string[] {
  if (isLoopback(address)) return [`ssh -L ${port}:127.0.0.1:${port} ${person}@${world.machine}`]
  if (address !== '0.0.0.0' && address !== '::') return [link]
  return world.addresses.map((own) => link.replace('127.0.0.1', own))
}
