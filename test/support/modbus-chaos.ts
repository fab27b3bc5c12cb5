import type { Clock } from '@shared/clock'
import { frame, rightAnswer, type Script } from './hostile-modbus'

/**
 * A wire that loses, delays, doubles, mixes up and tears, and now and then sends what nobody asked for; one request in
 * five meets something. What it never does is give one request's data the other's id: nobody could tell.
 */
export function modbusChaos(random: () => number, clock: Clock): Script {
  return (request, line) => {
    const { id, unit } = request
    const right = rightAnswer(request)
    const later = (withinMs: number, bytes: Uint8Array) => void clock.after(random() * withinMs, () => line.send(bytes))
    const faults: readonly (readonly [share: number, act: () => void])[] = [
      [0.02, () => {}],
      [0.03, () => later(700, right)],
      [0.03, () => later(30, Buffer.concat([right, right]))],
      [0.02, () => [line.send(right), later(500, right)]],
      [0.04, () => line.sendTorn(right, 1 + Math.floor(random() * (right.length - 1)))],
      [0.02, () => [line.send(frame(id ^ 0x8000, unit, right.subarray(7))), later(3, right)]],
      [0.02, () => [line.send(frame(id, unit ^ 1, right.subarray(7))), later(3, right)]],
      [0.01, () => line.send(frame(id, unit, Buffer.from([4, 2, 0, 99])))],
      [0.01, () => line.send(frame(id, unit, right.subarray(7, -2)))],
      [0.01, () => line.send(frame(id, unit, Buffer.concat([right.subarray(7), Buffer.from([1, 2])])))],
      [0.01, () => line.send(frame(id, unit, Buffer.from([0x83, 0x0b])))],
      [0.0005, () => line.reset()],
      [0.0005, () => [line.send(right.subarray(0, 8)), line.end()]],
      [0.0005, () => line.send(Buffer.from('GET / HTTP/1.0\r\n\r\n'))],
    ]
    let fate = random()
    for (const [share, act] of faults) {
      if (fate < share) {
        act()
        return
      }
      fate -= share
    }
    // Answers of one moment leave in any order.
    later(3, right)
  }
}
