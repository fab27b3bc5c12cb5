import type { RoleProposal } from '@shared/rpc'

/** What the engine proposes for an SDM630 that has no component yet. */
export function proposal(deviceId: string, more: Partial<RoleProposal> = {}): RoleProposal {
  return {
    deviceId,
    part: 'meter',
    title: 'Eastron SDM630',
    factoryId: 'Meter.Microcare.SDM630',
    roles: ['grid', 'consumption', 'production', 'heat-pump'],
    role: 'grid',
    componentId: null,
    id: 'meter0',
    alias: 'SDM630',
    properties: { 'modbus.id': 'modbus0', modbusUnitId: 1, type: 'GRID', invert: false },
    byRole: {
      grid: { type: 'GRID' },
      consumption: { type: 'CONSUMPTION_METERED' },
      production: { type: 'PRODUCTION' },
      'heat-pump': { type: 'CONSUMPTION_METERED' },
    },
    bridge: {
      id: 'modbus0',
      exists: false,
      factoryId: 'Bridge.Modbus.Tcp',
      alias: '192.168.1.31:502',
      properties: { ip: '192.168.1.31', port: 502 },
    },
    canInvert: true,
    ...more,
  }
}
