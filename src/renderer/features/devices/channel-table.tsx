import type { ChannelDoc } from '@shared/channel'
import { memo, useMemo, useState } from 'react'
import { useChannel, useChannels, useQuery, useRpc } from '../../rpc'
import {
  Age,
  Button,
  Checkbox,
  clsx,
  ErrorCard,
  IconCopy,
  IconSearch,
  Panel,
  SkeletonRows,
  TextField,
  useText,
  Value,
  Verdict,
} from '../../ui'
import { useRowWindow } from '../../ui/use-row-window'
import type { PartKind } from '../plant/parts'
import { powerWord } from '../plant/power-word'
import styles from './channel-table.module.css'
import { channelName, matches, optionName, valueText } from './channel-text'

export interface ChannelTableProps {
  edgeId: string
  componentId: string
  /** What the component is in the plant: it tells the words for the sign of its power. */
  kind: PartKind | null
}

/** Every channel of a component, live. Only rows in sight exist, and each redraws alone. */
export function ChannelTable({ edgeId, componentId, kind }: ChannelTableProps) {
  const t = useText()
  const { channels: store } = useRpc()
  const { data, error, status, reload } = useQuery('listChannels', { componentId }, { edgeId })
  const [text, setText] = useState('')
  const [all, setAll] = useState(false)
  const [copied, setCopied] = useState(0)
  const addresses = useMemo(() => data?.channels.map(({ id }) => `${componentId}/${id}`) ?? [], [data, componentId])
  // The whole component is subscribed once; scrolling then only chooses who listens.
  useChannels(edgeId, addresses)

  const never = data?.channels.filter(({ ageMs }) => ageMs === null).length ?? 0
  const shown = useMemo(
    () => data?.channels.filter((channel) => (all || channel.ageMs !== null) && matches(t, channel, text)) ?? [],
    [data, all, text, t],
  )
  const rows = useRowWindow(shown.length)

  const copy = async () => {
    const lines = shown.map((doc) => {
      const { value } = store.get(edgeId, `${componentId}/${doc.id}`)
      return [`${componentId}/${doc.id}`, channelName(t, doc), valueText(doc, value)].join('\t')
    })
    await navigator.clipboard?.writeText(`${lines.join('\n')}\n`)
    setCopied(lines.length)
  }

  if (status === 'failed' && error)
    return <ErrorCard error={error} actions={<Button onClick={reload}>{t('ui.try-again')}</Button>} />
  return (
    <Panel
      className={styles.panel}
      flush
      title={t('devices.channels')}
      note={<span className="num">{shown.length}</span>}
      actions={
        <>
          {never > 0 ? (
            <Checkbox label={t('devices.show-never', { count: never })} checked={all} onChange={setAll} />
          ) : null}
          <div className={styles.filter}>
            <TextField
              label={t('devices.filter')}
              hideLabel
              type="search"
              icon={<IconSearch />}
              placeholder={t('devices.filter')}
              value={text}
              onChange={setText}
            />
          </div>
          <Button variant="subtle" icon={<IconCopy />} onClick={() => void copy()}>
            {t('devices.copy')}
          </Button>
          <span className="visually-hidden" aria-live="polite">
            {copied > 0 ? t('devices.copied', { count: copied }) : ''}
          </span>
        </>
      }
    >
      {data ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
        <div ref={rows.frame} className={styles.scroll} tabIndex={0} onScroll={rows.onScroll}>
          <table className={styles.table} aria-label={t('devices.channels')} aria-rowcount={shown.length + 1}>
            <thead>
              <tr aria-rowindex={1}>
                <th scope="col" className={clsx(styles.head, styles.first)}>
                  {t('devices.channel')}
                </th>
                <th scope="col" className={clsx(styles.head, styles.number)}>
                  {t('devices.value')}
                </th>
                <th scope="col" className={clsx(styles.head, styles.last)}>
                  {t('devices.age')}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.before > 0 ? <Spacer height={rows.before} /> : null}
              {shown.slice(rows.from, rows.to).map((doc, index) => (
                <Row
                  key={doc.id}
                  index={rows.from + index}
                  edgeId={edgeId}
                  componentId={componentId}
                  kind={kind}
                  doc={doc}
                />
              ))}
              {rows.after > 0 ? <Spacer height={rows.after} /> : null}
            </tbody>
          </table>
        </div>
      ) : (
        <SkeletonRows rows={8} />
      )}
    </Panel>
  )
}

const Spacer = ({ height }: { height: number }) => (
  <tr aria-hidden>
    <td colSpan={3} style={{ height, padding: 0, border: 0 }} />
  </tr>
)

interface RowProps {
  index: number
  edgeId: string
  componentId: string
  kind: PartKind | null
  doc: ChannelDoc
}

/** Powers whose sign has a meaning in the plant. */
const SIGNED = /^(ActivePower(L[123])?|ActualPower|DcDischargePower)$/

const Row = memo(function Row({ index, edgeId, componentId, kind, doc }: RowProps) {
  const t = useText()
  const reading = useChannel(edgeId, `${componentId}/${doc.id}`)
  const name = channelName(t, doc)
  return (
    <tr className={styles.row} data-row aria-rowindex={index + 2}>
      <th scope="row" className={clsx(styles.cell, styles.first)}>
        <span className={styles.name}>{name}</span>
        {name === doc.id ? null : <span className={clsx(styles.id, 'mono')}>{doc.id}</span>}
      </th>
      <td className={clsx(styles.cell, styles.number)}>
        {doc.category === 'STATE' ? (
          <StateValue doc={doc} value={reading.value} />
        ) : (
          <>
            {kind && SIGNED.test(doc.id) && typeof reading.value === 'number' ? (
              <span className={styles.word}>{t(powerWord(kind, reading.value))}</span>
            ) : null}
            <Value reading={reading} unit={doc.unit} {...formatOf(doc)} />
          </>
        )}
      </td>
      <td className={clsx(styles.cell, styles.last)}>
        <Age reading={reading} unit={doc.unit} />
      </td>
    </tr>
  )
})

const formatOf = (doc: ChannelDoc) =>
  doc.category === 'ENUM' ? { format: (value: number | string) => optionName(doc, value) ?? String(value) } : {}

/** A state channel says nothing while all is well, and its level with its text while it is on. */
function StateValue({ doc, value }: { doc: ChannelDoc; value: number | string | null }) {
  const t = useText()
  if (value !== 1) return <span className="muted">{value === 0 ? t('state.OK') : '–'}</span>
  const verdict = doc.level === 'FAULT' ? 'failed' : doc.level === 'WARNING' ? 'warn' : 'unsure'
  return <Verdict verdict={verdict}>{t(`state.${doc.level ?? 'INFO'}`)}</Verdict>
}
