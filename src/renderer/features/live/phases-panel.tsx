import type { Site } from '@shared/site'
import { type ChannelState, useChannel, useChannelStates } from '../../rpc'
import { Age, clsx, formatNumber, Panel, useText, Value, VerdictShape } from '../../ui'
import type { Part } from '../plant/parts'
import { powerWord } from '../plant/power-word'
import { bandOnScale, fuseShare, VOLTAGE_BAND, voltageMark } from './phases'
import styles from './phases.module.css'

const PHASES = ['L1', 'L2', 'L3'] as const
type Phase = (typeof PHASES)[number]

/** The three phases at the grid connection: voltage in its band, current against the fuse, power with its word. */
export function PhasesPanel({ edgeId, site, grid }: { edgeId: string; site: Site; grid: Part }) {
  const t = useText()
  const phases = site.data.phases === 1 ? PHASES.slice(0, 1) : PHASES
  const band = t('live.band', { low: VOLTAGE_BAND.low, high: VOLTAGE_BAND.high })
  return (
    <Panel
      title={t('live.phases')}
      note={t('live.at-grid')}
      actions={<PhasesAge edgeId={edgeId} grid={grid} />}
      flush={false}
    >
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.head}>
              <span className="visually-hidden">{t('live.phase')}</span>
            </th>
            <th scope="col" className={clsx(styles.head, styles.number)}>
              {t('live.voltage')}
            </th>
            <th scope="col" className={clsx(styles.head, styles.drawn)}>
              {band}
            </th>
            <th scope="col" className={clsx(styles.head, styles.number)}>
              {t('live.current')}
            </th>
            <th scope="col" className={clsx(styles.head, styles.drawn)}>
              {t('live.fuse', { fuse: formatNumber(site.data.fuseA) })}
            </th>
            <th scope="col" className={clsx(styles.head, styles.number)}>
              <PowerHead edgeId={edgeId} id={grid.id} />
            </th>
          </tr>
        </thead>
        <tbody>
          {phases.map((phase) => (
            <PhaseRow key={phase} edgeId={edgeId} id={grid.id} phase={phase} fuseA={site.data.fuseA} />
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

function PhasesAge({ edgeId, grid }: { edgeId: string; grid: Part }) {
  return <Age reading={useChannel(edgeId, grid.power)} unit="W" />
}

/** The direction, where all phases have the same: then it stands once, above the column. Null = each row says its own. */
function useCommonWord(edgeId: string, id: string): string | null {
  const states = useChannelStates(
    edgeId,
    PHASES.map((phase) => `${id}/ActivePower${phase}`),
  )
  const words = new Set([...states.values()].map(({ value }) => typeof value === 'number' && powerWord('grid', value)))
  const [only] = words
  return words.size === 1 && typeof only === 'string' ? only : null
}

function PowerHead({ edgeId, id }: { edgeId: string; id: string }) {
  const t = useText()
  return t(useCommonWord(edgeId, id) ?? 'live.power')
}

/** One phase redraws alone. */
function PhaseRow({ edgeId, id, phase, fuseA }: { edgeId: string; id: string; phase: Phase; fuseA: number }) {
  const t = useText()
  const voltage = useChannel(edgeId, `${id}/Voltage${phase}`)
  const current = useChannel(edgeId, `${id}/Current${phase}`)
  const power = useChannel(edgeId, `${id}/ActivePower${phase}`)
  const volts = milli(voltage)
  const amperes = milli(current)
  const common = useCommonWord(edgeId, id)
  const word = common === null && typeof power.value === 'number' ? t(powerWord('grid', power.value)) : null
  return (
    <tr>
      <th scope="row" className={styles.phase}>
        <span className={styles.wire} style={{ background: `var(--sw-${phase.toLowerCase()})` }} />
        {phase}
      </th>
      <td className={clsx(styles.cell, styles.number)}>
        <Value reading={voltage} unit="mV" />
      </td>
      <td className={clsx(styles.cell, styles.drawn)}>{volts === null ? null : <VoltageInstrument volts={volts} />}</td>
      <td className={clsx(styles.cell, styles.number)}>
        <Value reading={current} unit="mA" unsigned />
      </td>
      <td className={clsx(styles.cell, styles.drawn)}>
        {amperes === null ? null : <FuseInstrument amperes={amperes} fuseA={fuseA} />}
      </td>
      <td className={clsx(styles.cell, styles.number)}>
        <Value reading={power} unit="W" unsigned />
        {word === null ? null : <span className={styles.word}>{word}</span>}
      </td>
    </tr>
  )
}

const milli = ({ kind, value }: ChannelState) => (kind === 'fresh' && typeof value === 'number' ? value / 1000 : null)

function VoltageInstrument({ volts }: { volts: number }) {
  const t = useText()
  const { position, inBand } = voltageMark(volts)
  return (
    <span className={styles.instrument} title={t(inBand ? 'live.in-band' : 'live.out-of-band')}>
      <span className={styles.bandEdge} style={{ left: 0, width: `${bandOnScale.low * 100}%` }} />
      <span className={styles.bandEdge} style={{ right: 0, width: `${(1 - bandOnScale.high) * 100}%` }} />
      <span className={styles.mark} style={{ left: `${position * 100}%` }} />
      {inBand ? null : <Deviation verdict="failed" word={t('live.out-of-band')} />}
    </span>
  )
}

function FuseInstrument({ amperes, fuseA }: { amperes: number; fuseA: number }) {
  const t = useText()
  const { share, verdict } = fuseShare(amperes, fuseA)
  return (
    <span className={styles.instrument}>
      <span className={styles.used} data-verdict={verdict} style={{ width: `${share * 100}%` }} />
      {verdict === 'ok' ? null : (
        <Deviation verdict={verdict === 'over' ? 'failed' : 'warn'} word={t(`live.fuse.${verdict}`)} />
      )}
    </span>
  )
}

const Deviation = ({ verdict, word }: { verdict: 'warn' | 'failed'; word: string }) => (
  <span className={styles.deviation} title={word}>
    <VerdictShape verdict={verdict} size={14} label={word} />
  </span>
)
