import type { FoundDevice } from '@shared/device'
import { useCallback, useEffect, useMemo, useState } from 'react'
import {
  type FoundFilter,
  type FoundRow,
  foldRows,
  matchesFilter,
  type Sort,
  type SortColumn,
  single,
  sortedIds,
} from './found-rows'
import { arrange, arrive, emptyOrder, hold, showWaiting } from './row-order'

export interface Rows {
  readonly rows: readonly FoundRow[]
  readonly waiting: number
  readonly sort: Sort | null
  /** Rows whose fold the person opened. */
  readonly opened: ReadonlySet<string>
  show(): void
  sortBy(column: SortColumn): void
  scrolled(top: number): void
  toggleFold(rowId: string): void
}

/**
 * What stands in the table, in an order that a person can rely on: by address when it is opened, new ones at the end, and
 * held back once the person has scrolled or sorted. While a scan runs nothing is folded, because folding moves rows.
 */
export function useRows(devices: readonly FoundDevice[] | undefined, filter: FoundFilter, scanning: boolean): Rows {
  const [order, setOrder] = useState(emptyOrder)
  const [sort, setSort] = useState<Sort | null>(null)
  const [top, setTop] = useState(true)
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const held = sort !== null || !top

  useEffect(() => {
    if (devices) setOrder((before) => arrive(before, sortedIds(devices, null)))
  }, [devices])
  useEffect(() => setOrder((before) => hold(before, held)), [held])

  const rows = useMemo(() => {
    const byId = new Map(devices?.map((device) => [device.id, device]))
    // The first answer is shown at once, before the effect has taken note of its order.
    const ids = order.shown.length === 0 && order.waiting.length === 0 ? sortedIds(devices ?? [], null) : order.shown
    const shown = ids.flatMap((id) => byId.get(id) ?? []).filter((device) => matchesFilter(device, filter))
    if (scanning) return shown.map(single)
    return foldRows(shown).flatMap((row) =>
      row.devices.length > 1 && opened.has(row.id) ? [row, ...row.devices.map(single)] : [row],
    )
  }, [devices, order, filter, scanning, opened])

  return {
    rows,
    waiting: order.waiting.length,
    sort,
    opened,
    show: useCallback(() => setOrder(showWaiting), []),
    sortBy: useCallback(
      (column) => {
        // Up, down, and back to the order of addresses.
        const next: Sort | null =
          sort?.column !== column
            ? { column, descending: false }
            : sort.descending
              ? null
              : { column, descending: true }
        setSort(next)
        setOrder((before) => arrange(before, sortedIds(devices ?? [], next)))
      },
      [sort, devices],
    ),
    scrolled: useCallback((position) => setTop(position < 8), []),
    toggleFold: useCallback((rowId) => {
      setOpened((before) => {
        const after = new Set(before)
        if (!after.delete(rowId)) after.add(rowId)
        return after
      })
    }, []),
  }
}
