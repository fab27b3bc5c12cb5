import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { SitewrightError } from '@shared/errors'
import type { Profile } from '@shared/profile'
import { type LoadSurroundings, loadProfile } from './load-profile'
import { parseSunspecModels, type SunspecModels } from './sunspec/models'

/** All device profiles this program knows, and what was wrong with those it could not take. */
export interface ProfileLibrary {
  readonly all: readonly Profile[]
  /** Throws `profile.unknown`. */
  get(id: string): Profile
  find(id: string): Profile | undefined
  readonly sunspecModels: SunspecModels
  readonly problems: readonly ProfileProblem[]
}

export interface ProfileProblem {
  readonly file: string
  readonly error: SitewrightError
}

/** A profile that belongs to any device of its kind may share this factory with others. */
export const GENERIC_FACTORY = 'Sitewright.Modbus.Device'

/**
 * Reads `<resources>/profiles/**.yaml` and `<resources>/sunspec/models.json`. One broken file is reported and does not take
 * the others along.
 */
export function readProfileLibrary(resources: string, natures: LoadSurroundings['natures']): ProfileLibrary {
  const folder = join(resources, 'profiles')
  const models: unknown = JSON.parse(readFileSync(join(resources, 'sunspec', 'models.json'), 'utf8'))
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ name: name.split(sep).join('/'), text: readFileSync(join(folder, name), 'utf8') }))
  return profileLibrary(files, { natures, sunspecModels: parseSunspecModels(models) })
}

/** The same from texts. Files below `_parts/` are pieces that profiles share. */
export function profileLibrary(
  files: readonly { name: string; text: string }[],
  around: Omit<LoadSurroundings, 'parts'>,
): ProfileLibrary {
  const isPart = (name: string) => name.startsWith('_parts/')
  const parts = new Map(
    files.filter(({ name }) => isPart(name)).map(({ name, text }) => [basename(name, '.yaml'), text]),
  )
  const byId = new Map<string, Profile>()
  const problems: ProfileProblem[] = []
  for (const { name, text } of files.filter((file) => !isPart(file.name))) {
    try {
      const profile = loadProfile(name, text, { ...around, parts })
      checkUnique(name, profile, byId)
      byId.set(profile.id, profile)
    } catch (error) {
      if (!(error instanceof SitewrightError)) throw error
      problems.push({ file: name, error })
    }
  }
  return {
    all: [...byId.values()],
    get(id) {
      const profile = byId.get(id)
      if (profile) return profile
      throw new SitewrightError('profile.unknown', `There is no device profile ${id}.`, { args: { profile: id } })
    },
    find: (id) => byId.get(id),
    sunspecModels: around.sunspecModels,
    problems,
  }
}

/** Two profiles of one id, or two of one factory, would leave it open which of them a component runs. */
function checkUnique(name: string, profile: Profile, known: ReadonlyMap<string, Profile>): void {
  const fault = (text: string) =>
    new SitewrightError('profile.invalid', `${name}: ${text}`, { args: { file: name, line: 1, text } })
  if (known.has(profile.id)) throw fault(`there is another profile ${profile.id}`)
  for (const { factoryId } of profile.components) {
    if (factoryId === GENERIC_FACTORY) continue
    const taken = [...known.values()].find(({ components }) => components.some((c) => c.factoryId === factoryId))
    if (taken) throw fault(`${factoryId} belongs to ${taken.id} already`)
  }
}
