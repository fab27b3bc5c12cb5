import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StoredEdgeConfig } from '@shared/edge-config'
import { SitewrightError } from '@shared/errors'
import type { RpcClient } from '@shared/rpc/client'
import { newSiteData } from '@shared/site'
import { z } from 'zod'
import { applyEdgeConfig } from '../apply-edge-config'
import { defineCommand } from '../command'
import { dataOption } from '../reads'
import { withEngine } from '../with-engine'
import { stopped } from '../world'

/** An edge without any window, from a configuration file, until it is stopped. */
export const edgeRun = defineCommand({
  name: 'edge run',
  operands: [],
  options: { config: { value: 'FILE', read: z.string().min(1) }, data: dataOption },
  examples: [
    'sitewright edge run --config edge.json',
    'sitewright edge run --config edge.json --data /var/lib/sitewright',
  ],

  async run({ options }, output, world) {
    const config = await readConfig(options.config)
    const dataDir = options.data ?? world.dataDir
    return withEngine({ dataDir, least: 'info' }, output, world, async (client, engine) => {
      const siteId = await oneSite(client)
      const { edgeId } = await client.call('openSite', { siteId }, { timeoutMs: 60_000 })
      const changed = await applyEdgeConfig(client, edgeId, config)
      const components = Object.keys(config.components).length
      output.text(output.say('cli.edge-run.ready', { count: components, dataDir, siteId }))
      for (const { host, port } of engine.listeners()) {
        const link = `ws://${host}:${port}`
        output.line({ type: 'listening', what: 'edge', link, host, port, dataDir, siteId, taken: [] })
        output.text(output.say('cli.edge-run.api', { link }))
      }
      await stopped(world.signal)
      return { result: 'done', counts: { components, changed } }
    })
  },
})

async function readConfig(file: string): Promise<StoredEdgeConfig> {
  const path = resolve(file)
  const refuse = (text: string, cause?: unknown) =>
    new SitewrightError('config.file', `${path}: ${text}`, { args: { file: path, text }, cause })
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw refuse(error.code === 'ENOENT' ? 'there is no such file' : error.message, error)
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error), error)
  }
  const read = StoredEdgeConfig.safeParse(json)
  if (!read.success) throw refuse(z.prettifyError(read.error).replaceAll('\n', ' '), read.error)
  return read.data
}

/** The site that was in work last, or a new one: a data folder of `edge run` holds one. */
async function oneSite(client: RpcClient): Promise<string> {
  const { sites } = await client.call('listSites', {})
  const last = sites.filter(({ kind, problem }) => kind === 'site' && problem === null)[0]
  if (last) return last.id
  const { site } = await client.call('createSite', { data: { ...newSiteData, name: 'Edge' } })
  return site.id
}
