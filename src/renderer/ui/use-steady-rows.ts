import { useRef } from 'react'

export interface SteadyRows<Row> {
  readonly rows: readonly Row[]
  /** Rows that wait behind "12 new, show". */
  readonly waiting: number
}

/**
 * Rows that do not move under the pointer: while `hold`, the rows in sight keep their order and only their content
 * changes; new ones wait. When nobody points any more, the true list is shown.
 */
export function useSteadyRows<Row>(rows: readonly Row[], keyOf: (row: Row) => string, hold: boolean): SteadyRows<Row> {
  const shown = useRef<readonly string[]>([])
  const result = steadyRows(rows, keyOf, hold ? shown.current : null)
  shown.current = result.rows.map(keyOf)
  return result
}

export function steadyRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  held: readonly string[] | null,
): SteadyRows<Row> {
  if (held === null || held.length === 0) return { rows, waiting: 0 }
  const byKey = new Map(rows.map((row) => [keyOf(row), row]))
  const kept = held.flatMap((key) => byKey.get(key) ?? [])
  return { rows: kept, waiting: rows.length - kept.length }
}
