import type { Verdict } from '@shared/message'
import { type KeyboardEvent, useRef, useState } from 'react'
import {
  clsx,
  Glyph,
  type GlyphName,
  IconChevronDown,
  IconChevronRight,
  IconSearch,
  TextField,
  useText,
  VerdictShape,
} from '../../ui'
import { glyphOf } from '../commission/find/device-words'
import { GLYPH_OF_METER } from '../plant/glyphs'
import styles from './device-tree.module.css'
import { filterTree, type TreeLeaf, type TreeNode, worst } from './tree-model'

export interface DeviceTreeProps {
  nodes: readonly TreeNode[]
  selected: string | null
  /** How each component and bridge fares. */
  verdicts: ReadonlyMap<string, Verdict>
  onSelect: (id: string) => void
}

interface Item {
  readonly id: string
  readonly parent: string | null
}

/** Connections and what hangs on them. Arrows move, left and right close and open, Enter or a click shows the page. */
export function DeviceTree({ nodes, selected, verdicts, onSelect }: DeviceTreeProps) {
  const t = useText()
  const [text, setText] = useState('')
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [focused, setFocused] = useState<string | null>(null)
  const root = useRef<HTMLDivElement>(null)
  const shown = filterTree(nodes, text)
  const items = shown.flatMap(({ id, leaves }): Item[] => [
    { id, parent: null },
    ...(closed.has(id) ? [] : leaves.map((leaf) => ({ id: leaf.id, parent: id }))),
  ])
  const used = nodes.flatMap(({ leaves }) => leaves)
  const current = [focused, selected].find((id) => items.some((item) => item.id === id)) ?? items[0]?.id

  const focus = (id: string | undefined) => {
    if (id === undefined) return
    setFocused(id)
    root.current?.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"]`)?.focus()
  }
  const fold = (id: string, close: boolean) =>
    setClosed((before) => {
      const after = new Set(before)
      if (close) after.add(id)
      else after.delete(id)
      return after
    })
  const onKeyDown = (event: KeyboardEvent) => {
    const at = items.findIndex(({ id }) => id === current)
    const item = items[at]
    if (!item) return
    const open = item.parent === null && !closed.has(item.id)
    if (event.key === 'ArrowDown') focus(items[at + 1]?.id)
    else if (event.key === 'ArrowUp') focus(items[at - 1]?.id)
    else if (event.key === 'Home') focus(items[0]?.id)
    else if (event.key === 'End') focus(items.at(-1)?.id)
    else if (event.key === 'ArrowRight' && item.parent === null) open ? focus(items[at + 1]?.id) : fold(item.id, false)
    else if (event.key === 'ArrowLeft') item.parent === null ? fold(item.id, true) : focus(item.parent)
    else if (event.key === 'Enter' || event.key === ' ') onSelect(item.id)
    else return
    event.preventDefault()
  }
  const itemProps = (id: string) => ({
    'data-item': id,
    'aria-selected': id === selected,
    onFocus: () => setFocused(id),
    onClick: () => onSelect(id),
  })

  return (
    <nav className={styles.tree} aria-label={t('devices.tree')}>
      <header className={styles.head}>
        <h1>{t('place.devices')}</h1>
        <span className="num muted">
          {t('devices.used', { used: used.filter(({ kind }) => kind === 'component').length, all: used.length })}
        </span>
      </header>
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
      <div ref={root} className={styles.items} role="tree" aria-label={t('devices.tree')} onKeyDown={onKeyDown}>
        {shown.map((node) => {
          const open = !closed.has(node.id)
          const inside = worst(node.leaves.map(({ id }) => verdicts.get(id)))
          return (
            <div key={node.id} role="none">
              <div
                role="treeitem"
                tabIndex={node.id === current ? 0 : -1}
                {...itemProps(node.id)}
                className={styles.node}
                aria-expanded={open}
              >
                <button
                  type="button"
                  className={styles.chevron}
                  tabIndex={-1}
                  aria-hidden
                  onClick={(event) => {
                    event.stopPropagation()
                    fold(node.id, open)
                  }}
                >
                  {open ? <IconChevronDown /> : <IconChevronRight />}
                </button>
                <Glyph name="gateway" size={18} />
                <span className={clsx('clip', styles.address)}>
                  <bdi dir="ltr">{node.name || t('devices.no-connection')}</bdi>
                </span>
                {!open && inside ? <VerdictShape verdict={inside} size={15} label={t(`verdict.${inside}`)} /> : null}
                <span className={styles.count}>{node.leaves.length}</span>
              </div>
              {open ? (
                // biome-ignore lint/a11y/useSemanticElements: the group of a tree has no element of its own.
                <div role="group">
                  {node.leaves.map((leaf) => (
                    <div
                      key={leaf.id}
                      role="treeitem"
                      tabIndex={leaf.id === current ? 0 : -1}
                      {...itemProps(leaf.id)}
                      className={styles.leaf}
                      data-kind={leaf.kind}
                    >
                      <Leaf leaf={leaf} verdict={verdicts.get(leaf.id)} />
                    </div>
                  ))}
                </div>
              ) : null}
            </div>
          )
        })}
      </div>
    </nav>
  )
}

function Leaf({ leaf, verdict }: { leaf: TreeLeaf; verdict: Verdict | undefined }) {
  const t = useText()
  const shape = leaf.kind === 'component' ? worst([verdict]) : null
  return (
    <>
      <Glyph name={glyphOfLeaf(leaf)} size={18} />
      <span className="clip" title={leaf.name}>
        {leaf.name}
      </span>
      {leaf.kind === 'found' ? <span className="visually-hidden">{t('devices.unused')}</span> : null}
      {shape ? <VerdictShape verdict={shape} size={15} label={t(`verdict.${shape}`)} /> : null}
      {leaf.unit === null ? null : <span className={styles.count}>{leaf.unit}</span>}
    </>
  )
}

export function glyphOfLeaf({ part, found }: TreeLeaf): GlyphName {
  if (part) return GLYPH_OF_METER[part.kind]
  return found ? glyphOf(found) : 'edge'
}
