/** A step of 1, 2 or 5 times a power of ten that gives about five lines between the two ends. */
export function axisStep(low: number, high: number): number {
  const rough = Math.max(high - low, 0.1) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const ratio = rough / power
  return power * (ratio > 7 ? 10 : ratio > 3 ? 5 : ratio > 1.5 ? 2 : 1)
}

/**
 * Moves labels apart that would lie over each other: each wants its `y`, keeps `gap` to the next and stays in
 * [top, bottom]. Order is kept, so that a label stays nearest to its own line.
 */
export function labelPlaces(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((y, index) => ({ y: Math.min(bottom, Math.max(top, y)), index })).sort((a, b) => a.y - b.y)
  let floor = top
  for (const label of order) {
    label.y = Math.max(label.y, floor)
    floor = label.y + gap
  }
  let ceiling = bottom
  for (const label of order.toReversed()) {
    label.y = Math.min(label.y, ceiling)
    ceiling = label.y - gap
  }
  const placed = [...wanted]
  for (const { y, index } of order) placed[index] = y
  return placed
}
