import { useConnection, useQuery } from '../rpc'
import { Glyph, IconClock, IconUsb, StatusCluster, useText } from '../ui'

const ICONS = {
  adapter: <IconUsb />,
  bus: <Glyph name="rs485-bus" size={18} />,
  edge: <Glyph name="edge" size={18} />,
  clock: <IconClock />,
}

/** Adapter, bus, edge and clock, always in sight. */
export function Status({ siteId }: { siteId: string | null }) {
  const t = useText()
  const { data } = useQuery(
    'getStatus',
    { siteId },
    { patch: { status: (old, now) => (now.siteId === siteId ? { items: now.items } : old) } },
  )
  // Without an engine nobody knows how these are; they go on by themselves.
  const lost = useConnection().state === 'lost'
  const items = (data?.items ?? []).map(({ id, verdict, message }) => ({
    id,
    verdict: lost ? ('waiting' as const) : verdict,
    icon: ICONS[id],
    word: t(`status.${id}`),
    sentence: lost ? t('frame.engine-lost') : t.message(message),
    next: lost ? null : t.maybe(`${message.key}.next`, message.args),
  }))
  return <StatusCluster label={t('frame.status')} items={items} />
}
