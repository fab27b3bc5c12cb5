// How the stand-in speaks with the test that forked it, and how it refuses what it does not cover.

/** Tells the test something that a real Electron would show a person or do to the machine. */
export const tell = (what, data = {}) => process.connected && process.send({ what, ...data }, () => {})

/** The members of an API that are written here; asking for any other fails by name instead of being undefined. */
export const covered = (name, api) =>
  new Proxy(api, {
    get(target, key) {
      if (typeof key === 'symbol' || key in target || key === 'then') {
        const member = target[key]
        return typeof member === 'function' ? member.bind(target) : member
      }
      throw new Error(`stand-in: electron.${name}.${key} is not covered`)
    },
  })

/** What Chromium's IPC would carry; anything but JSON is refused, since the wire of this program is JSON text. */
export function copy(value) {
  const text = JSON.stringify(value)
  if (text === undefined && value !== undefined) throw new Error('stand-in: the value is not JSON')
  return text === undefined ? undefined : JSON.parse(text)
}
