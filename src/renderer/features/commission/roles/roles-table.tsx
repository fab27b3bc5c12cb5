import type { EdgeConfig } from '@shared/edge-config'
import { useChannel } from '../../../rpc'
import {
  Age,
  Glyph,
  type GlyphName,
  IconButton,
  IconTrash,
  SelectField,
  Switch,
  TextField,
  useLooks,
  useText,
  Value,
  Verdict,
} from '../../../ui'
import { GLYPH_OF_METER } from '../../plant/glyphs'
import type { Part, PartKind } from '../../plant/parts'
import { powerWord, signWords } from '../../plant/power-word'
import type { RowState } from './apply-rows'
import type { RoleEdit, RoleRow } from './role-drafts'
import styles from './roles.module.css'

/** How a role shows up in the plant; the words of its sign follow from that. */
export const PART_OF_ROLE: Readonly<Record<string, PartKind>> = {
  grid: 'grid',
  production: 'pv',
  battery: 'battery',
  evcs: 'evcs',
  consumption: 'metered',
  'sub-consumption': 'metered',
  'heat-pump': 'heat',
  other: 'outside',
}

export interface RolesTableProps {
  rows: readonly RoleRow[]
  states: ReadonlyMap<string, RowState>
  /** Parts of the running edge, to show what a created row reads. */
  parts: readonly Part[]
  edgeId: string
  busy: boolean
  onEdit: (key: string, edit: RoleEdit) => void
  onRemove: (componentId: string) => void
}

/** One row per part of a used device: what it does here, what it is called, which way its sign counts, what it reads. */
export function RolesTable({ rows, ...rest }: RolesTableProps) {
  const t = useText()
  const { narrow } = useLooks()
  return (
    <table className={styles.table} aria-label={t('step.roles')}>
      <thead>
        <tr>
          <th scope="col">{t('roles.device')}</th>
          <th scope="col">{t('roles.role')}</th>
          <th scope="col">{t(narrow ? 'roles.name-id' : 'roles.name')}</th>
          {narrow ? null : <th scope="col">{t('roles.id')}</th>}
          <th scope="col">{t('roles.sign')}</th>
          <th scope="col">{t('roles.state')}</th>
          <th scope="col">
            <span className="visually-hidden">{t('roles.remove')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.key} row={row} {...rest} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ row, states, parts, edgeId, busy, onEdit, onRemove }: Omit<RolesTableProps, 'rows'> & { row: RoleRow }) {
  const t = useText()
  const { proposal, role, alias, id, invert, todo, problem } = row
  const kind = PART_OF_ROLE[role] ?? 'outside'
  const state = states.get(row.key)
  const part = parts.find((each) => each.id === id)
  const edit = (change: RoleEdit) => onEdit(row.key, change)
  const of = { name: `${proposal.title} ${proposal.part}` }
  const { narrow } = useLooks()
  const idField =
    todo === 'create' ? (
      <TextField
        label={t('roles.id.of', of)}
        hideLabel
        mono
        value={id}
        disabled={busy}
        error={problem === 'id' || problem === 'id-taken' ? t(`roles.problem.${problem}`) : undefined}
        onChange={(text) => edit({ id: text.trim() })}
      />
    ) : (
      <span className="mono">{id}</span>
    )
  return (
    <tr data-state={state?.kind}>
      <td>
        <span className={styles.device}>
          <Glyph name={glyphOfRole(role)} size={22} />
          <span>
            <b>{proposal.title}</b>
            <span className={styles.where}>{whereOf(t, proposal)}</span>
          </span>
        </span>
      </td>
      <td className={styles.role}>
        {proposal.roles.length < 2 ? (
          t(`role.${role}`)
        ) : (
          <SelectField
            label={t('roles.role.of', of)}
            hideLabel
            value={role}
            disabled={busy}
            options={proposal.roles.map((each) => ({ value: each, label: t(`role.${each}`) }))}
            onChange={(chosen) => edit({ role: chosen })}
          />
        )}
      </td>
      <td className={styles.name}>
        <TextField
          label={t('roles.name.of', of)}
          hideLabel
          value={alias}
          disabled={busy}
          error={problem === 'alias' ? t('roles.problem.alias') : undefined}
          onChange={(text) => edit({ alias: text })}
        />
        {narrow ? <div className={styles.idBelow}>{idField}</div> : null}
      </td>
      {narrow ? null : <td className={styles.id}>{idField}</td>}
      <td className={styles.sign}>
        <SignWords kind={kind} invert={invert} />
        {proposal.canInvert ? (
          <Switch label={t('roles.invert')} checked={invert} disabled={busy} onChange={(on) => edit({ invert: on })} />
        ) : null}
      </td>
      <td className={styles.state}>
        <StateCell state={state} todo={todo} part={part} edgeId={edgeId} />
      </td>
      <td>
        {proposal.componentId === null ? null : (
          <IconButton
            label={t('roles.remove.of', { id })}
            icon={<IconTrash />}
            disabled={busy}
            onClick={() => onRemove(id)}
          />
        )}
      </td>
    </tr>
  )
}

/** What a positive and a negative reading of the device mean here. */
function SignWords({ kind, invert }: { kind: PartKind; invert: boolean }) {
  const t = useText()
  const { positive, negative } = signWords(kind)
  const [plus, minus] = invert ? [negative, positive] : [positive, negative]
  return (
    <span className={styles.words}>
      <span>
        <b>+</b> {t(plus)}
      </span>
      <span>
        <b>−</b> {t(minus)}
      </span>
    </span>
  )
}

/** How far this row is, and once it runs, what it reads: the proof that it works. */
function StateCell({ state, todo, part, edgeId }: StateCellProps) {
  const t = useText()
  if (state?.kind === 'working') return <Verdict verdict="running">{t(`roles.working.${todo}`)}</Verdict>
  if (state?.kind === 'failed') {
    const { error } = state
    return (
      <span className={styles.failed}>
        <Verdict verdict="failed">{t('roles.failed')}</Verdict>
        <span className="small" role="alert">
          {t.error(error)}
        </span>
      </span>
    )
  }
  if (todo === 'create') return <Verdict verdict="notrun">{t('roles.todo.create')}</Verdict>
  return (
    <span className={styles.reads}>
      {todo === 'update' ? <Verdict verdict="notrun">{t('roles.todo.update')}</Verdict> : null}
      {part ? <Reads edgeId={edgeId} part={part} /> : <Verdict verdict="waiting">{t('roles.starting')}</Verdict>}
    </span>
  )
}

interface StateCellProps {
  state: RowState | undefined
  todo: RoleRow['todo']
  part: Part | undefined
  edgeId: string
}

function Reads({ edgeId, part }: { edgeId: string; part: Part }) {
  const t = useText()
  const power = useChannel(edgeId, part.power)
  const fresh = power.kind === 'fresh' && typeof power.value === 'number'
  return (
    <span className={styles.live}>
      {fresh ? <Verdict verdict="passed">{t(powerWord(part.kind, Number(power.value)))}</Verdict> : null}
      <Value reading={power} unit="W" unsigned />
      <Age reading={power} unit="W" quiet />
    </span>
  )
}

/** Components that run, though their device is not among the used ones any more. */
export function LeftOver({
  config,
  ids,
  onRemove,
}: {
  config: EdgeConfig
  ids: readonly string[]
  onRemove: (id: string) => void
}) {
  const t = useText()
  return (
    <ul className={styles.leftOver}>
      {ids.map((id) => (
        <li key={id}>
          <span className="mono">{id}</span>
          <span>{config.components[id]?.alias}</span>
          <span className="muted small">{config.components[id]?.factoryId}</span>
          <IconButton label={t('roles.remove.of', { id })} icon={<IconTrash />} onClick={() => onRemove(id)} />
        </li>
      ))}
    </ul>
  )
}

const glyphOfRole = (role: string): GlyphName => GLYPH_OF_METER[PART_OF_ROLE[role] ?? 'outside']

function whereOf(t: ReturnType<typeof useText>, { bridge, properties }: RoleRow['proposal']): string {
  const { ip, port } = bridge.properties
  const host = port === undefined || port === 502 ? String(ip ?? bridge.alias) : `${ip}:${port}`
  const unit = properties.modbusUnitId
  return unit === undefined ? host : `${host} · ${t('find.unit')} ${unit}`
}
