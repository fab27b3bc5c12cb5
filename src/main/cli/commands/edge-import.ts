import { defineCommand } from '../command'
import { dataOption, Folder, siteOption } from '../reads'

/** Makes the configuration of a site what the directory of a real OpenEMS edge says. */
export const edgeImport = defineCommand({
  name: 'edge import',
  operands: [{ name: 'dir', read: Folder }],
  options: { data: dataOption, site: siteOption },
  examples: ['sitewright edge import /etc/openems.d', 'sitewright edge import openems.d --site 01JC…'],

  async run({ operands: [folder], options }, output, world) {
    await using tools = world.openToolbox()
    const dataDir = options.data ?? world.dataDir
    const { originals, carried, ignored, name } = await tools.importEdge({ dataDir, siteId: options.site, folder })
    const taken = originals.filter(({ componentId }) => componentId !== null)
    for (const { path, componentId } of taken)
      output.line({ type: 'config-file', path, componentId, state: 'taken', why: '' })
    output.text(output.say('cli.edge-import.done', { site: name, count: taken.length, folder }))

    const tell = (state: 'carried' | 'ignored', path: string, componentId: string | null, why: string) => {
      output.line({ type: 'config-file', path, componentId, state, why })
      output.text(`  ${path}: ${why}`)
    }
    if (carried.length > 0) output.text(output.say('cli.edge-import.carried'))
    for (const { path, componentId, why } of carried) tell('carried', path, componentId, output.message(why))
    if (ignored.length > 0) output.text(output.say('cli.edge-import.ignored'))
    for (const { path, why } of ignored) tell('ignored', path, null, output.message(why))

    const counts = { taken: taken.length, carried: carried.length, ignored: ignored.length }
    return { result: carried.length + ignored.length > 0 ? 'unsure' : 'done', counts }
  },
})
