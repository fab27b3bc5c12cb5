// The APIs that reach the machine: what they would do is told to the test instead.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { covered, tell } from './report.mjs'

export const dialog = covered('dialog', {
  showErrorBox: (title, text) => tell('error-box', { title, text }),
})

export const shell = covered('shell', {
  async openExternal(url) {
    tell('open-external', { url })
  },
})

export const powerMonitor = covered('powerMonitor', new EventEmitter())

const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }
export const screen = covered('screen', {
  getAllDisplays: () => [display],
  getPrimaryDisplay: () => display,
})

export const session = covered('session', {
  defaultSession: covered('session.defaultSession', {
    setPermissionRequestHandler(handler) {
      handler(null, 'geolocation', (granted) => tell('permission', { name: 'geolocation', granted }))
    },
    setPermissionCheckHandler() {},
  }),
})

export const Menu = covered('Menu', {
  setApplicationMenu() {},
  buildFromTemplate: (template) => ({ items: template }),
})

// Electron's basic_text backend too seals with a key that everybody knows.
const key = createHash('sha256').update('stand-in').digest()
export const safeStorage = covered('safeStorage', {
  isEncryptionAvailable: () => true,
  getSelectedStorageBackend: () => 'basic_text',
  encryptString(text) {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  },
  decryptString(sealed) {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
    decipher.setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('utf8')
  },
})
