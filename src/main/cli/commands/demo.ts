import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { FoundDevice } from '@shared/device'
import { isEnded, type Job } from '@shared/job'
import type { RoleProposal } from '@shared/rpc'
import type { RpcClient } from '@shared/rpc/client'
import { z } from 'zod'
import { defineCommand } from '../command'
import { deviceLine, inOrder, linkOf, nameOf } from '../device-line'
import { balanceOf, balanceTable, SUM_ADDRESSES, type Values } from '../energy-balance'
import type { Output } from '../output'
import { table } from '../table'
import { withEngine } from '../with-engine'
import type { World } from '../world'

const CYCLES = 10
/** Cycles after which an edge that still knows nothing of its grid meter is no longer waited for. */
const PATIENCE = 30

/** What no scan can tell: what hangs behind the second meter of the demo plant. */
const ROLE_OF_PROFILE: Readonly<Record<string, string>> = { 'eastron-sdm120': 'heat-pump' }

/** From nothing to a running edge without a browser: simulated devices are found, known, given roles and read. */
export const demo = defineCommand({
  name: 'demo',
  operands: [],
  options: {
    keep: {
      value: 'DIR',
      read: z
        .string()
        .transform((folder) => resolve(folder))
        .optional(),
    },
  },
  examples: ['sitewright demo', 'sitewright demo --keep ./data'],

  async run({ options }, output, world) {
    const dataDir = options.keep ?? (await mkdtemp(join(tmpdir(), 'sitewright-demo-')))
    try {
      return await withEngine({ dataDir }, output, world, (client) => walk(client, output, world))
    } finally {
      if (options.keep === undefined) await rm(dataDir, { recursive: true, force: true })
    }
  },
})

async function walk(client: RpcClient, output: Output, world: World) {
  const { say } = output
  output.progress(say('cli.demo.devices'))
  const { siteId, edgeId } = await client.call('openDemoSite', {}, { timeoutMs: 60_000 })

  const devices = await scan(client, siteId, output, world.signal)
  for (const device of devices) output.line(deviceLine(device, output))
  showEvidence(output, devices)

  output.progress(say('cli.demo.roles'))
  // Devices that are not quite sure wait for a person; here that person says yes.
  for (const { id, use, profile } of devices)
    if (use === null && profile !== null) await client.call('updateFound', { siteId, deviceId: id, use: true })
  const made = await assignRoles(client, { siteId, edgeId, devices, output })
  showComponents(output, made)

  const cycles = await runCycles(client, edgeId, made, output, world.signal)
  const balance = balanceOf(cycles, made)
  output.line({ type: 'balance', ...balance })
  output.text()
  output.text(say('cli.demo.balance', { cycles: cycles.length }))
  output.text()
  output.text(balanceTable(balance, say))
  output.progress(say('cli.demo.stopping'))

  const unsure = devices.filter((device) => device.kind === 'device' && device.profile === null)
  const counts = { devices: devices.length, components: made.length, cycles: cycles.length }
  const isKnown = balance.gridW !== null && balance.consumptionW !== null && made.length > 0
  return { result: !isKnown ? 'failed' : unsure.length > 0 ? 'unsure' : 'done', counts } as const
}

async function scan(client: RpcClient, siteId: string, output: Output, signal: AbortSignal): Promise<FoundDevice[]> {
  const ended = Promise.withResolvers<Job>()
  const listen = (jobs: readonly Job[]) => {
    for (const job of jobs) {
      if (job.kind !== 'scan') continue
      if (job.act) output.progress(output.message(job.act))
      if (isEnded(job.state)) ended.resolve(job)
    }
  }
  const off = client.on('jobs', ({ jobs }) => listen(jobs))
  const stop = () => ended.reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await client.call('startScan', { siteId, speed: 'fast' })
    listen((await client.call('listJobs', { siteId })).jobs)
    await ended.promise
  } finally {
    off()
    signal.removeEventListener('abort', stop)
  }
  return inOrder((await client.call('listFound', { siteId })).devices)
}

interface Made {
  readonly id: string
  readonly alias: string
  readonly role: string
}

/** As the Roles step does it: each bridge once, then the components with their role, all by calls that OpenEMS has too. */
async function assignRoles(
  client: RpcClient,
  {
    siteId,
    edgeId,
    devices,
    output,
  }: { siteId: string; edgeId: string; devices: readonly FoundDevice[]; output: Output },
): Promise<Made[]> {
  const { proposals } = await client.call('proposeRoles', { siteId })
  const create = (factoryPid: string, properties: Record<string, unknown>) =>
    client.callEdge(edgeId, 'createComponentConfig', {
      factoryPid,
      properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
    })
  const bridges = new Set<string>()
  const made: Made[] = []
  for (const proposal of proposals) {
    const { bridge, id, factoryId } = proposal
    if (!bridge.exists && !bridges.has(bridge.id)) {
      await create(bridge.factoryId, { id: bridge.id, alias: bridge.alias, ...bridge.properties })
      bridges.add(bridge.id)
    }
    const role = roleOf(proposal, devices)
    const alias = aliasOf(role, output) ?? proposal.alias
    const properties = { ...proposal.properties, ...proposal.byRole[role] }
    if (proposal.componentId === null) await create(factoryId, { id, alias, ...properties })
    output.line({ type: 'component', id, factoryId, alias, role, device: proposal.deviceId, properties })
    made.push({ id, alias, role })
  }
  return made
}

/** The Roles step calls some devices by what they are for. */
function aliasOf(role: string, output: Output): string | null {
  const alias = output.say(`roles.alias.${role}`)
  return alias === `roles.alias.${role}` ? null : alias
}

function roleOf(proposal: RoleProposal, devices: readonly FoundDevice[]): string {
  const profile = devices.find(({ id }) => id === proposal.deviceId)?.profile ?? ''
  const known = ROLE_OF_PROFILE[profile]
  return known !== undefined && proposal.roles.includes(known) ? known : proposal.role
}

/** The values of the cycles in which the edge knew its grid meter. */
async function runCycles(
  client: RpcClient,
  edgeId: string,
  made: readonly Made[],
  output: Output,
  signal: AbortSignal,
): Promise<Values[]> {
  const cycles: Values[] = []
  let seen = 0
  const done = Promise.withResolvers<void>()
  const off = client.onEdge(edgeId, 'currentData', (values) => {
    seen++
    if (values['_sum/GridActivePower'] !== null && values['_sum/ConsumptionActivePower'] !== null) {
      cycles.push(values)
      output.line({ type: 'cycle', cycle: cycles.length, values })
    }
    output.progress(output.say('cli.demo.cycle', { cycle: cycles.length, of: CYCLES }))
    if (cycles.length >= CYCLES || seen >= PATIENCE) done.resolve()
  })
  const stop = () => done.reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const channels = [...SUM_ADDRESSES, ...made.map(({ id }) => `${id}/ActivePower`)]
    await client.call('subscribeEdges', { edges: [edgeId] })
    await client.callEdge(edgeId, 'subscribeChannels', { count: 1, channels })
    await done.promise
  } finally {
    off()
    signal.removeEventListener('abort', stop)
  }
  return cycles
}

function showEvidence(output: Output, devices: readonly FoundDevice[]): void {
  const { say } = output
  const column = (name: string, more = {}) => ({ title: say(`cli.evidence.${name}`), ...more })
  output.text(say('cli.demo.found'))
  for (const device of devices) {
    const name =
      device.kind === 'device' ? nameOf(device) || say('cli.device.unknown') : say(`find.kind.${device.kind}`)
    const match =
      device.confidence > 0 ? say('cli.evidence.match', { percent: device.confidence, proofs: device.proofs }) : ''
    output.text()
    output.text([name, device.serial, linkOf(device), match].filter(Boolean).join(' · '))
    if (device.evidence.length === 0) continue
    const rows = device.evidence.map((proof) => [
      say(`verdict.${proof.verdict}`),
      output.message(proof.title),
      proof.probe,
      proof.answer,
      proof.says,
      String(proof.weight),
    ])
    const columns = [
      column('verdict'),
      column('title', { max: 28 }),
      column('probe'),
      column('answer', { max: 28 }),
      column('says', { max: 24 }),
      column('weight', { align: 'right' }),
    ]
    output.text(table(columns, rows))
  }
}

function showComponents(output: Output, made: readonly Made[]): void {
  const { say } = output
  output.text()
  output.text(say('cli.demo.assigned'))
  output.text()
  const columns = ['id', 'alias', 'role'].map((name) => ({ title: say(`cli.component.${name}`) }))
  output.text(
    table(
      columns,
      made.map(({ id, alias, role }) => [id, alias, say(`role.${role}`)]),
    ),
  )
}
