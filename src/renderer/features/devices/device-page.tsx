import type { EdgeConfig } from '@shared/edge-config'
import type { Result } from '@shared/rpc'
import { Glyph, PageHead, PlaceLayout, Provenance, Tabs, useText } from '../../ui'
import { glyphOf, whereOf } from '../commission/find/device-words'
import { single } from '../commission/find/found-rows'
import { BridgeOverview } from './bridge-overview'
import { ChannelTable } from './channel-table'
import { DeviceOverview } from './device-overview'
import { glyphOfLeaf } from './device-tree'
import styles from './devices.module.css'
import type { TreeLeaf, TreeNode } from './tree-model'

export type Health = Result<'getLinkHealth'>['bridges'][number]
export type View = 'overview' | 'live'

export interface DevicePageProps {
  edgeId: string
  config: EdgeConfig
  node: TreeNode
  leaf: TreeLeaf | null
  health: readonly Health[]
  view: View
  onView: (view: View) => void
  onSelect: (id: string) => void
  /** To the step where unused devices are chosen. */
  onFind: () => void
}

/** Everything about one device or one connection. What the edge does not run has no live values, and so no such tab. */
export function DevicePage({ node, leaf, ...rest }: DevicePageProps) {
  const t = useText()
  const { edgeId, config, health, view, onView, onSelect, onFind } = rest
  const id = leaf?.id ?? node.id
  const runs = leaf ? leaf.kind === 'component' : node.kind === 'bridge'
  const found = leaf?.found ?? null
  const name = leaf?.name ?? (node.name || t('devices.no-connection'))
  const details = [
    found && leaf?.kind === 'component' ? [found.brand, found.model].filter(Boolean).join(' ') : null,
    found?.serial ? `${t('devices.serial.short')} ${found.serial}` : null,
    found ? whereOf(t, single(found)) : leaf ? node.name : null,
  ].filter(Boolean)
  const bridge = health.find((each) => each.id === node.id)
  const overview = leaf ? (
    <DeviceOverview
      config={config}
      leaf={leaf}
      health={bridge?.devices.find(({ componentId }) => componentId === leaf.id) ?? null}
      onFind={onFind}
    />
  ) : (
    <BridgeOverview config={config} node={node} health={bridge ?? null} onSelect={onSelect} />
  )
  return (
    <PlaceLayout>
      <PageHead
        title={
          <span className={styles.title}>
            <Glyph name={leaf ? glyphOfLeaf(leaf) : found ? glyphOf(found) : 'gateway'} size={26} />
            {name}
          </span>
        }
        beside={found ? <Provenance kind="scanned" /> : null}
        actions={<span className={styles.details}>{details.join(' · ')}</span>}
      />
      {runs ? (
        <Tabs<View>
          label={t('devices.views')}
          value={view}
          tabs={[
            { value: 'overview', label: t('devices.overview') },
            { value: 'live', label: t('devices.live') },
          ]}
          onChange={onView}
        >
          {view === 'live' ? (
            <ChannelTable key={id} edgeId={edgeId} componentId={id} kind={leaf?.part?.kind ?? null} />
          ) : (
            overview
          )}
        </Tabs>
      ) : (
        overview
      )}
    </PlaceLayout>
  )
}
