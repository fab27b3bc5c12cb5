import { useNavigate, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useSite } from '../../app/site-layout'
import { useQuery } from '../../rpc'
import {
  Button,
  Empty,
  ErrorCard,
  Glyph,
  IconListCheck,
  PageHead,
  Panel,
  PlaceLayout,
  SkeletonRows,
  useText,
} from '../../ui'
import { nameOf } from '../commission/find/device-words'
import { useFound } from '../commission/find/use-found'
import { usePlant } from '../plant/use-plant'
import { DevicePage, type View } from './device-page'
import { DeviceTree } from './device-tree'
import styles from './devices.module.css'
import { type TreeLeaf, type TreeNode, treeOf, worst } from './tree-model'

/** What is here? Every connection with what hangs on it, and the page of the one that is chosen. */
export function DevicesPlace() {
  const t = useText()
  const navigate = useNavigate()
  const { site, edgeId } = useSite()
  const { device: chosen, view } = useParams({ strict: false })
  const { data: config, parts, status, error, reload } = usePlant(edgeId)
  const { data: found } = useFound(site.id)
  const { data: health } = useQuery('getLinkHealth', {}, { edgeId, everyMs: 2000 })

  const nodes = useMemo(
    () => (config ? treeOf({ config, parts, found: found ?? [], nameOf: (device) => nameOf(t, device) }) : []),
    [config, parts, found, t],
  )
  const verdicts = useMemo(() => {
    const bridges = health?.bridges ?? []
    return new Map([
      ...bridges.map(
        ({ id, verdict, devices }) => [id, worst([verdict, ...devices.map((d) => d.verdict)]) ?? verdict] as const,
      ),
      ...bridges.flatMap(({ devices }) => devices.map(({ componentId, verdict }) => [componentId, verdict] as const)),
    ])
  }, [health])
  const place = useMemo(() => placeOf(nodes, chosen ?? null), [nodes, chosen])

  const go = (device: string, tab: View = 'overview') =>
    void navigate({ to: '/sites/$site/devices/$device/$view', params: { site: site.id, device, view: tab } })
  const find = () => void navigate({ to: '/sites/$site/commission/$step', params: { site: site.id, step: 'find' } })

  if (status === 'failed' && error)
    return (
      <PlaceLayout>
        <PageHead title={t('place.devices')} />
        <ErrorCard error={error} actions={<Button onClick={reload}>{t('ui.try-again')}</Button>} />
      </PlaceLayout>
    )
  if (!config || edgeId === null || found === undefined)
    return (
      <PlaceLayout>
        <PageHead title={t('place.devices')} />
        <Panel flush>
          <SkeletonRows rows={8} />
        </Panel>
      </PlaceLayout>
    )
  if (!place)
    return (
      <PlaceLayout>
        <PageHead title={t('place.devices')} />
        <Empty
          glyph={<Glyph name="rs485-bus" size={28} />}
          title={t('devices.empty')}
          primary={
            <Button variant="filled" icon={<IconListCheck />} onClick={find}>
              {t('devices.empty.find')}
            </Button>
          }
        >
          {t('devices.empty.why')}
        </Empty>
      </PlaceLayout>
    )
  return (
    <div className={styles.place}>
      <DeviceTree
        nodes={nodes}
        selected={place.leaf?.id ?? place.node.id}
        verdicts={verdicts}
        onSelect={(id) => go(id)}
      />
      <DevicePage
        edgeId={edgeId}
        config={config}
        node={place.node}
        leaf={place.leaf}
        health={health?.bridges ?? []}
        view={view === 'live' ? 'live' : 'overview'}
        onView={(tab) => go(place.leaf?.id ?? place.node.id, tab)}
        onSelect={(id) => go(id)}
        onFind={find}
      />
    </div>
  )
}

/** The chosen device or connection; the first device when the address names none that is there. */
function placeOf(nodes: readonly TreeNode[], id: string | null) {
  for (const node of nodes) {
    if (node.id === id) return { node, leaf: null }
    const leaf = node.leaves.find((each) => each.id === id)
    if (leaf) return { node, leaf }
  }
  const first = (kind: TreeLeaf['kind']) => {
    for (const node of nodes) for (const leaf of node.leaves) if (leaf.kind === kind) return { node, leaf }
    return null
  }
  return first('component') ?? first('found') ?? (nodes[0] ? { node: nodes[0], leaf: null } : null)
}
