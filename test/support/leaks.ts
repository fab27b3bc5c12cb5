/**
 * Fails a test that leaves something open. `await using _ = watchLeaks()` as the first line of a test: when everything
 * below it is disposed of, what keeps the event loop alive must be what did before. Closing takes the system a few
 * turns, so it looks again for up to `graceMs`.
 */
export function watchLeaks({ graceMs = 2000 }: { graceMs?: number } = {}): AsyncDisposable {
  const before = activeResources()
  return {
    async [Symbol.asyncDispose]() {
      const deadline = performance.now() + graceMs
      let left = surplus(before)
      while (left.length > 0 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        left = surplus(before)
      }
      if (left.length > 0) throw new Error(`Left open: ${left.join(', ')}`)
    },
  }
}

/** Requests that end by themselves and are nobody's to close. */
const TRANSIENT = new Set(['Immediate', 'CloseReq', 'FSReqCallback', 'FSReqPromise', 'GetAddrInfoReqWrap', 'TTYWrap'])

function activeResources(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of process.getActiveResourcesInfo()) {
    if (!TRANSIENT.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

function surplus(before: ReadonlyMap<string, number>): string[] {
  return [...activeResources()]
    .map(([name, count]) => ({ name, more: count - (before.get(name) ?? 0) }))
    .filter(({ more }) => more > 0)
    .map(({ name, more }) => `${more} × ${name}`)
}
