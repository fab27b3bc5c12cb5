import type { FoundDevice } from '@shared/device'
import { useRef, useState } from 'react'
import { useAction, useRpc } from '../../../rpc'
import {
  Button,
  Dialog,
  ErrorCard,
  EvidenceHead,
  EvidenceList,
  formatNumber,
  IconEye,
  IconEyeOff,
  IconRadar2,
  NotSure,
  SideActions,
  useText,
  VerdictShape,
} from '../../../ui'
import { problemOf, rowName, whereOf } from './device-words'
import styles from './find.module.css'
import type { FoundRow } from './found-rows'
import { ReadsNow } from './reads-now'

/** Why we think that this is what it is, what would settle the rest, and what it reads. */
export function EvidencePanel({ siteId, row, scanning }: { siteId: string; row: FoundRow; scanning: boolean }) {
  const t = useText()
  const [device] = row.devices
  const problem = problemOf(t, device)
  // What weighs nothing was read along the way; it proves nothing.
  const proofs = device.evidence.filter(({ weight, verdict }) => weight > 0 || verdict === 'failed')
  const agreeing = proofs.filter(({ verdict }) => verdict === 'passed').length
  return (
    <>
      <EvidenceHead
        above={t('find.selected')}
        title={rowName(t, row)}
        below={whereOf(t, row)}
        {...(device.kind === 'device' && device.evidence.length > 0
          ? {
              percent: device.confidence,
              agree: t('find.agree', { agree: agreeing, all: proofs.length }),
            }
          : {})}
      />
      {problem ? (
        <div className={styles.problemBox} data-verdict={problem.verdict}>
          <VerdictShape verdict={problem.verdict} label={t(`verdict.${problem.verdict}`)} />
          <p>
            <b>{problem.text}</b>
            {device.kind === 'device' ? null : <> {t(`find.kind.${device.kind}.why`)}</>}
          </p>
        </div>
      ) : device.kind === 'device' ? null : (
        <p className={styles.kindWhy}>{t(`find.kind.${device.kind}.why`)}</p>
      )}
      {device.evidence.length > 0 ? <EvidenceList items={device.evidence} /> : null}
      {device.unsure.map((unsure) => (
        <NotSure key={unsure.key}>{t.message(unsure)}</NotSure>
      ))}
      {device.kind === 'device' && device.profile !== null ? (
        <ReadsNow key={device.id} siteId={siteId} device={device} />
      ) : null}
      <Actions siteId={siteId} row={row} scanning={scanning} />
    </>
  )
}

function Actions({ siteId, row, scanning }: { siteId: string; row: FoundRow; scanning: boolean }) {
  const t = useText()
  const rpc = useRpc()
  const [device] = row.devices
  const ignore = useAction(() =>
    Promise.all(
      row.devices.map(({ id, ignored }) => rpc.call('updateFound', { siteId, deviceId: id, ignored: !ignored })),
    ),
  )
  const canSweep = device.kind === 'gateway' || device.kind === 'device' || device.kind === 'answers-every-unit'
  return (
    <SideActions>
      {ignore.error ? <ErrorCard error={ignore.error} /> : null}
      {canSweep ? <Sweep siteId={siteId} device={device} disabled={scanning} /> : null}
      <Button
        icon={device.ignored ? <IconEye /> : <IconEyeOff />}
        busy={ignore.busy}
        full
        onClick={() => void ignore.run()}
      >
        {t(device.ignored ? 'find.notice' : 'find.ignore')}
      </Button>
    </SideActions>
  )
}

/** Asking all units takes long behind a gateway: it asks first, and says how long. */
function Sweep({ siteId, device, disabled }: { siteId: string; device: FoundDevice; disabled: boolean }) {
  const t = useText()
  const rpc = useRpc()
  const [estimate, setEstimate] = useState<{ units: number; seconds: number } | null>(null)
  // The words stay in the dialog while it closes.
  const last = useRef(estimate)
  last.current = estimate ?? last.current
  const ask = useAction(async () => setEstimate(await rpc.call('estimateSweep', { siteId, deviceId: device.id })))
  const start = useAction(async () => {
    await rpc.call('sweepUnits', { siteId, deviceId: device.id })
    setEstimate(null)
  })
  const host = device.link.host
  return (
    <>
      {ask.error ? <ErrorCard error={ask.error} /> : null}
      <Button icon={<IconRadar2 />} busy={ask.busy} disabled={disabled} full onClick={() => void ask.run()}>
        {t('find.sweep')}
      </Button>
      <Dialog
        open={estimate !== null}
        title={t('find.sweep.title', { host })}
        onClose={() => setEstimate(null)}
        actions={
          <>
            <Button onClick={() => setEstimate(null)}>{t('ui.not-now')}</Button>
            <Button variant="filled" busy={start.busy} autoFocus onClick={() => void start.run()}>
              {t('find.sweep.start', { units: formatNumber(last.current?.units ?? 0) })}
            </Button>
          </>
        }
      >
        <p>
          {t('find.sweep.text', {
            units: formatNumber(last.current?.units ?? 0),
            time: duration(t, last.current?.seconds ?? 0),
          })}
        </p>
        {start.error ? <ErrorCard error={start.error} /> : null}
      </Dialog>
    </>
  )
}

/** A duration in words, to what a person plans with: `40 s`, `12 min`, `2 h`. */
export function duration(t: ReturnType<typeof useText>, seconds: number): string {
  if (seconds < 90) return t('age.s', { n: Math.max(1, Math.ceil(seconds)) })
  if (seconds < 5400) return t('age.min', { n: Math.ceil(seconds / 60) })
  return t('age.h', { n: Math.round(seconds / 3600) })
}
