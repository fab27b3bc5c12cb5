import { useChannel } from '../../rpc'
import { Age, Button, clsx, Glyph, Panel, useText, Value } from '../../ui'
import { GLYPH_OF_METER } from '../plant/glyphs'
import type { Part } from '../plant/parts'
import { powerWord } from '../plant/power-word'
import styles from './meters.module.css'

export interface MetersPanelProps {
  edgeId: string
  parts: readonly Part[]
  /** To every single point of a component. */
  onPoints: (componentId: string) => void
}

/** Everything that measures, with what it reads now and what its counter stands at. */
export function MetersPanel({ edgeId, parts, onPoints }: MetersPanelProps) {
  const t = useText()
  const [first] = parts
  return (
    <Panel
      title={t('live.meters-title')}
      note={<span className="num">{parts.length}</span>}
      actions={
        first ? (
          <Button variant="subtle" size="compact" onClick={() => onPoints(first.id)}>
            {t('live.all-points')}
          </Button>
        ) : null
      }
      flush
      className={styles.panel}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard. */}
      <div className={styles.scroll} tabIndex={0}>
        <table className={styles.table} aria-label={t('live.meters-title')}>
          <thead>
            <tr>
              <th scope="col" className={clsx(styles.head, styles.first)}>
                {t('live.meter')}
              </th>
              <th scope="col" className={styles.head}>
                <span className="visually-hidden">{t('live.direction')}</span>
              </th>
              <th scope="col" className={clsx(styles.head, styles.number)}>
                {t('live.now')}
              </th>
              <th scope="col" className={clsx(styles.head, styles.number, styles.last, styles.counter)}>
                {t('live.counter')}
              </th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <MeterRow key={part.id} edgeId={edgeId} part={part} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

/** The counter is that of the direction the word tells: beside "to grid" stands what went to the grid. */
function MeterRow({ edgeId, part }: { edgeId: string; part: Part }) {
  const t = useText()
  const power = useChannel(edgeId, part.power)
  const watts = typeof power.value === 'number' ? power.value : null
  const known = watts ?? (typeof power.lastValue === 'number' ? power.lastValue : 0)
  const counter = known < 0 && part.counters.negative ? part.counters.negative : part.counters.positive
  return (
    <tr className={styles.row} data-kind={power.kind}>
      <th scope="row" className={clsx(styles.cell, styles.first, styles.name)}>
        <span className={styles.nameLine}>
          <Glyph name={GLYPH_OF_METER[part.kind]} size={18} />
          <span className="clip" title={part.id}>
            {part.alias}
          </span>
        </span>
      </th>
      <td className={clsx(styles.cell, styles.word)}>
        {power.kind === 'fresh' && watts !== null ? (
          t(powerWord(part.kind, watts))
        ) : (
          <Age reading={power} unit="W" quiet />
        )}
      </td>
      <td className={clsx(styles.cell, styles.number)}>
        <Value reading={power} unit="W" unsigned />
      </td>
      <td className={clsx(styles.cell, styles.number, styles.last, styles.counter)}>
        <Counter edgeId={edgeId} address={counter} />
      </td>
    </tr>
  )
}

function Counter({ edgeId, address }: { edgeId: string; address: string }) {
  return <Value reading={useChannel(edgeId, address)} unit="Wh_Σ" />
}
