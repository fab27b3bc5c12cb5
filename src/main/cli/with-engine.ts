import { join } from 'node:path'
import type { Engine } from '@main/engine'
import { keyFile } from '@main/storage/key-file'
import { memorySettings } from '@main/storage/settings'
import { MemoryWire } from '@main/transport/memory'
import type { LogLevel } from '@shared/log'
import { createRpcClient, type RpcClient } from '@shared/rpc/client'
import type { Output } from './output'
import { printLog } from './print-log'
import type { World } from './world'

/** Runs an engine in this process, gives `use` a line to it as a window has one, and stops it afterwards. */
export async function withEngine<T>(
  { dataDir, least = 'warn' }: { dataDir: string; least?: LogLevel },
  output: Output,
  world: World,
  use: (client: RpcClient, engine: Engine) => Promise<T>,
): Promise<T> {
  const wire = new MemoryWire()
  await using engine = await world.startEngine({
    dataDir,
    key: await keyFile(join(dataDir, 'vault')),
    wire,
    settings: memorySettings(),
    resourcesDir: world.resourcesDir,
    host: 'cli',
    version: world.version,
    clock: world.clock,
    log: printLog(output, least),
  })
  const line = wire.connect('admin')
  const client = createRpcClient(line)
  try {
    return await use(client, engine)
  } finally {
    client.close()
    line.close()
  }
}
