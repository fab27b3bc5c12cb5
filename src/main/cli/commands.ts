import type { Command } from './command'
import { demo } from './commands/demo'
import { edgeExport } from './commands/edge-export'
import { edgeImport } from './commands/edge-import'
import { edgePasswd } from './commands/edge-passwd'
import { edgeRun } from './commands/edge-run'
import { read } from './commands/read'
import { scanTcp } from './commands/scan-tcp'
import { serve } from './commands/serve'
import { simulate } from './commands/simulate'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  serve,
  demo,
  scanTcp,
  read,
  simulate,
  edgeRun,
  edgePasswd,
  edgeExport,
  edgeImport,
]
