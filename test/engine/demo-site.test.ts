import { expect, it } from 'vitest'
import { acceptProposals } from '../support/commission'
import { watchLeaks } from '../support/leaks'
import { testEngine } from '../support/test-engine'

it('goes from nothing to a running, balanced edge: demo site, scan, roles, live', { timeout: 60_000 }, async () => {
  await using _leaks = watchLeaks()
  await using running = await testEngine()
  const { client } = running
  const { siteId, edgeId } = await client.call('openDemoSite', {})
  const { jobId } = await client.call('startScan', { siteId })
  expect(await running.ended(jobId)).toMatchObject({ state: 'done' })

  const { devices } = await client.call('listFound', { siteId })
  expect(devices.map(({ kind, brand, model, confidence }) => [kind, brand, model, confidence >= 80]).sort()).toEqual([
    // Its values are plausible for other meters too: a guess, so the person is asked.
    ['device', 'Eastron', 'SDM120', false],
    ['device', 'Eastron', 'SDM630', true],
    ['device', 'Fronius', expect.stringContaining('GEN24'), true],
    ['device', 'go-e', expect.any(String), true],
    ['gateway', null, null, false],
  ])
  const heatPump = devices.find(({ model }) => model === 'SDM120')
  await client.call('updateFound', { siteId, deviceId: heatPump?.id ?? '', use: true })
  const { proposals } = await client.call('proposeRoles', { siteId })
  await acceptProposals(client, edgeId, proposals)

  const channels = [
    '_sum/GridActivePower',
    '_sum/ProductionActivePower',
    '_sum/EssSoc',
    '_sum/ConsumptionActivePower',
    '_sum/State',
  ]
  const complete = new Promise<Record<string, unknown>>((resolve) => {
    client.onEdge(edgeId, 'currentData', (values) => {
      if (Object.values(values).every((value) => value !== null)) resolve(values)
    })
  })
  await client.callEdge(edgeId, 'subscribeChannels', { channels })
  const values = await complete
  expect(values['_sum/State']).toBe(0)
  expect(Number(values['_sum/ProductionActivePower'])).toBeGreaterThan(0)
  expect(running.log.filter(({ level }) => level === 'error')).toEqual([])
  const { findings } = await client.call('getFindings', { siteId })
  expect(findings.filter((finding) => finding.verdict === 'failed')).toEqual([])
})
