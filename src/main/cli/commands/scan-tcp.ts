import { type FoundDevice, isUsed } from '@shared/device'
import { z } from 'zod'
import { defineCommand } from '../command'
import { deviceLine, inOrder, linkOf, nameOf } from '../device-line'
import type { Output } from '../output'
import { NumberList, PortList, Switch } from '../reads'
import { table } from '../table'

/** Looks for Modbus/TCP devices without a site: nothing is stored, nothing is written to any device. */
export const scanTcp = defineCommand({
  name: 'scan tcp',
  operands: [{ name: 'hosts', read: z.string().min(1) }],
  options: {
    ports: { value: 'LIST', default: '502,1502', read: PortList },
    units: { value: 'LIST', read: NumberList.optional() },
    identify: { read: Switch },
    fast: { read: Switch },
    yes: { read: Switch },
  },
  examples: [
    'sitewright scan tcp 192.168.1.0/24 --identify',
    'sitewright scan tcp 10.0.0.5-40,meter.local:1502 --json',
  ],

  async run({ operands: [hosts], options }, output, world) {
    await using tools = world.openToolbox()
    const found = new Map<string, FoundDevice>()
    const leftOut = await tools.scan({
      hosts,
      ports: options.ports,
      units: options.units ?? '',
      speed: options.fast ? 'fast' : 'polite',
      identify: options.identify,
      confirmed: options.yes,
      signal: world.signal,
      onFound: (device) => found.set(device.id, device),
      onAct: (act) => output.progress(output.message(act)),
    })
    // A row becomes better known while its host is asked, so each is told once, when nothing more can change it.
    const rows = inOrder(found.values())
    for (const device of rows) output.line(deviceLine(device, output))
    showPeople(output, rows, options.identify ? 'cli.device.unknown' : 'cli.device.answers')
    if (leftOut) output.text(output.message(leftOut))

    const devices = rows.filter(({ kind }) => kind === 'device')
    const unsure = options.identify ? devices.filter((device) => !isUsed(device)) : []
    const counts = { rows: found.size, devices: devices.length, unsure: unsure.length }
    if (devices.length === 0) return { result: 'failed', counts }
    return { result: unsure.length > 0 || leftOut ? 'unsure' : 'done', counts }
  },
})

function showPeople(output: Output, devices: readonly FoundDevice[], nameless: string): void {
  const { say } = output
  if (devices.length > 0) {
    const rows = devices.map((device) => [
      linkOf(device),
      device.kind === 'device' ? nameOf(device) || say(nameless) : say(`find.kind.${device.kind}`),
      device.serial ?? '',
      device.confidence > 0 ? `${device.confidence} % (${device.proofs})` : '',
      device.profile ?? '',
    ])
    const column = (name: string) => ({ title: say(`cli.device.column.${name}`) })
    const right = { ...column('match'), align: 'right' } as const
    output.text(table([column('link'), column('what'), column('serial'), right, column('profile')], rows))
    for (const device of devices) {
      for (const note of [...(device.problem ? [device.problem.message] : []), ...device.unsure])
        output.text(`${linkOf(device)}: ${output.message(note)}`)
    }
  } else output.text(say('cli.scan-tcp.nothing'))
}
