import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'

export interface RowWindow {
  /** The element that scrolls; rows in it carry `data-row` and are all equally high. */
  readonly frame: RefObject<HTMLDivElement | null>
  readonly onScroll: () => void
  /** Rows [from, to) exist; `before` and `after` are the heights of what does not, in px. */
  readonly from: number
  readonly to: number
  readonly before: number
  readonly after: number
}

const OVERSCAN = 8
const FIRST_GUESS = { rowPx: 40, framePx: 800 }

/** Only the rows in sight exist, so that thousands of live rows cost no more than a screenful. */
export function useRowWindow(count: number): RowWindow {
  const frame = useRef<HTMLDivElement | null>(null)
  const [{ rowPx, framePx }, setSize] = useState(FIRST_GUESS)
  const [first, setFirst] = useState(0)

  const measure = useCallback(() => {
    const element = frame.current
    const row = element?.querySelector<HTMLElement>('[data-row]')
    // Without a layout (a test) there is nothing to measure.
    if (!element || !row || row.offsetHeight === 0) return
    const size = { rowPx: row.offsetHeight, framePx: element.clientHeight }
    setSize((before) => (before.rowPx === size.rowPx && before.framePx === size.framePx ? before : size))
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the first row there is something to measure.
  useLayoutEffect(() => {
    measure()
    if (typeof ResizeObserver === 'undefined' || !frame.current) return
    const observer = new ResizeObserver(measure)
    observer.observe(frame.current)
    return () => observer.disconnect()
  }, [measure, count])

  const onScroll = useCallback(() => {
    const top = frame.current?.scrollTop ?? 0
    // Whole steps of a few rows: not every pixel is worth a new window.
    setFirst(Math.floor(top / rowPx / 4) * 4)
  }, [rowPx])

  const { from, to } = rowWindow(count, first, Math.ceil(framePx / rowPx))
  return { frame, onScroll, from, to, before: from * rowPx, after: (count - to) * rowPx }
}

/** Which rows exist when `first` is the topmost one in sight. */
export function rowWindow(count: number, first: number, inSight: number): { from: number; to: number } {
  const to = Math.min(count, Math.max(0, first) + inSight + OVERSCAN)
  return { from: Math.max(0, Math.min(first, count - inSight) - OVERSCAN), to }
}
