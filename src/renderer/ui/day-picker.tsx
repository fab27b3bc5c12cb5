import { Popover as MantinePopover } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { clsx } from './clsx'
import styles from './day-picker.module.css'
import { formatDate } from './format'
import { IconChevronDown, IconChevronLeft, IconChevronRight } from './icons'
import { useText } from './use-text'

export interface DayPickerProps {
  label: string
  /** `YYYY-MM-DD`, local. */
  value: string
  /** The last day that can be chosen. */
  latest: string
  onChange: (day: string) => void
}

/** One day of the calendar. Arrows move by day and week, Page keys by month, Home goes to the latest day. */
export function DayPicker({ label, value, latest, onChange }: DayPickerProps) {
  const [open, setOpen] = useState(false)
  return (
    <MantinePopover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      trapFocus
      returnFocus
      transitionProps={{ duration: 0 }}
      classNames={{ dropdown: styles.dropdown ?? '' }}
    >
      <MantinePopover.Target>
        <button
          type="button"
          className={styles.target}
          aria-label={`${label}: ${formatDate(toDate(value).getTime())}`}
          onClick={() => setOpen(!open)}
        >
          <span className="num">{formatDate(toDate(value).getTime())}</span>
          <IconChevronDown />
        </button>
      </MantinePopover.Target>
      <MantinePopover.Dropdown aria-label={label}>
        <Month
          value={value}
          latest={latest}
          onChoose={(day) => {
            setOpen(false)
            onChange(day)
          }}
        />
      </MantinePopover.Dropdown>
    </MantinePopover>
  )
}

const MOVES: Readonly<Record<string, (day: Date) => void>> = {
  ArrowLeft: (day) => day.setDate(day.getDate() - 1),
  ArrowRight: (day) => day.setDate(day.getDate() + 1),
  ArrowUp: (day) => day.setDate(day.getDate() - 7),
  ArrowDown: (day) => day.setDate(day.getDate() + 7),
  PageUp: (day) => day.setMonth(day.getMonth() - 1),
  PageDown: (day) => day.setMonth(day.getMonth() + 1),
}

function Month({ value, latest, onChoose }: { value: string; latest: string; onChoose: (day: string) => void }) {
  const t = useText()
  const [focused, setFocused] = useState(value)
  const grid = useRef<HTMLTableElement>(null)
  const first = toDate(focused)
  first.setDate(1)

  useEffect(() => {
    grid.current?.querySelector<HTMLElement>(`[data-day="${focused}"]`)?.focus()
  }, [focused])

  const move = (change: (day: Date) => void) => {
    const day = toDate(focused)
    change(day)
    const next = toText(day)
    setFocused(next > latest ? latest : next)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const change = MOVES[event.key]
    if (change) move(change)
    else if (event.key === 'Home') setFocused(latest)
    else return
    event.preventDefault()
  }
  const monthName = new Intl.DateTimeFormat(t.language, { month: 'long', year: 'numeric' }).format(first)
  const weekday = new Intl.DateTimeFormat(t.language, { weekday: 'short' })
  return (
    <div className={styles.month}>
      <div className={styles.head}>
        <button
          type="button"
          className={styles.step}
          aria-label={t('ui.month.before')}
          onClick={() => move(MOVES.PageUp ?? (() => {}))}
        >
          <IconChevronLeft />
        </button>
        <span aria-live="polite">{monthName}</span>
        <button
          type="button"
          className={styles.step}
          aria-label={t('ui.month.after')}
          disabled={focused.slice(0, 7) === latest.slice(0, 7)}
          onClick={() => move(MOVES.PageDown ?? (() => {}))}
        >
          <IconChevronRight />
        </button>
      </div>
      <table ref={grid} className={styles.days} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            {WEEK.map((offset) => (
              // 5 January 2026 is a Monday.
              <th key={offset} scope="col">
                {weekday.format(new Date(2026, 0, 5 + offset))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(first).map((week) => (
            <tr key={week[0]}>
              {week.map((day) => {
                const other = day.slice(0, 7) !== focused.slice(0, 7)
                return (
                  <td key={day}>
                    <button
                      type="button"
                      data-day={day}
                      className={clsx(styles.day, other && styles.other, day === value && styles.chosen)}
                      aria-pressed={day === value}
                      aria-current={day === latest ? 'date' : undefined}
                      tabIndex={day === focused ? 0 : -1}
                      disabled={day > latest}
                      onClick={() => onChoose(day)}
                    >
                      {Number(day.slice(8))}
                    </button>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const WEEK = [0, 1, 2, 3, 4, 5, 6] as const

/** The weeks, Monday first, that a month touches. */
function weeksOf(first: Date): string[][] {
  const monday = new Date(first)
  monday.setDate(1 - ((first.getDay() + 6) % 7))
  const weeks: string[][] = []
  for (const day = monday; day <= first || day.getMonth() === first.getMonth(); ) {
    weeks.push(
      WEEK.map(() => {
        const text = toText(day)
        day.setDate(day.getDate() + 1)
        return text
      }),
    )
  }
  return weeks
}

function toDate(text: string): Date {
  const [year = 1970, month = 1, day = 1] = text.split('-').map(Number)
  return new Date(year, month - 1, day)
}

function toText(day: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}
