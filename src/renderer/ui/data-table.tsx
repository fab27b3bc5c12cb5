import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { clsx } from './clsx'
import styles from './data-table.module.css'
import { IconChevronDown, IconChevronUp } from './icons'
import { SkeletonRows } from './skeleton'
import { useLooks } from './ui-provider'
import { useSteadyRows } from './use-steady-rows'
import { useText } from './use-text'

export interface Column<Row> {
  id: string
  title: string
  /** Numbers stand at the right, with tabular figures. */
  align?: 'left' | 'right'
  /** A CSS width; without one the column takes what is left. */
  width?: string
  /** Goes first when it gets narrow: below 1200 px and in sun. */
  wideOnly?: boolean
  /** The title is for screen readers. */
  hideTitle?: boolean
  /** The title is a button that asks for this order (`onSort`). */
  sortable?: boolean
  cell: (row: Row) => ReactNode
}

export interface DataTableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[] | undefined
  keyOf: (row: Row) => string
  /** How the row looks as a whole; deviation only. */
  lookOf?: (row: Row) => 'plain' | 'muted' | 'warn' | 'failed'
  /** The first cell takes the place of all but the last: a row that has only something to say. */
  isNote?: (row: Row) => boolean
  selected?: string | null
  onSelect?: (key: string) => void
  /** Enter or double click. */
  onOpen?: (key: string) => void
  /** Space. */
  onToggle?: (key: string) => void
  /** Instead of the rows when there are none. */
  empty?: ReactNode
  /** Two-line rows. */
  tall?: boolean
  sort?: { column: string; descending: boolean } | null
  onSort?: (column: string) => void
  /** The caller keeps the order itself and holds back this many new rows; else rows stand still under the pointer. */
  held?: { count: number; show: () => void }
  /** Of the frame that scrolls. */
  className?: string | undefined
  onScroll?: (top: number) => void
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }

/** Records, one per line. Arrows, Home and End move the selection; rows do not move under the pointer. */
export function DataTable<Row>({ label, columns: all, rows, keyOf, selected, ...rest }: DataTableProps<Row>) {
  const {
    lookOf,
    isNote,
    onSelect,
    onOpen,
    onToggle,
    empty,
    tall = false,
    sort,
    onSort,
    held,
    className,
    onScroll,
  } = rest
  const t = useText()
  const { narrow } = useLooks()
  const columns = narrow ? all.filter(({ wideOnly }) => !wideOnly) : all
  const body = useRef<HTMLTableSectionElement>(null)
  const [pointed, setPointed] = useState(false)
  const [current, setCurrent] = useState<string | null>(null)
  const steady = useSteadyRows(rows ?? [], keyOf, pointed && !held)
  const waiting = held?.count ?? steady.waiting
  if (rows === undefined) return <SkeletonRows />
  if (rows.length === 0 && empty !== undefined) return <div className={styles.empty}>{empty}</div>

  const keys = steady.rows.map(keyOf)
  const focused = [current, selected].find((key) => key != null && keys.includes(key)) ?? keys[0] ?? null

  const go = (index: number) => {
    const key = keys[Math.max(0, Math.min(keys.length - 1, index))]
    if (key === undefined) return
    setCurrent(key)
    onSelect?.(key)
    body.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const target = event.target as HTMLElement
    const onRow = target.dataset.row !== undefined
    if (!onRow && target.closest('input[type="text"], select, textarea')) return
    const index = focused === null ? -1 : keys.indexOf(focused)
    const step = STEPS[event.key]
    if (step !== undefined) go(index + step)
    else if (event.key === 'Home') go(0)
    else if (event.key === 'End') go(keys.length - 1)
    else if (event.key === 'Enter' && onRow && onOpen && focused !== null) onOpen(focused)
    else if (event.key === ' ' && onRow && focused !== null && (onToggle ?? onSelect)) (onToggle ?? onSelect)?.(focused)
    else return
    event.preventDefault()
  }

  return (
    <div
      className={clsx(styles.frame, className)}
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
      {...(onScroll ? { onScroll: (event) => onScroll(event.currentTarget.scrollTop) } : {})}
    >
      {waiting > 0 ? (
        <button type="button" className={styles.waiting} onClick={held?.show ?? (() => setPointed(false))}>
          {t('table.new', { count: waiting })}
        </button>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are chosen and opened by keyboard: the grid pattern. */}
      <table className={clsx(styles.table, tall && styles.tall)} role="grid" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={cellClass(column)}
                style={{ width: column.width }}
                {...(sort?.column === column.id ? { 'aria-sort': sort.descending ? 'descending' : 'ascending' } : {})}
              >
                {column.sortable && onSort ? (
                  <button type="button" className={styles.sort} onClick={() => onSort(column.id)}>
                    {column.title}
                    {sort?.column === column.id ? sort.descending ? <IconChevronDown /> : <IconChevronUp /> : null}
                  </button>
                ) : column.hideTitle ? (
                  <span className="visually-hidden">{column.title}</span>
                ) : (
                  column.title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {steady.rows.map((row) => {
            const key = keyOf(row)
            return (
              <tr
                key={key}
                data-row={key}
                className={styles[lookOf?.(row) ?? 'plain']}
                tabIndex={key === focused ? 0 : -1}
                {...(selected === undefined ? {} : { 'aria-selected': key === selected })}
                onFocus={() => setCurrent(key)}
                onClick={() => onSelect?.(key)}
                onDoubleClick={() => onOpen?.(key)}
              >
                {(isNote?.(row) ? columns.filter((_, at) => at === 0 || at === columns.length - 1) : columns).map(
                  (column, at, shown) => (
                    <td
                      key={column.id}
                      className={cellClass(column)}
                      colSpan={at === 0 ? columns.length - shown.length + 1 : 1}
                    >
                      {column.cell(row)}
                    </td>
                  ),
                )}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

const cellClass = <Row,>({ align }: Column<Row>) => (align === 'right' ? styles.right : undefined)
