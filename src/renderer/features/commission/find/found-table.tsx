import { type FoundDevice, isUsed } from '@shared/device'
import {
  Button,
  Checkbox,
  type Column,
  DASH,
  DataTable,
  formatNumber,
  Glyph,
  IconChevronDown,
  IconChevronRight,
  useLooks,
  useText,
  Verdict,
} from '../../../ui'
import { glyphOf, problemOf, rowName, whereOf } from './device-words'
import styles from './find.module.css'
import type { FoundRow, SortColumn } from './found-rows'
import type { Rows } from './use-rows'

export interface FoundTableProps {
  table: Rows
  known: boolean
  selected: string | null
  onSelect: (rowId: string) => void
  /** Decide for all devices of a row. */
  onUse: (devices: readonly FoundDevice[], use: boolean) => void
  /** The side panel shall tell why. */
  onWhy: (rowId: string) => void
}

/** Who answered, how sure it is what it is, and what needs a person. */
export function FoundTable({ table, known, selected, onSelect, onUse, onWhy }: FoundTableProps) {
  const t = useText()
  const { narrow, theme } = useLooks()
  const small = narrow && theme !== 'sun'
  const columns: Column<FoundRow>[] = [
    {
      id: 'use',
      title: t('find.use'),
      width: '3.25rem',
      cell: (row) => {
        const usable = row.devices.some(
          (device) => device.kind === 'device' && device.profile !== null && !device.ignored,
        )
        return usable ? (
          <Checkbox
            label={t('find.use.of', { name: rowName(t, row) })}
            hideLabel
            checked={row.devices.every(isUsed)}
            onChange={(use) => onUse(row.devices, use)}
          />
        ) : (
          <Checkbox
            label={t('find.use.of', { name: rowName(t, row) })}
            hideLabel
            checked={false}
            disabled
            onChange={() => {}}
          />
        )
      },
    },
    {
      id: 'device',
      title: t('find.device'),
      sortable: true,
      cell: (row) => <DeviceCell row={row} table={table} />,
    },
    {
      id: 'where',
      title: t('find.where'),
      sortable: true,
      cell: (row) => <span className={styles.where}>{whereOf(t, row, narrow)}</span>,
    },
    {
      id: 'match',
      title: t('find.match'),
      align: 'right',
      sortable: true,
      width: '6.5rem',
      cell: ({ devices: [device] }) =>
        device.kind === 'device' && device.proofs > 0 ? (
          <span className={styles.match}>
            <b>{formatNumber(device.confidence)} %</b>
            {narrow ? null : <span className="muted"> ({device.proofs})</span>}
          </span>
        ) : (
          DASH
        ),
    },
    {
      id: 'answers',
      title: t('find.answers'),
      align: 'right',
      sortable: true,
      wideOnly: true,
      width: '6rem',
      cell: ({ devices }) => {
        const sum = (of: (device: FoundDevice) => number) => devices.reduce((total, device) => total + of(device), 0)
        const asked = sum((device) => device.asked)
        return asked === 0 ? DASH : `${formatNumber(sum((device) => device.answered))} / ${formatNumber(asked)}`
      },
    },
    {
      id: 'problem',
      title: t('find.problem'),
      sortable: true,
      cell: (row) => {
        const problem = problemOf(t, row.devices[0])
        return problem ? (
          <span className={styles.problem}>
            <Verdict verdict={problem.verdict}>{problem.text}</Verdict>
            {small ? null : (
              <Button
                size="compact"
                variant="subtle"
                label={t('find.why.of', { name: rowName(t, row) })}
                onClick={() => onWhy(row.id)}
              >
                {t('find.why')}
              </Button>
            )}
          </span>
        ) : null
      },
    },
  ]
  return (
    <DataTable
      label={t('find.table')}
      className={styles.table}
      columns={theme === 'sun' ? columns.filter(({ id }) => id !== 'match') : columns}
      rows={known ? table.rows : undefined}
      keyOf={({ id }) => id}
      lookOf={({ devices: [device] }) => (device.ignored ? 'muted' : 'plain')}
      selected={selected}
      onSelect={onSelect}
      onToggle={(id) => {
        const row = table.rows.find((each) => each.id === id)
        if (row) onUse(row.devices, !row.devices.every(isUsed))
      }}
      onOpen={(id) => {
        const row = table.rows.find((each) => each.id === id)
        if (row && row.devices.length > 1) table.toggleFold(id)
        else onWhy(id)
      }}
      sort={table.sort}
      onSort={(column) => table.sortBy(column as SortColumn)}
      held={{ count: table.waiting, show: table.show }}
      onScroll={table.scrolled}
    />
  )
}

function DeviceCell({ row, table }: { row: FoundRow; table: Rows }) {
  const t = useText()
  const { narrow } = useLooks()
  const [device] = row.devices
  const fold = row.devices.length > 1
  return (
    <span className={styles.device}>
      <Glyph name={fold ? 'submeter' : glyphOf(device)} />
      <b className="clip">{rowName(t, row)}</b>
      {fold ? (
        <button
          type="button"
          className={styles.fold}
          aria-expanded={table.opened.has(row.id)}
          aria-label={t('find.unfold', { name: rowName(t, row) })}
          onClick={() => table.toggleFold(row.id)}
        >
          {table.opened.has(row.id) ? <IconChevronDown /> : <IconChevronRight />}
        </button>
      ) : (
        <span className={styles.serial}>{device.ignored ? t('find.ignored') : narrow ? null : device.serial}</span>
      )}
    </span>
  )
}
