import { defineDriver } from '@main/edge/component/driver'
import { ManagedSymmetricEss, SymmetricEss } from '@main/edge/nature'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { apiEdge } from '../support/api-edge'
import { watchLeaks } from '../support/leaks'
import { askLibmodbus, askPython, libmodbus, pymodbus } from './support/peer-program'

/** The edge of the register map's worked example; `asked` gets what reaches its storage. */
function edgeWithStorage(asked: unknown[]) {
  const storage = defineDriver({
    factoryId: 'Test.Ess',
    name: 'Storage',
    description: '',
    config: z.strictObject({}),
    natures: () => [SymmetricEss, ManagedSymmetricEss],
    start(_config, { channels, cycle }) {
      channels.set('Soc', 57)
      channels.set('ActivePower', -1500)
      return cycle.on('EXECUTE_WRITE', () => {
        const value = channels.takeWrite('SetActivePowerEquals')
        if (value !== null) asked.push(value)
      })
    },
  })
  const api = { port: 0, 'component.ids': ['_sum', 'ess0'] }
  return apiEdge({
    drivers: [storage],
    components: {
      ctrlApiModbusTcp0: { factoryId: 'Controller.Api.ModbusTcp.ReadWrite', properties: api },
      ess0: { factoryId: 'Test.Ess' },
    },
  })
}

const heard = { soc: [57], power: -1500, written: true, absent: 2, other: 11 }

describe.each([
  { peer: pymodbus, name: 'pymodbus', ask: (port: number) => askPython('read_and_write.py', port) },
  { peer: libmodbus, name: 'libmodbus', ask: (port: number) => askLibmodbus('read_and_write.c', port) },
])('an edge as a Modbus device', ({ peer, name, ask }) => {
  it.skipIf(!peer.present)(`is read, written and refuses rightly for ${name}’s client${peer.why}`, async () => {
    await using _leaks = watchLeaks()
    const asked: unknown[] = []
    await using edge = await edgeWithStorage(asked)
    await edge.cycle()
    expect(JSON.parse(await ask(edge.port('ctrlApiModbusTcp0')))).toEqual(heard)
    await edge.cycle()
    expect(asked).toEqual([-1234])
  })
})
