import type { FrameConnection } from '@main/transport/connection'
import { idOfRequest } from './hostile-frames'
import { inMegabytes, memoryInUse } from './memory'
import type { SoakReport } from './report'

export interface HostileTalk {
  /** A new line to whoever is to be soaked; each batch has its own. */
  open(): FrameConnection
  frame(id: string): string
  /** What lies between two batches: time that passes, things to tidy up. */
  afterBatch(): Promise<void>
}

/**
 * Sends that many hostile frames and checks the answers: one for every request, none for anything else, never `internal`,
 * and memory is given back.
 */
export async function talkHostile(name: string, report: SoakReport, wanted: number, talk: HostileTalk): Promise<void> {
  const faults: string[] = []
  const tally = { requests: 0, results: 0, errors: 0 }
  let baseline = 0
  for (let sent = 0; sent < wanted; sent += BATCH) {
    const ids = Array.from({ length: BATCH }, (_, index) => `f${sent + index}`)
    const { expected, answers } = await batchOf(talk, ids)
    tally.requests += expected.size
    for (const [id, frame] of expected) {
      if (!answers.has(id)) faults.push(`no answer: ${frame.slice(0, 300)}`)
    }
    for (const [id, frames] of answers) {
      const [answer] = frames
      const asked = expected.get(id)
      // What is nested without end is refused before it is read, by the id at its beginning.
      const isUnread = asked === undefined && answer?.error?.key === 'rpc.too-large'
      if (frames.length !== 1 || (asked === undefined && !isUnread)) {
        faults.push(`${frames.length} answers to ${asked ?? id}: ${JSON.stringify(frames).slice(0, 300)}`)
      }
      tally[answer?.error ? 'errors' : 'results']++
      if (answer?.error?.key === 'internal') faults.push(`${answer.error.message}: ${asked?.slice(0, 300)}`)
    }
    await talk.afterBatch()
    if (sent <= wanted / 10) baseline = memoryInUse()
    else if (sent % (BATCH * 50) === 0) report.progress(`${name}: ${sent} of ${wanted} frames`)
  }
  const more = memoryInUse() - baseline
  const text = JSON.stringify(tally)
  report.check(`${name}: ${wanted} hostile frames, every request answered once`, faults.length === 0, faults[0] ?? text)
  report.check(`${name}: some were taken and some refused`, tally.results > wanted / 100 && tally.errors > wanted / 100)
  report.check(`${name}: memory is given back`, more < MOST_MEMORY, `${inMegabytes(more)} more than after a tenth`)
}

const BATCH = 200
const MOST_MEMORY = 20e6
const PATIENCE_MS = 30_000

interface Answer {
  readonly error?: { readonly key?: string; readonly message: string }
}

async function batchOf(talk: HostileTalk, ids: readonly string[]) {
  /** Id as text → the frame. Two frames may come to the same id, as damage hits ids too; then the first counts. */
  const expected = new Map<string, string>()
  const answers = new Map<string, Answer[]>()
  const line = talk.open()
  line.onFrame((text) => {
    const frame = JSON.parse(text) as Answer & { id?: unknown; method?: unknown }
    if (frame.method !== undefined) return
    const id = String(frame.id)
    answers.set(id, [...(answers.get(id) ?? []), frame])
  })
  for (const frame of ids.map((id) => talk.frame(id))) {
    const id = idOfRequest(frame)
    if (id !== null && expected.has(String(id))) continue
    if (id !== null) expected.set(String(id), frame)
    line.send(frame)
  }
  const deadline = performance.now() + PATIENCE_MS
  while ([...expected.keys()].some((id) => !answers.has(id)) && performance.now() < deadline) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  line.close()
  await new Promise((resolve) => setImmediate(resolve))
  return { expected, answers }
}
