import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'

/**
 * The network that a scan is measured in, inside a network namespace of its own: 127.0.5.1–254 on three ports. 20 hosts
 * speak Modbus, 60 refuse, 174 swallow what comes: the proportions of a company network behind a firewall.
 */
export const FARM = {
  hosts: '127.0.5.1-254',
  ports: [502, 1502, 8899],
  /** Answer for every unit id. */
  any: range(10, 19),
  /** Answer one unit and keep silent otherwise. */
  one: range(40, 44),
  /** Serial gateways with four units; 0x0B for the others after 50 ms, one request at a time. */
  gateways: range(90, 94),
  gatewayUnits: [1, 2, 5, 17] as readonly number[],
  absentMs: 50,
  answerMs: 2,
  /** Swallow every SYN. */
  dropping: range(76, 254).filter((host) => host < 90 || host > 94),
} as const

/** Two hosts of the small ranges stand on another port, as in the field. */
export function portOf(host: number): number {
  if (host === 43 || host === 44) return 1502
  return host === 93 || host === 94 ? 8899 : 502
}

/** What a scan must find, as `host/unit`; a host that answers for every id counts once. */
export function truth(): string[] {
  return [
    ...FARM.any.map((host) => `${address(host)}/1`),
    ...FARM.one.map((host, index) => `${address(host)}/${index + 1}`),
    ...FARM.gateways.flatMap((host) => FARM.gatewayUnits.map((unit) => `${address(host)}/${unit}`)),
  ].sort()
}

export function address(host: number): string {
  return `127.0.5.${host}`
}

/** Sets up the namespace this process runs in: loopback, and the hosts that swallow. Throws what `ip` and `iptables` say. */
export function prepareNamespace(): void {
  run('ip', ['link', 'set', 'lo', 'up'])
  const rules = FARM.dropping.map((host) => `-A INPUT -d ${address(host)} -p tcp --syn -j DROP`)
  run('iptables-restore', [], `*filter\n${rules.join('\n')}\nCOMMIT\n`)
}

/** Serves the Modbus hosts until the process ends; resolves when all listen. */
export async function serveFarm(): Promise<void> {
  const servers = [
    ...FARM.any.map((host) => serve(host, () => true, 0)),
    ...FARM.one.map((host, index) => serve(host, (unit) => unit === index + 1, 0)),
    ...FARM.gateways.map((host) => serve(host, (unit) => FARM.gatewayUnits.includes(unit), FARM.absentMs)),
  ]
  await Promise.all(servers)
}

/** Source: Modbus Messaging on TCP/IP V1.0b, §3.1.3; every register is refused, which is what an unknown device does. */
function serve(host: number, has: (unit: number) => boolean, absentMs: number): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => {
    let line = Promise.resolve()
    let rest = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 8 && rest.length >= 6 + rest.readUInt16BE(4)) {
        const length = 6 + rest.readUInt16BE(4)
        const frame = Buffer.from(rest.subarray(0, length))
        rest = rest.subarray(length)
        const isThere = has(frame[6] ?? 0)
        if (!isThere && absentMs === 0) continue
        line = line.then(async () => {
          await new Promise((resolve) => setTimeout(resolve, isThere ? FARM.answerMs : absentMs))
          const answer = Buffer.from([0, 0, 0, 0, 0, 3, frame[6] ?? 0, (frame[7] ?? 0) | 0x80, isThere ? 2 : 0x0b])
          frame.copy(answer, 0, 0, 4)
          if (socket.writable) socket.write(answer)
        })
      }
    })
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(portOf(host), address(host), 511, resolve)
  })
}

function run(command: string, args: readonly string[], input = ''): void {
  const { status, stderr, error } = spawnSync(command, args, { input, encoding: 'utf8' })
  if (error) throw new Error(`${command}: ${error.message}`)
  if (status !== 0) throw new Error(`${command}: ${stderr.trim()}`)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
