import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SiteLibrary } from '@main/commissioning/site/site-library'
import { openToolbox } from '@main/engine'
import type { BrowserHost } from '@main/host/browser-host'
import { lockFolder } from '@main/storage/lock'
import { verifyPassword } from '@main/storage/password'
import { systemClock } from '@shared/clock'
import type { StoredComponent } from '@shared/edge-config'
import type { RpcClient } from '@shared/rpc/client'
import { newSiteData } from '@shared/site'
import { expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'
import { masked, type RunOptions, run } from './terminal'

it('serve says where the page is, who had the port, how to reach it from elsewhere, and where data lies', async () => {
  const { exitCode, out, err } = await run('serve', { ...fakeHost(), stopAt: /Ctrl\+C/ })
  expect([exitCode, err]).toEqual([0, 'stopping …\n'])
  await expect(out).toMatchFileSnapshot('golden/serve.txt')
})

it('serve --json prints one line when it listens', async () => {
  const { exitCode, out, lines } = await run('serve --data /srv/x --json', { ...fakeHost(), stopAt: /listening/ })
  expect(exitCode).toBe(0)
  expect(lines().map(({ type }) => type)).toEqual(['listening', 'summary'])
  await expect(masked(out)).toMatchFileSnapshot('golden/serve.json.txt')
})

it('serve --demo opens the demo site and links to it', async () => {
  const announced: string[] = []
  const { out } = await run('serve --demo', {
    ...fakeHost(),
    announce: (link) => announced.push(link()),
    stopAt: /Ctrl\+C/,
  })
  expect(out).toContain('http://127.0.0.1:8091/?token=T#/sites/01JDEMO/live\n')
  expect(announced).toEqual(['http://127.0.0.1:8091/?token=ONCE#/sites/01JDEMO/live'])
})

it('serve --host 0.0.0.0 prints the link under each address of the machine', async () => {
  const { out } = await run('serve --host 0.0.0.0', { ...fakeHost(), stopAt: /Ctrl\+C/ })
  expect(out).toContain('  From another machine  http://192.168.1.20:8091/?token=T\n')
  expect(out).toContain('                        http://10.0.0.7:8091/?token=T\n')
})

it('serve says that the npm script is how a clone starts the demo', async () => {
  const env = { npm_lifecycle_event: 'start' }
  const { out } = await run('serve', { ...fakeHost(), env, stopAt: /Ctrl\+C/ })
  expect(out).toContain('npm run demo')
})

it('simulate answers as the device, until it is stopped', async () => {
  await using _leaks = watchLeaks()
  const { exitCode, out } = await run('simulate eastron-sdm630 --json', { stopAt: /listening/ })
  expect(exitCode).toBe(0)
  await expect(masked(out)).toMatchFileSnapshot('golden/simulate.json.txt')
  const words = await run('simulate eastron-sdm630', { stopAt: /Try:/ })
  await expect(masked(words.out)).toMatchFileSnapshot('golden/simulate.txt')
})

it('simulate says in one line that a port is taken, and what the device cannot show', async () => {
  await using device = await simulated('eastron-sdm630')
  const taken = await run(`simulate eastron-sdm120 --port ${new URL(`tcp://${device.at}`).port}`)
  expect([taken.exitCode, taken.err]).toEqual([2, expect.stringContaining('is taken by another program')])
  const channel = await run('simulate eastron-sdm630 --set Nonsense=1')
  expect([channel.exitCode, channel.err]).toEqual([2, expect.stringContaining('has no channel Nonsense')])
  const value = await run('simulate eastron-sdm630 --set ActivePower=much')
  expect([value.exitCode, value.err]).toEqual([2, expect.stringContaining('ActivePower is a number')])
})

it('simulate names the profiles there are when it is asked for another', async () => {
  const { exitCode, err } = await run('simulate acme-em3')
  expect(exitCode).toBe(2)
  expect(err).toContain('There is no device profile acme-em3.')
  expect(err).toMatch(/Known are: .*eastron-sdm630/)
})

it('read shows registers raw and as numbers', async () => {
  await using _leaks = watchLeaks()
  await using device = await simulated('eastron-sdm630', { ActivePower: 1500, VoltageL1: 230_100 })
  const power = `read tcp://${device.at}?unit=1 --fc 4 --address 0x34 --as float32`
  const words = await run(power)
  expect(words.exitCode).toBe(0)
  await expect(words.out).toMatchFileSnapshot('golden/read.txt')

  const json = await run(`${power} --json`)
  expect(json.lines()[0]).toMatchObject({ type: 'value', address: 52, raw: '44bb 8000', value: 1500 })
  await expect(masked(json.out)).toMatchFileSnapshot('golden/read.json.txt')

  const several = await run(`read tcp://${device.at} --fc 4 --address 0 --count 2 --json`)
  expect(several.lines().filter(({ type }) => type === 'value').length).toBe(2)
})

it('read says that nothing listens there', async () => {
  const { exitCode, err } = await run('read tcp://127.0.0.1:1 --address 0')
  expect(exitCode).toBe(1)
  expect(err).toMatch(/^127\.0\.0\.1:1 refuses the connection\./)
})

it('scan tcp says what a device is, and why', async () => {
  await using _leaks = watchLeaks()
  await using device = await simulated('fronius-gen24')
  const line = `scan tcp ${device.at} --units 1 --identify`
  const json = await run(`${line} --json`)
  expect(json.lines()[0]).toMatchObject({ type: 'device', brand: 'Fronius', profile: 'fronius-gen24', unit: 1 })
  expect(json.exitCode).toBe(0)
  await expect(masked(json.out)).toMatchFileSnapshot('golden/scan-tcp.json.txt')
  const words = await run(line)
  await expect(masked(words.out)).toMatchFileSnapshot('golden/scan-tcp.txt')
})

it('scan tcp without --identify only says who answers', async () => {
  await using _leaks = watchLeaks()
  await using device = await simulated('eastron-sdm630')
  const { exitCode, lines } = await run(`scan tcp ${device.at} --units 1 --json`)
  expect(exitCode).toBe(0)
  expect(lines()[0]).toMatchObject({ type: 'device', kind: 'device', brand: null, profile: null, unit: 1 })
})

it('scan tcp fails when nobody is there, and says what is wrong with a place', async () => {
  const nobody = await run('scan tcp 127.0.0.1:1')
  expect([nobody.exitCode, nobody.out.includes('Modbus is switched off')]).toEqual([1, true])
  const wrong = await run('scan tcp 10.0.0.0/40')
  expect([wrong.exitCode, wrong.err.startsWith('10.0.0.0/40: the part after / goes from 0 to 32.')]).toEqual([2, true])
  const many = await run('scan tcp 10.0.0.0/16 --json')
  expect(many.lines()[0]).toMatchObject({ key: 'scan.too-many', next: expect.stringContaining('--yes') })
})

it('edge passwd stores a password that nobody can read back', async () => {
  await using folder = await dataFolder()
  const library = new SiteLibrary(folder.path, Date.now)
  const siteId = library.create({ ...newSiteData, name: 'Musterhaus' })
  const { exitCode, out } = await run(`edge passwd owner --data ${folder.path}`, secret('correct horse'))
  expect([exitCode, out]).toEqual([0, 'The password of owner is set for the site Musterhaus.\n'])
  using site = library.open(siteId)
  const [hash] = site.passwordHashes()
  expect(hash?.role).toBe('owner')
  expect(await verifyPassword('correct horse', hash?.hash ?? '')).toBe(true)
  expect(JSON.stringify(hash)).not.toContain('correct')

  const json = await run(`edge passwd owner --data ${folder.path} --json`, secret('correct horse'))
  await expect(masked(json.out)).toMatchFileSnapshot('golden/edge-passwd.json.txt')
})

it('edge passwd refuses a short password, and asks which site', async () => {
  await using folder = await dataFolder()
  const short = await run(`edge passwd admin --data ${folder.path}`, secret('1234'))
  expect([short.exitCode, short.err.includes('at least 8 characters')]).toEqual([2, true])
  const none = await run(`edge passwd admin --data ${folder.path}`, secret('long enough'))
  expect([none.exitCode, none.err.includes('There is no site yet.')]).toEqual([1, true])
  const library = new SiteLibrary(folder.path, Date.now)
  for (const name of ['North', 'South']) library.create({ ...newSiteData, name })
  const two = await run(`edge passwd admin --data ${folder.path}`, secret('long enough'))
  expect([two.exitCode, two.err.includes('North'), two.err.includes('--site ID')]).toEqual([1, true, true])
})

it('edge run says what is wrong with a configuration file', async () => {
  await using folder = await dataFolder()
  const file = join(folder.path, 'edge.json')
  const tell = async () => (await run(`edge run --config ${file} --data ${folder.path}`)).err
  expect(await tell()).toContain(`${file}: there is no such file`)
  await writeFile(file, '{"components":')
  expect(await tell()).toMatch(/edge\.json: .*JSON/)
  await writeFile(file, '{"components":{"meter0":{"factoryId":"F","properties":{}}}}')
  expect(await tell()).toMatch(/edge\.json: .*components\.meter0\.alias/)
})

it('edge run makes one site, gives it the configuration, and finds both again', async () => {
  await using _leaks = watchLeaks()
  await using folder = await dataFolder()
  const file = join(folder.path, 'edge.json')
  // Port 0: the edge takes a free one. The meter stands before its bridge on purpose.
  const config = {
    components: {
      ctrlApiWebsocket0: { factoryId: 'Controller.Api.Websocket', alias: '', properties: { port: 0 } },
      meter0: {
        factoryId: 'Sitewright.Modbus.Device',
        alias: 'Grid',
        properties: {
          profile: 'eastron-sdm630',
          component: 'meter',
          'modbus.id': 'modbus0',
          type: 'GRID',
          enabled: false,
        },
      },
      modbus0: { factoryId: 'Bridge.Modbus.Tcp', alias: '', properties: { ip: '127.0.0.1', port: 1 } },
    },
  }
  await writeFile(file, JSON.stringify(config))
  const line = `edge run --config ${file} --data ${folder.path} --json`
  const first = await run(line, { stopAt: /listening/ })
  expect(first.exitCode).toBe(0)
  await expect(masked(first.out, [[folder.path, 'DATA']])).toMatchFileSnapshot('golden/edge-run.json.txt')
  const library = new SiteLibrary(folder.path, Date.now)
  const [siteId = ''] = library.ids()
  using site = library.open(siteId)
  expect(Object.keys(site.load().components).sort()).toEqual(['ctrlApiWebsocket0', 'meter0', 'modbus0'])

  const second = await run(line, { stopAt: /listening/ })
  expect(second.lines().at(-1)).toMatchObject({ result: 'done', counts: { components: 3, changed: 0 } })
  expect(library.ids()).toEqual([siteId])
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(config)
})

it('edge export writes the directory of a real edge, and says what it left out and added', async () => {
  await using folder = await dataFolder()
  const library = new SiteLibrary(folder.path, Date.now)
  const siteId = library.create({ ...newSiteData, name: 'Musterhaus' })
  const meter = { profile: 'bemcom-demo', 'modbus.id': 'modbus0' }
  const components: [string, StoredComponent][] = [
    ['modbus0', { factoryId: 'Bridge.Modbus.Tcp', alias: 'Line', properties: { ip: '10.0.0.9' } }],
    ['meter0', { factoryId: 'Sitewright.Modbus.Device', alias: 'Demo', properties: meter }],
  ]
  {
    using site = library.open(siteId)
    site.save(new Map(components), 'test')
  }
  const target = join(folder.path, 'openems.d')
  const words = await run(`edge export ${target} --data ${folder.path}`)
  expect([words.exitCode, words.err]).toEqual([3, ''])
  await expect(masked(words.out, [[folder.path, 'DATA']])).toMatchFileSnapshot('golden/edge-export.txt')
  expect(await readFile(join(target, 'Bridge/Modbus/Tcp', await onlyFile(target)), 'utf8')).toContain('ip="10.0.0.9"')

  const again = await run(`edge export ${target} --data ${folder.path}`)
  expect([again.exitCode, again.err.includes('it is not empty')]).toEqual([1, true])
  const json = await run(`edge export ${join(folder.path, 'second')} --data ${folder.path} --json`)
  const masks = [[folder.path, 'DATA'] as const]
  await expect(masked(json.out.replace(UUID, 'UUID'), masks)).toMatchFileSnapshot('golden/edge-export.json.txt')
})

it('edge import takes a directory over, carries the rest along, and gives all of it back', async () => {
  await using folder = await dataFolder()
  const source = join(folder.path, 'openems.d')
  const bridge = 'id="modbus0"\r\nip="10.0.0.9"\r\nservice.factoryPid="Bridge.Modbus.Tcp"\r\n'
  const files: Record<string, string> = {
    'Bridge/Modbus/Tcp/a.config': `${bridge}service.pid="Bridge.Modbus.Tcp.a"\r\n`,
    'Core/User.config': 'adminSalt="YWRtaW4\\="\r\nservice.pid="Core.User"\r\n',
    'Core/Meta.config': 'currency="CHF\r\n',
    'Core/Meta.tmp': '',
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(source, path, '..'), { recursive: true })
    await writeFile(join(source, path), text)
  }
  const words = await run(`edge import ${source} --data ${folder.path}`)
  expect([words.exitCode, words.err]).toEqual([3, ''])
  await expect(masked(words.out, [[folder.path, 'DATA']])).toMatchFileSnapshot('golden/edge-import.txt')
  const json = await run(`edge import ${source} --data ${folder.path} --json`)
  await expect(masked(json.out, [[folder.path, 'DATA']])).toMatchFileSnapshot('golden/edge-import.json.txt')

  const library = new SiteLibrary(folder.path, Date.now)
  const [siteId = '', ...others] = library.ids()
  expect(others).toEqual([])
  {
    using site = library.open(siteId)
    expect(Object.keys(site.load().components)).toEqual(['modbus0'])
    expect(site.facts().data.name).toBe('openems.d')
  }
  const back = join(folder.path, 'back')
  await run(`edge export ${back} --data ${folder.path}`)
  for (const path of ['Bridge/Modbus/Tcp/a.config', 'Core/User.config'])
    expect(await readFile(join(back, path), 'utf8')).toBe(files[path])
})

it('edge import says what is wrong with a folder, and leaves a site in work alone', async () => {
  await using folder = await dataFolder()
  const missing = await run(`edge import ${join(folder.path, 'nowhere')} --data ${folder.path}`)
  expect([missing.exitCode, missing.err.includes('there is no such folder')]).toEqual([1, true])
  const empty = await run(`edge import ${folder.path} --data ${folder.path}`)
  expect([empty.exitCode, empty.err.includes('there is no .config file in it')]).toEqual([1, true])

  const library = new SiteLibrary(folder.path, Date.now)
  const siteId = library.create({ ...newSiteData, name: 'Musterhaus' })
  await writeFile(join(folder.path, 'Core.config'), 'service.pid="Core"\n')
  using _inWork = lockFolder(library.folderOf(siteId))
  const locked = await run(`edge import ${folder.path} --data ${folder.path}`)
  expect(locked.exitCode).toBe(1)
  using site = library.open(siteId)
  expect(Object.keys(site.load().components)).toContain('scheduler0')
})

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

async function onlyFile(folder: string): Promise<string> {
  const [file = ''] = await readdir(join(folder, 'Bridge/Modbus/Tcp'))
  return file
}

const secret = (password: string): RunOptions => ({ readSecret: async () => password })

/** A host that listens nowhere: port 8090 was taken by somebody. */
function fakeHost(): Pick<RunOptions, 'startHost'> {
  return {
    startHost: async () =>
      ({
        port: 8091,
        taken: [{ port: 8090, holder: { pid: 4711, name: 'node-red' } }],
        link: 'http://127.0.0.1:8091/?token=T',
        singleUseLink: () => 'http://127.0.0.1:8091/?token=ONCE',
        // Of the client only what `serve` calls is there.
        connect: () => ({ call: async () => ({ siteId: '01JDEMO' }), close() {} }) as unknown as RpcClient,
        [Symbol.asyncDispose]: async () => {},
      }) satisfies BrowserHost,
  }
}

async function simulated(profile: string, values: Record<string, number> = {}) {
  const tools = openToolbox({ resourcesDir: 'resources', clock: systemClock() })
  const device = await tools.simulate({ profile, port: 0, unit: 1, values })
  return {
    at: `127.0.0.1:${device.port}`,
    async [Symbol.asyncDispose]() {
      await device[Symbol.asyncDispose]()
      await tools[Symbol.asyncDispose]()
    },
  }
}

async function dataFolder() {
  const path = await mkdtemp(join(tmpdir(), 'sitewright-cli-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
