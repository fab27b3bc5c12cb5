import type { EdgeUsers } from '@main/apis/ui-websocket/single-edge-realm'
import type { SiteDatabase } from '@main/commissioning/site/site-database'
import type { Account } from '@main/session/realm'
import { verifyPassword } from '@main/storage/password'
import type { Role } from '@shared/roles'

/** OpenEMS's four built-in users and their names. */
const NAMES: Readonly<Record<Role, string>> = {
  admin: 'Administrator',
  installer: 'Installer',
  owner: 'Owner',
  guest: 'Guest',
}

/** The users of one edge: nobody may log in before a password was set, with Settings or `sitewright edge passwd`. */
export function siteUsers(database: SiteDatabase, warn: (text: string) => void): EdgeUsers {
  return {
    async authenticate(password): Promise<Account | null> {
      const users = database.passwordHashes()
      if (users.length === 0) {
        warn('Nobody can log in: no password is set. Set one with `sitewright edge passwd admin`.')
        await verifyPassword(password, null)
        return null
      }
      for (const { role, hash } of users) {
        if (await verifyPassword(password, hash)) return { id: role, name: NAMES[role], role }
      }
      return null
    },
  }
}
