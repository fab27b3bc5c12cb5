import type { Clock } from '@shared/clock'
import { SitewrightError, toRpcError } from '@shared/errors'
import type { FrameLine } from '@shared/rpc/client'
import { failure } from '@shared/rpc/frame'

/** A line to a named peer that can be ended: what both hosts have towards a page. */
export interface GuardedLine extends FrameLine {
  readonly peer: string
  close(code?: number, reason?: string): void
}

export interface FrameLimits {
  readonly maxCharacters: number
  /** Levels of `{` and `[`; what OpenEMS and we send needs fewer than ten. */
  readonly maxDepth: number
  /** Frames a page may send in one go, and how many of them come back per second. */
  readonly burst: number
  readonly perSecond: number
  /** Refused frames after which we hang up. */
  readonly patience: number
}

export const FRAME_LIMITS: FrameLimits = {
  maxCharacters: 1024 * 1024,
  maxDepth: 64,
  burst: 400,
  perSecond: 200,
  patience: 1_000,
}

/**
 * Stands between a page and the engine, whichever host shows the page: frames that are too large, nested too deep or too
 * many are answered here and never parsed. A page that goes on regardless is cut off with 1008.
 */
export function guardFrames(line: GuardedLine, clock: Clock, limits: FrameLimits = FRAME_LIMITS): GuardedLine {
  const allowance = tokenBucket(clock, limits.burst, limits.perSecond)
  let refused = 0

  const refuse = (frame: string, error: SitewrightError): false => {
    refused++
    const id = idIn(frame)
    if (refused > limits.patience) line.close(1008, 'too many refused frames')
    else if (id !== null) line.send(JSON.stringify(failure(id, toRpcError(error))))
    return false
  }
  const admit = (frame: string): boolean => {
    if (refused > limits.patience) return false
    if (!allowance())
      return refuse(frame, new SitewrightError('rpc.too-many', `More than ${limits.perSecond} messages a second.`))
    if (frame.length > limits.maxCharacters)
      return refuse(frame, new SitewrightError('rpc.too-large', `longer than ${limits.maxCharacters} characters`))
    if (!isShallow(frame, limits.maxDepth))
      return refuse(frame, new SitewrightError('rpc.too-large', `nested deeper than ${limits.maxDepth} levels`))
    return true
  }

  return {
    peer: line.peer,
    send: (frame) => line.send(frame),
    onFrame: (listener) =>
      line.onFrame((frame) => {
        if (admit(frame)) listener(frame)
      }),
    onClose: (listener) => line.onClose(listener),
    close: (code, reason) => line.close(code, reason),
  }
}

function tokenBucket(clock: Clock, burst: number, perSecond: number): () => boolean {
  let tokens = burst
  let last = clock.monotonic()
  return () => {
    const now = clock.monotonic()
    tokens = Math.min(burst, tokens + ((now - last) / 1000) * perSecond)
    last = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}

/** Counts brackets outside of strings, because the parser itself is what deep nesting is aimed at. */
export function isShallow(frame: string, maxDepth: number): boolean {
  let depth = 0
  let inString = false
  for (let index = 0; index < frame.length; index++) {
    const code = frame.charCodeAt(index)
    if (inString) {
      if (code === 0x5c) index++
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return false
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return true
}

/** The id of a frame that will not be parsed, if it stands where our own client writes it. */
function idIn(frame: string): string | number | null {
  const match = /^\{"jsonrpc":"2\.0","id":("[\w-]{1,100}"|\d{1,15}),/.exec(frame.slice(0, 160))
  return match?.[1] === undefined ? null : (JSON.parse(match[1]) as string | number)
}
