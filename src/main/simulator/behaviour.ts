/**
 * How a simulated device treats its clients beyond the protocol. Everything absent is well-behaved.
 * Each is something devices in the field do; drivers and discovery are tested against every one of them.
 */
export interface Behaviour {
  /** Works so long on each request, one at a time. */
  readonly answerAfterMs?: number
  /** Deaf for so long after a connection was accepted: what is asked meanwhile is lost. */
  readonly muteAfterConnectMs?: number
  /** Accepts and reads, never answers. */
  readonly silent?: boolean
  /** Accepts a connection and closes it at once. */
  readonly closesAfterConnect?: boolean
  /** Serves one client; a second connection is accepted and dropped. */
  readonly oneClientOnly?: boolean
  /** What goes onto the wire in place of each right answer, in order of the list. */
  readonly tampers?: readonly Tamper[]
}

/** Some bytes and the moment they leave, counted from when the answer was ready. */
export interface Delivery {
  readonly afterMs: number
  readonly bytes: Buffer
}

/** Turns one right answer into what really leaves. `nth` counts the answers of the device from 0. */
export type Tamper = (answer: Buffer, nth: number) => readonly Delivery[]

/** Answers as another unit, whoever was asked. */
export function asUnit(unit: number): Tamper {
  return (answer) => [now(changed(answer, (copy) => copy.writeUInt8(unit, 6)))]
}

/** Byte by byte, as a slow serial line behind a gateway does it: legal, and to be put together again. */
export function inPieces(pauseMs = 1): Tamper {
  return (answer) => [...answer].map((byte, index) => ({ afterMs: index * pauseMs, bytes: Buffer.of(byte) }))
}

/** Only the first half of each answer ever comes. */
export const cutOff: Tamper = (answer) => [now(answer.subarray(0, Math.ceil(answer.length / 2)))]

/** Says everything twice. */
export const twice: Tamper = (answer) => [now(answer), now(answer)]

/** The `every`th answer comes so late that its question was given up; the others are in time. */
export function late(afterMs: number, every = 2): Tamper {
  return (answer, nth) => [{ afterMs: nth % every === every - 1 ? afterMs : 0, bytes: answer }]
}

/** Answers a question nobody asked, then the right one. */
export const foreignFirst: Tamper = (answer) => [
  now(changed(answer, (copy) => copy.writeUInt16BE((copy.readUInt16BE(0) + 0x1234) & 0xffff, 0))),
  now(answer),
]

/** Bytes that are no Modbus at all stand before each answer. */
export function garbage(bytes: Buffer = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')): Tamper {
  return (answer) => [now(Buffer.concat([bytes, answer]))]
}

/** A header that promises 65,535 bytes, as hostile or broken devices send it. */
export const oversized: Tamper = (answer) => [now(changed(answer, (copy) => copy.writeUInt16BE(0xffff, 4)))]

/** A protocol number other than 0: the bytes are somebody else's. */
export const otherProtocol: Tamper = (answer) => [now(changed(answer, (copy) => copy.writeUInt16BE(0x4d42, 2)))]

/** One register fewer than asked for, in a frame that is right in itself. */
export const tooShort: Tamper = (answer) => {
  const functionCode = answer[7] ?? 0
  if (functionCode < 3 || functionCode > 4 || answer.length < 11) return [now(answer)]
  return [
    now(
      changed(answer.subarray(0, -2), (copy) => {
        copy.writeUInt16BE(copy.readUInt16BE(4) - 2, 4)
        copy.writeUInt8(copy.readUInt8(8) - 2, 8)
      }),
    ),
  ]
}

/** The behaviours a person can ask for by name (`simulate --behave torn`). */
export const BEHAVIOURS = {
  good: {},
  slow: { answerAfterMs: 700 },
  'mute-after-connect': { muteAfterConnectMs: 1000 },
  silent: { silent: true },
  'closes-after-connect': { closesAfterConnect: true },
  'one-client-only': { oneClientOnly: true },
  'wrong-unit': { tampers: [asUnit(42)] },
  pieces: { tampers: [inPieces()] },
  torn: { tampers: [cutOff] },
  duplicate: { tampers: [twice] },
  late: { tampers: [late(3000)] },
  foreign: { tampers: [foreignFirst] },
  garbage: { tampers: [garbage()] },
  oversized: { tampers: [oversized] },
  'other-protocol': { tampers: [otherProtocol] },
  'too-short': { tampers: [tooShort] },
} as const satisfies Record<string, Behaviour>

export type BehaviourName = keyof typeof BEHAVIOURS

/** What reaches the wire once every tamper has had its turn. */
export function deliveries(answer: Buffer, nth: number, tampers: readonly Tamper[] = []): readonly Delivery[] {
  return tampers.reduce<readonly Delivery[]>(
    (parts, tamper) =>
      parts.flatMap(({ afterMs, bytes }) =>
        tamper(bytes, nth).map((part) => ({ afterMs: afterMs + part.afterMs, bytes: part.bytes })),
      ),
    [now(answer)],
  )
}

function now(bytes: Buffer): Delivery {
  return { afterMs: 0, bytes }
}

function changed(answer: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(answer)
  // A part that an earlier tamper cut out may lack the header; it goes as it is.
  if (copy.length >= 8) change(copy)
  return copy
}
