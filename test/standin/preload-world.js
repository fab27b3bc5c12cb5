// Runs in the isolated world before the preload script: what Electron gives to a sandboxed preload. The two worlds of a page
// share only its DOM, so they talk in events that carry JSON text.
globalThis.__standin = (() => {
  const listeners = new Map()
  const exposed = []

  const ipcRenderer = {
    send: (channel, ...args) => globalThis.__standinIpc(JSON.stringify({ channel, args })),
    on(channel, listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer
    },
    off(channel, listener) {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((known) => known !== listener),
      )
      return ipcRenderer
    },
  }

  const fire = (name, data) => document.dispatchEvent(new CustomEvent(name, { detail: JSON.stringify(data) }))
  /** Values cross as they are; a function crosses as a number by which it can be called from the other world. */
  const wrap = (value) => {
    if (typeof value === 'function') return { f: exposed.push(value) - 1 }
    if (value && typeof value === 'object') {
      if (Object.getPrototypeOf(value) !== Object.prototype)
        throw new Error('stand-in: contextBridge carries plain objects only')
      return { o: Object.fromEntries(Object.entries(value).map(([name, member]) => [name, wrap(member)])) }
    }
    return { v: value }
  }
  const unwrap = (part) => ('c' in part ? (...args) => fire('standin:callback', { id: part.c, args }) : part.v)

  document.addEventListener('standin:call', (event) => {
    const { id, args } = JSON.parse(event.detail)
    try {
      fire('standin:result', { result: wrap(exposed[id](...args.map(unwrap))) })
    } catch (error) {
      fire('standin:result', { error: String(error?.message ?? error) })
    }
  })

  const electron = {
    ipcRenderer,
    contextBridge: { exposeInMainWorld: (name, api) => fire('standin:expose', { name, api: wrap(api) }) },
  }
  const load = (module) => {
    if (module === 'electron') return electron
    throw new Error(`module not found: ${module} (a sandboxed preload may require electron and little else)`)
  }

  return {
    deliver({ channel, args }) {
      for (const listener of listeners.get(channel) ?? []) listener({ sender: ipcRenderer }, ...args)
    },
    preload(run) {
      if (window.top !== window) return
      const module = { exports: {} }
      try {
        run(load, module, module.exports, { type: 'renderer', sandboxed: true, contextIsolated: true })
      } catch (error) {
        globalThis.__standinIpc(JSON.stringify({ error: String(error?.stack ?? error) }))
      }
    },
  }
})()
