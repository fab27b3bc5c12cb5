// Runs in the page's own world: makes of what contextBridge sends over a frozen object of functions.
;(() => {
  const callbacks = []
  let answer = null
  const on = (name, listener) => document.addEventListener(name, (event) => listener(JSON.parse(event.detail)))

  const pass = (value) => (typeof value === 'function' ? { c: callbacks.push(value) - 1 } : { v: value })
  const unwrap = (part) => {
    if ('f' in part) return (...args) => call(part.f, args)
    if ('o' in part)
      return Object.freeze(Object.fromEntries(Object.entries(part.o).map(([name, member]) => [name, unwrap(member)])))
    return part.v
  }
  /** Events are handled while they are dispatched, so the answer is there when the call returns. */
  const call = (id, args) => {
    document.dispatchEvent(new CustomEvent('standin:call', { detail: JSON.stringify({ id, args: args.map(pass) }) }))
    if (answer.error !== undefined) throw new Error(answer.error)
    return unwrap(answer.result)
  }

  on('standin:expose', ({ name, api }) => Object.defineProperty(window, name, { value: unwrap(api), enumerable: true }))
  on('standin:result', (result) => {
    answer = result
  })
  on('standin:callback', ({ id, args }) => callbacks[id](...args))
})()
