import { useCallback, useEffect, useMemo, useState } from 'react'
import { useSite } from '../../app/site-layout'
import { useAction, useQuery, useRpc } from '../../rpc'
import {
  Button,
  Dialog,
  Empty,
  ErrorCard,
  Glyph,
  Panel,
  PlaceLayout,
  SkeletonRows,
  useText,
  VerdictShape,
} from '../../ui'
import { useStep } from '../../wizard/use-step'
import { usePlant } from '../plant/use-plant'
import { applyRows, isLastOf, type RowState, removeComponent } from './roles/apply-rows'
import { draftFindings, type RoleEdit, roleRows } from './roles/role-drafts'
import styles from './roles/roles.module.css'
import { LeftOver, RolesTable } from './roles/roles-table'
import { StepHead } from './step-head'

/** Step 5: what each device does here. Creating stores it in the edge, and the value beside it shows that it reads. */
export function RolesStep() {
  const t = useText()
  const rpc = useRpc()
  const step = useStep()
  const { site, edgeId } = useSite()
  const { data: config, parts } = usePlant(edgeId)
  const proposed = useQuery('proposeRoles', edgeId === null ? null : { siteId: site.id }, { refreshOn: ['found'] })
  const { reload } = proposed
  // What is stored decides what is proposed: ask again when the configuration is another one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the configuration is the reason, not an ingredient.
  useEffect(reload, [config, reload])
  const { data: found } = useQuery('getFindings', { siteId: site.id }, { refreshOn: ['sites'], everyMs: 5000 })

  const [edits, setEdits] = useState<ReadonlyMap<string, RoleEdit>>(new Map())
  const [states, setStates] = useState<ReadonlyMap<string, RowState>>(new Map())
  const [removing, setRemoving] = useState<string | null>(null)
  const nameOfRole = useCallback((role: string) => t.maybe(`roles.alias.${role}`), [t])
  const proposals = proposed.data?.proposals
  const rows = useMemo(
    () => (proposals && config ? roleRows(proposals, config, edits, nameOfRole) : undefined),
    [proposals, config, edits, nameOfRole],
  )
  const pending = rows?.filter(({ todo }) => todo !== 'none') ?? []
  const creating = pending.filter(({ todo }) => todo === 'create').length
  const invalid = pending.some(({ problem }) => problem !== null)

  const edit = useCallback((key: string, change: RoleEdit) => {
    setEdits((before) => new Map(before).set(key, { ...before.get(key), ...change }))
    setStates((before) => {
      const after = new Map(before)
      return after.delete(key) ? after : before
    })
  }, [])
  const apply = useAction(async () => {
    if (edgeId === null) return
    await applyRows(rpc, edgeId, pending, (key, state) => {
      setStates((before) => new Map(before).set(key, state))
      // What is stored is no edit any more.
      if (state.kind === 'done') setEdits((before) => new Map([...before].filter(([each]) => each !== key)))
    })
    reload()
  })
  const remove = useAction(async (id: string) => {
    if (edgeId === null || !config) return
    await removeComponent(rpc, edgeId, config, id)
    setRemoving(null)
    setStates(new Map())
    reload()
  })

  const findings =
    rows && pending.length > 0
      ? draftFindings(rows)
      : (found?.findings.filter((finding) => finding.step === 'roles') ?? [])
  const error = findings.find(({ verdict }) => verdict === 'failed')
  const proposedIds = new Set(rows?.map(({ id }) => id))
  const leftOver = Object.entries(config?.components ?? {})
    .filter(([id, { properties }]) => properties['modbus.id'] !== undefined && !proposedIds.has(id))
    .map(([id]) => id)
  const failure = proposed.status === 'failed' ? proposed.error : null

  return (
    <PlaceLayout>
      <StepHead
        quiet={rows?.length === 0}
        busy={apply.busy}
        blocked={
          invalid ? t('roles.blocked.invalid') : pending.length === 0 && error ? t('roles.blocked.finding') : null
        }
        {...(pending.length > 0
          ? {
              continueLabel:
                creating > 0 ? t('roles.create', { count: creating }) : t('roles.apply', { count: pending.length }),
              onContinue: () => void apply.run(),
            }
          : {})}
      />
      {findings.length > 0 ? (
        <ul className={styles.findings} aria-label={t('roles.findings')}>
          {findings.map((finding) => (
            <li key={finding.id} data-verdict={finding.verdict}>
              <VerdictShape verdict={finding.verdict} label={t(`verdict.${finding.verdict}`)} />
              {t.message(finding.message)}
            </li>
          ))}
        </ul>
      ) : null}
      {failure ? (
        <ErrorCard error={failure} actions={<Button onClick={reload}>{t('ui.try-again')}</Button>} />
      ) : rows === undefined || edgeId === null || !config ? (
        <Panel flush>
          <SkeletonRows rows={5} />
        </Panel>
      ) : rows.length === 0 ? (
        <Empty
          glyph={<Glyph name="meter-grid" size={28} />}
          title={t('roles.empty')}
          primary={
            <Button variant="filled" onClick={() => step.go('find')}>
              {t('roles.empty.find')}
            </Button>
          }
        >
          {t('roles.empty.why')}
        </Empty>
      ) : (
        <Panel flush>
          <div className={styles.scroll}>
            <RolesTable
              rows={rows}
              states={states}
              parts={parts}
              edgeId={edgeId}
              busy={apply.busy}
              onEdit={edit}
              onRemove={setRemoving}
            />
          </div>
        </Panel>
      )}
      {config && leftOver.length > 0 && proposals ? (
        <Panel title={t('roles.left-over')} note={t('roles.left-over.why')} flush>
          <LeftOver config={config} ids={leftOver} onRemove={setRemoving} />
        </Panel>
      ) : null}
      <Dialog
        open={removing !== null}
        title={t('roles.remove.title', { id: removing ?? '' })}
        onClose={() => setRemoving(null)}
        actions={
          <>
            <Button onClick={() => setRemoving(null)}>{t('ui.not-now')}</Button>
            <Button variant="danger" busy={remove.busy} onClick={() => removing && void remove.run(removing)}>
              {t('roles.remove.do', { id: removing ?? '' })}
            </Button>
          </>
        }
      >
        <p>{t('roles.remove.text')}</p>
        <BridgeNote config={config} removing={removing} />
        {remove.error ? <ErrorCard error={remove.error} /> : null}
      </Dialog>
    </PlaceLayout>
  )
}

function BridgeNote({
  config,
  removing,
}: {
  config: Parameters<typeof isLastOf>[0] | undefined
  removing: string | null
}) {
  const t = useText()
  const bridge = removing === null ? undefined : config?.components[removing]?.properties['modbus.id']
  if (!config || removing === null || typeof bridge !== 'string' || !isLastOf(config, removing, bridge)) return null
  return <p className="muted">{t('roles.remove.bridge', { id: bridge })}</p>
}
