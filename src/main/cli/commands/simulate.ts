import { SitewrightError } from '@shared/errors'
import { z } from 'zod'
import { defineCommand, UsageError } from '../command'
import { Assignment, Port, UnitId } from '../reads'
import { stopped } from '../world'

/** One device of a profile on a port of this machine, until it is stopped: to try a scan or an edge against. */
export const simulate = defineCommand({
  name: 'simulate',
  operands: [{ name: 'profile', read: z.string().min(1) }],
  options: {
    port: { value: 'PORT', default: '0', read: Port },
    unit: { value: 'N', read: UnitId.optional() },
    set: { value: 'CHANNEL=VALUE', many: true, read: z.array(Assignment) },
  },
  examples: [
    'sitewright simulate eastron-sdm630 --port 5020 --set ActivePower=1500',
    'sitewright simulate fronius-gen24 --port 5021 --unit 1 --json',
  ],

  async run({ operands: [profile], options }, output, world) {
    await using tools = world.openToolbox()
    const known = tools.profiles.all.map(({ id }) => id)
    if (!known.includes(profile))
      throw new SitewrightError(
        'profile.unknown',
        `There is no device profile ${profile}. There are: ${known.join(', ')}.`,
        {
          args: { profile, known: known.join(', ') },
        },
      )
    await using device = await tools
      .simulate({ profile, port: options.port, unit: options.unit, values: Object.fromEntries(options.set) })
      .catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') throw new UsageError('port', { port: String(options.port) })
        if (error instanceof RangeError) throw new UsageError('simulate', { text: error.message })
        throw error
      })
    const link = `tcp://${device.host}:${device.port}?unit=${device.unit}`
    const { host, port } = device
    output.line({ type: 'listening', what: 'device', link, host, port, dataDir: null, siteId: null, taken: [] })
    output.text(output.say('cli.simulate.ready', { profile, link }))
    output.text(output.say('cli.simulate.try', { where: `${host}:${port}`, unit: device.unit }))
    await stopped(world.signal)
    return { result: 'done' }
  },
})
