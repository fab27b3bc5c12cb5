import { type FoundDevice, isUsed } from '@shared/device'
import { isEnded } from '@shared/job'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useSite } from '../../app/site-layout'
import { useJobs } from '../../app/use-jobs'
import { useAction, useRpc } from '../../rpc'
import {
  Button,
  Checkbox,
  Count,
  Dialog,
  Empty,
  ErrorCard,
  formatNumber,
  Glyph,
  IconDownload,
  IconRadar2,
  IconSearch,
  Panel,
  PlaceLayout,
  TextField,
  useHotkeys,
  useLooks,
  useText,
} from '../../ui'
import { useStep } from '../../wizard/use-step'
import { downloadText } from './find/download'
import { duration, EvidencePanel } from './find/evidence-panel'
import styles from './find/find.module.css'
import { foundCsv } from './find/found-csv'
import { type FoundFilter, tally } from './find/found-rows'
import { FoundTable } from './find/found-table'
import { ScanLanes } from './find/scan-lanes'
import { Estimate, firstChoice, ScanSettings, scanRequest } from './find/scan-settings'
import { useFound } from './find/use-found'
import { useRows } from './find/use-rows'
import { StepHead } from './step-head'

/** Step 4: see who answers on every connection, why we think what it is, and choose whom to use. */
export function FindStep() {
  const t = useText()
  const rpc = useRpc()
  const step = useStep()
  const { site } = useSite()
  const { narrow, theme } = useLooks()
  const small = narrow && theme !== 'sun'
  const { data: devices, status, error, reload } = useFound(site.id)
  const { jobs = [] } = useJobs(site.id)
  const running = jobs.find(({ state }) => !isEnded(state))
  const lanes = jobs.filter((job, index) => !isEnded(job.state) || index === 0)
  const [choice, setChoice] = useState(firstChoice)
  const [filter, setFilter] = useState<FoundFilter>({ text: '', hideIgnored: true })
  const table = useRows(devices, filter, running !== undefined)
  const [chosen, setChosen] = useState<string | null>(null)
  const selected = table.rows.find(({ id }) => id === chosen) ?? table.rows[0]
  const side = useRef<HTMLDivElement>(null)

  const scan = useScan(() => scanRequest(site, choice))
  const cancel = useAction(async () => {
    if (running) await rpc.call('cancelJob', { jobId: running.id })
  })
  useHotkeys({
    F5: () => void (running ? undefined : scan.ask()),
    // An open dialog or popover has the first claim on Esc.
    ...(running ? { Escape: () => void (document.querySelector('[role="dialog"]') ? undefined : cancel.run()) } : {}),
  })

  const use = useAction(async (which: readonly FoundDevice[], on: boolean) => {
    await Promise.all(which.map(({ id }) => rpc.call('updateFound', { siteId: site.id, deviceId: id, use: on })))
  })
  const why = useCallback((rowId: string) => {
    setChosen(rowId)
    requestAnimationFrame(() => side.current?.focus())
  }, [])

  const counts = useMemo(() => tally(devices ?? []), [devices])
  const used = useMemo(() => (devices ?? []).filter(isUsed).length, [devices])
  const nothing = devices !== undefined && devices.length === 0
  const problem = scan.error ?? cancel.error ?? use.error

  return (
    <PlaceLayout
      side={
        selected ? (
          <section ref={side} className={styles.side} tabIndex={-1} aria-label={t('find.evidence')}>
            <EvidencePanel siteId={site.id} row={selected} scanning={running !== undefined} />
          </section>
        ) : undefined
      }
    >
      <StepHead
        quiet={nothing}
        continueLabel={t(used > 0 ? 'find.continue' : 'commission.continue', { count: used })}
        actions={nothing ? null : <ScanSettings site={site} choice={choice} onChange={setChoice} compact={small} />}
      />
      {problem ? <ErrorCard error={problem} /> : null}
      <ScanLanes jobs={lanes} />
      {status === 'failed' && error ? (
        <ErrorCard error={error} actions={<Button onClick={reload}>{t('ui.try-again')}</Button>} />
      ) : nothing && !running ? (
        <Empty
          glyph={<Glyph name="rs485-bus" size={28} />}
          title={t('find.empty')}
          primary={
            site.searches.some(({ enabled }) => enabled) ? (
              <Button variant="filled" icon={<IconRadar2 />} busy={scan.busy} onClick={() => void scan.ask()}>
                {t('find.start')}
              </Button>
            ) : (
              <Button variant="filled" onClick={() => step.go('connections')}>
                {t('find.add-connection')}
              </Button>
            )
          }
          secondary={<ScanSettings site={site} choice={choice} onChange={setChoice} />}
        >
          <Estimate site={site} choice={choice} />
        </Empty>
      ) : (
        <Panel
          flush
          className={styles.found}
          title={<FoundTitle {...counts} />}
          actions={
            <>
              <Checkbox
                label={t('find.hide-ignored')}
                checked={filter.hideIgnored}
                onChange={(hideIgnored) => setFilter({ ...filter, hideIgnored })}
              />
              <div className={styles.filter}>
                <TextField
                  label={t('find.filter')}
                  hideLabel
                  type="search"
                  icon={<IconSearch />}
                  placeholder={t('find.filter')}
                  value={filter.text}
                  onChange={(text) => setFilter({ ...filter, text })}
                />
              </div>
              {running ? null : (
                <Button variant="subtle" icon={<IconRadar2 />} busy={scan.busy} onClick={() => void scan.ask()}>
                  {t('find.again')}
                </Button>
              )}
              {small ? null : (
                <Button
                  variant="subtle"
                  icon={<IconDownload />}
                  disabled={devices === undefined}
                  onClick={() =>
                    downloadText(`${t('find.file')}.csv`, 'text/csv;charset=utf-8', foundCsv(devices ?? []))
                  }
                >
                  CSV
                </Button>
              )}
            </>
          }
        >
          <FoundTable
            table={table}
            known={devices !== undefined}
            selected={selected?.id ?? null}
            onSelect={setChosen}
            onUse={(which, on) => void use.run(which, on)}
            onWhy={why}
          />
        </Panel>
      )}
      <Dialog
        open={scan.asking !== null}
        title={t('find.confirm.title', { hosts: formatNumber(scan.asking?.hosts ?? 0) })}
        onClose={scan.dismiss}
        actions={
          <>
            <Button onClick={scan.dismiss}>{t('ui.not-now')}</Button>
            <Button variant="filled" busy={scan.busy} autoFocus onClick={() => void scan.confirm()}>
              {t('find.confirm.start', { hosts: formatNumber(scan.asking?.hosts ?? 0) })}
            </Button>
          </>
        }
      >
        <p>
          {t('find.confirm.text', {
            connects: formatNumber(scan.asking?.connects ?? 0),
            time: duration(t, scan.asking?.seconds ?? 0),
          })}
        </p>
      </Dialog>
    </PlaceLayout>
  )
}

function FoundTitle({ found, failed, look }: { found: number; failed: number; look: number }) {
  const t = useText()
  const { narrow } = useLooks()
  return (
    <span className={styles.foundTitle}>
      {t('find.found', { count: found })}
      {failed > 0 ? (
        <Count verdict="failed" value={failed}>
          {narrow ? null : t('find.decide', { count: failed })}
        </Count>
      ) : null}
      {look > 0 ? (
        <Count verdict="warn" value={look}>
          {narrow ? null : t('find.look', { count: look })}
        </Count>
      ) : null}
    </span>
  )
}

interface Asking {
  readonly hosts: number
  readonly connects: number
  readonly seconds: number
}

/** A scan is estimated first; a very large one is started only after the person has seen its size. */
function useScan(request: () => ReturnType<typeof scanRequest>) {
  const rpc = useRpc()
  const [asking, setAsking] = useState<Asking | null>(null)
  const ask = useAction(async () => {
    const estimate = await rpc.call('estimateScan', request())
    if (estimate.needsConfirmation) setAsking(estimate)
    else await rpc.call('startScan', request())
  })
  const confirm = useAction(async () => {
    await rpc.call('startScan', { ...request(), confirmed: true })
    setAsking(null)
  })
  return {
    asking,
    ask: ask.run,
    confirm: confirm.run,
    dismiss: () => setAsking(null),
    busy: ask.busy || confirm.busy,
    error: ask.error ?? confirm.error,
  }
}
