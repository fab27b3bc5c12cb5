import { posix, win32 } from 'node:path'

/**
 * Where sites and settings lie when nobody says otherwise: the place the operating system keeps for the data of programs.
 * XDG Base Directory Specification 0.8 (a relative XDG_DATA_HOME is to be ignored); Windows roaming application data;
 * macOS File System Programming Guide, "Application Support".
 */
export function defaultDataDir(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string): string {
  if (platform === 'win32') return win32.join(env.APPDATA || win32.join(home, 'AppData', 'Roaming'), 'Sitewright')
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Sitewright')
  const data = env.XDG_DATA_HOME
  return posix.join(data && posix.isAbsolute(data) ? data : posix.join(home, '.local', 'share'), 'sitewright')
}
