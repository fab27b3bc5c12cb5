import { defineCommand } from '../command'
import { dataOption, Folder, siteOption } from '../reads'

/** The configuration of a site as the directory a real OpenEMS edge starts from. */
export const edgeExport = defineCommand({
  name: 'edge export',
  operands: [{ name: 'dir', read: Folder }],
  options: { data: dataOption, site: siteOption },
  examples: ['sitewright edge export openems.d', 'sitewright edge export /tmp/openems.d --site 01JC…'],

  async run({ operands: [folder], options }, output, world) {
    await using tools = world.openToolbox()
    const dataDir = options.data ?? world.dataDir
    const { files, leftOut, added, name } = await tools.exportEdge({ dataDir, siteId: options.site, folder })
    for (const { path, componentId, isAdded } of files)
      output.line({ type: 'config-file', path, componentId, state: isAdded ? 'added' : 'written', why: '' })
    output.text(output.say('cli.edge-export.done', { site: name, count: files.length, folder }))
    if (added.length > 0) output.text(output.say('cli.edge-export.added', { ids: added.join(', ') }))
    for (const { componentId, why: reason } of leftOut) {
      const why = output.message(reason)
      output.line({ type: 'config-file', path: null, componentId, state: 'left-out', why })
      output.text(`${componentId}: ${why}`)
    }
    const counts = { files: files.length, added: added.length, leftOut: leftOut.length }
    return { result: leftOut.length > 0 ? 'unsure' : 'done', counts }
  },
})
