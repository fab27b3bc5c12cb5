/** How hard a scan may knock. */
export type ScanSpeed = 'polite' | 'fast'

/** The connect phase: how many doors at once and how long to wait at each. */
export interface ConnectPace {
  /** Connections being opened at once. */
  readonly maxOpen: number
  /** Connects begun per second; null = as fast as the answers come. */
  readonly perSecond: number | null
  /** Wait for an answer; with `adaptive` only until the first answers were measured. */
  readonly timeoutMs: number
  /** Wait 8 × the measured round trip from then on, at least 150 ms and at most a second. */
  readonly adaptive: boolean
  /** Ask silent hosts once more: a lost SYN is resent by the kernel only after a second (RFC 6298, §2.1). */
  readonly retry: boolean
}

/** Asking units: how many hosts at once, how long to wait for the first word and for the ones after it. */
export interface AskPace {
  readonly hosts: number
  /** Before anything was measured. Devices that are mute for a second after connecting are heard by the second question. */
  readonly firstTimeoutMs: number
  /** Bounds of the time-out learned from measured turnaround. */
  readonly minTimeoutMs: number
  readonly maxTimeoutMs: number
  /** Silence between an answer and the next question. */
  readonly pauseMs: number
}

/**
 * Two speeds. *Polite* is for a plant at work, where cheap network cards fall over when knocked at too often; *fast* for a
 * bench or a network one knows.
 */
export const PACE: Readonly<Record<ScanSpeed, { readonly connect: ConnectPace; readonly ask: AskPace }>> = {
  polite: {
    connect: { maxOpen: 128, perSecond: 400, timeoutMs: 500, adaptive: false, retry: false },
    ask: { hosts: 8, firstTimeoutMs: 1000, minTimeoutMs: 250, maxTimeoutMs: 3000, pauseMs: 50 },
  },
  fast: {
    connect: { maxOpen: 128, perSecond: null, timeoutMs: 500, adaptive: true, retry: true },
    ask: { hosts: 32, firstTimeoutMs: 1000, minTimeoutMs: 150, maxTimeoutMs: 3000, pauseMs: 0 },
  },
}
