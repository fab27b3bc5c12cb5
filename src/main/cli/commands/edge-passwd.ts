import { Role } from '@shared/roles'
import { defineCommand, UsageError } from '../command'
import { dataOption, siteOption } from '../reads'

const MIN_LENGTH = 8

/** Lets somebody log in at an edge's own ports. The password comes from standard input, so no list of processes shows it. */
export const edgePasswd = defineCommand({
  name: 'edge passwd',
  operands: [{ name: 'role', read: Role }],
  options: { data: dataOption, site: siteOption },
  examples: ['sitewright edge passwd admin', 'sitewright edge passwd owner --site 01JC… < password.txt'],

  async run({ operands: [role], options }, output, world) {
    const password = await world.readSecret(output.say('cli.edge-passwd.prompt', { role }))
    if (password.length < MIN_LENGTH) throw new UsageError('password', { least: String(MIN_LENGTH) })
    await using tools = world.openToolbox()
    const dataDir = options.data ?? world.dataDir
    const site = await tools.setPassword({ dataDir, siteId: options.site, role, password })
    output.text(output.say('cli.edge-passwd.done', { role, site: site.name }))
    return { result: 'done' }
  },
})
