/** Numbers like a sensor's noise around 0 with the given standard deviation; the same ones at every run. */
export function noise(count: number, deviation: number, seed = 1): number[] {
  const random = uniform(seed)
  return Array.from({ length: count }, () => {
    let sum = 0
    for (let draw = 0; draw < 12; draw++) sum += random()
    return (sum - 6) * deviation
  })
}

/** 0…1, the same ones for the same seed (Mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
