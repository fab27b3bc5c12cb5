import { readLine } from '@main/drivers/modbus/device-line'
import { readOnce } from '@main/drivers/modbus/read-once'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { simulateDevice } from '@main/simulator/simulated-device'
import { describe, expect, it } from 'vitest'

const profiles = readProfileLibrary('resources', NATURES)

describe('a look at a device that belongs to no edge yet', () => {
  async function look(id: string, values: Record<string, number>, refuse: readonly number[] = []) {
    const profile = profiles.get(id)
    await using device = await simulateDevice({ profile, values })
    for (const at of refuse) device.image.registers.refuse(3, at, 2)
    await using links = new TcpLinkPool()
    using lease = links.modbusTcp(device.host, device.port)
    const readings = await readOnce(readLine(lease.link, device.unit), profile, profiles.sunspecModels)
    return Object.fromEntries(
      readings.map(({ component, channel, value, unit }) => [`${component}/${channel}`, `${value} ${unit}`]),
    )
  }

  it('shows what its profile reads, with the units of OpenEMS, in whole numbers where OpenEMS has them', async () => {
    expect(await look('eastron-sdm630', { ActivePower: 1500.4, VoltageL1: 231_684 })).toMatchObject({
      'meter/ActivePower': '1500 W',
      'meter/VoltageL1': '231684 mV',
    })
  })

  it('walks a SunSpec device and shows every part of it', async () => {
    const values = { 'ess/ActivePower': 2000, 'ess/Soc': 55, 'charger/ActualPower': 3000 }
    expect(await look('fronius-gen24', values)).toMatchObject({
      'ess/ActivePower': '2000 W',
      'ess/Soc': '55 %',
      'charger/ActualPower': '3000 W',
    })
  })

  it('says "not known" for what the device refuses', async () => {
    const seen = await look(
      'janitza-umg-96rm-e',
      { ActivePower: 700 },
      [19_062, 19_064, 19_066, 19_068, 19_070, 19_072, 19_074, 19_076],
    )
    expect(seen).toMatchObject({ 'meter/ActivePower': '700 W', 'meter/ActiveProductionEnergy': 'null Wh_Σ' })
  })
})
