import type { EdgeConfig } from '@shared/edge-config'
import { type Column, DASH, DataTable, formatNumber, Panel, useText, Verdict } from '../../ui'
import type { Health } from './device-page'
import styles from './devices.module.css'
import { Facts } from './facts'
import type { TreeLeaf, TreeNode } from './tree-model'

export interface BridgeOverviewProps {
  config: EdgeConfig
  node: TreeNode
  health: Health | null
  onSelect: (id: string) => void
}

/** A connection: where it goes, how busy it is, and how each device on it answers. */
export function BridgeOverview({ config, node, health, onSelect }: BridgeOverviewProps) {
  const t = useText()
  const component = config.components[node.id]
  const of = (leaf: TreeLeaf) => health?.devices.find(({ componentId }) => componentId === leaf.id)
  const columns: Column<TreeLeaf>[] = [
    { id: 'device', title: t('devices.device'), cell: (leaf) => <b className="strong">{leaf.name}</b> },
    { id: 'unit', title: t('devices.unit'), align: 'right', width: '6rem', cell: ({ unit }) => unit ?? DASH },
    {
      id: 'answers',
      title: t('devices.answers'),
      align: 'right',
      width: '9rem',
      cell: (leaf) => {
        const own = of(leaf)
        return own ? `${formatNumber(own.answered)} / ${formatNumber(own.asked)}` : DASH
      },
    },
    {
      id: 'median',
      title: t('devices.median'),
      align: 'right',
      width: '7rem',
      wideOnly: true,
      cell: (leaf) => {
        const median = of(leaf)?.medianMs
        return median === null || median === undefined ? DASH : `${formatNumber(median)} ms`
      },
    },
    {
      id: 'state',
      title: t('devices.state'),
      cell: (leaf) => {
        const own = of(leaf)
        if (leaf.kind === 'found') return <Verdict verdict="notrun">{t('devices.unused')}</Verdict>
        return own ? <Verdict verdict={own.verdict}>{t(`devices.link.${own.verdict}`)}</Verdict> : null
      },
    },
  ]
  return (
    <div className={styles.column}>
      {component || health ? (
        <Panel
          title={t('devices.connection')}
          actions={health ? <Verdict verdict={health.verdict}>{t(`devices.link.${health.verdict}`)}</Verdict> : null}
        >
          <Facts
            facts={[
              { name: t('devices.component'), value: component ? node.id : null, mono: true },
              { name: t('devices.factory'), value: component?.factoryId, mono: true },
              { name: t('devices.target'), value: health?.target ?? node.name, mono: true },
              {
                name: t('devices.busy'),
                value: health ? (
                  <span className="num">
                    {formatNumber(health.busy * 100)}
                    <span className="unit">%</span>
                  </span>
                ) : null,
              },
            ]}
          />
        </Panel>
      ) : null}
      <Panel title={t('devices.on-it')} note={<span className="num">{node.leaves.length}</span>} flush>
        <DataTable
          label={t('devices.on-it')}
          columns={columns}
          rows={node.leaves}
          keyOf={({ id }) => id}
          lookOf={({ kind }) => (kind === 'found' ? 'muted' : 'plain')}
          onOpen={onSelect}
        />
      </Panel>
    </div>
  )
}
