import { defineDriver } from '@main/edge/component/driver'
import { channelDocs, channelOf, choice, measured } from '@main/edge/nature/nature'
import type { ChannelValue } from '@shared/channel'
import { z } from 'zod'

/** What reached the device, cycle by cycle; `null` = nothing was asked for. */
export type Fetched = Record<string, ChannelValue>

/** A device with a channel of each kind, that fetches what it is asked for in each cycle and notes it. */
export const setPoints = (fetched: Fetched[]) =>
  defineDriver({
    factoryId: 'Test.SetPoints',
    name: 'Set points',
    description: 'Takes one set-point of each kind.',
    config: z.strictObject({}),
    natures: () => [],
    channels: () =>
      channelDocs({
        Measured: measured('W'),
        Power: channelOf('INTEGER', 'W', 'RW'),
        Command: channelOf('INTEGER', 'W', 'WO', { text: 'Range -10000..10000' }),
        Share: channelOf('DOUBLE', '%', 'RW'),
        InputOutput0: channelOf('BOOLEAN', '', 'RW'),
        Small: channelOf('SHORT', '', 'RW'),
        Text: channelOf('STRING', '', 'RW'),
        Mode: { ...choice({ Undefined: -1, Off: 0, Force: 2 }), accessMode: 'RW' },
      }),
    start: (_config, { channels, cycle }) => {
      channels.set('Measured', 42)
      channels.set('Power', 7)
      return cycle.on('EXECUTE_WRITE', () => {
        const taken = ['Power', 'Command', 'Share', 'InputOutput0', 'Small', 'Text', 'Mode'].map(
          (id) => [id, channels.takeWrite(id)] as const,
        )
        fetched.push(Object.fromEntries(taken.filter(([, value]) => value !== null)))
      })
    },
  })
