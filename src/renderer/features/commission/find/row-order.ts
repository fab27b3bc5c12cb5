/**
 * The order of rows on screen. Rows that a person looks at never move by themselves: new ones are appended, and once the
 * person has scrolled or sorted they wait until asked for ("12 new, show").
 */
export interface RowOrder {
  readonly shown: readonly string[]
  readonly waiting: readonly string[]
  /** True while the person has scrolled or sorted. */
  readonly held: boolean
}

export const emptyOrder: RowOrder = { shown: [], waiting: [], held: false }

/** Ids that are there now; `current` in the order in which unknown ones should be appended. */
export function arrive(order: RowOrder, current: readonly string[]): RowOrder {
  const present = new Set(current)
  const known = new Set([...order.shown, ...order.waiting])
  const fresh = current.filter((id) => !known.has(id))
  const shown = order.shown.filter((id) => present.has(id))
  const waiting = order.waiting.filter((id) => present.has(id))
  const gone = shown.length !== order.shown.length || waiting.length !== order.waiting.length
  if (fresh.length === 0 && !gone) return order
  return order.held
    ? { ...order, shown, waiting: [...waiting, ...fresh] }
    : { ...order, shown: [...shown, ...fresh], waiting }
}

export const hold = (order: RowOrder, held: boolean): RowOrder =>
  order.held === held ? order : { ...order, held, ...(held ? {} : append(order)) }

/** "12 new, show": the waiting rows come in at the end. */
export const showWaiting = (order: RowOrder): RowOrder => ({ ...order, ...append(order) })

/** The person asked for this order; everything is in it. */
export const arrange = (order: RowOrder, ids: readonly string[]): RowOrder => ({ ...order, shown: ids, waiting: [] })

const append = (order: RowOrder) => ({ shown: [...order.shown, ...order.waiting], waiting: [] })
