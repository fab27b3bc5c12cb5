// npm run screenshots: walks the demo in a headless browser; every screen, theme and size goes to node_modules/.cache, those
// of the README to docs/pictures.
import { join } from 'node:path'
import { bundle, prepare } from './bundle.mjs'
import { root } from './node.mjs'

prepare()
const load = await bundle('screenshots', ['all'])
const { default: takeScreenshots } = await load('all')
const folder = join(root, 'node_modules/.cache/screenshots-taken')
const taken = await takeScreenshots(folder, join(root, 'docs/pictures'))
console.log(`${taken.length} pictures in ${folder}; those of the README in docs/pictures`)
process.exit(0)
