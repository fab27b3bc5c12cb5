import type { ChannelDoc } from '@shared/channel'
import { message } from '@shared/message'
import type { Profile, ProfileComponent } from '@shared/profile'
import type { z } from 'zod'
import { checkedExamples } from './examples'
import { DEVICE_PROPERTIES, isDeviceProperty } from './properties'
import { type ChannelOf, checkPattern, identifyRules, registerFields } from './register-fields'
import { type ComponentForm, PartFile, type PointBlock, ProfileForm } from './schema'
import type { SunspecModels } from './sunspec/models'
import { sunspecCondition, sunspecPoints } from './sunspec-points'
import { type Path, type YamlFile, yamlFile } from './yaml-file'

export interface LoadSurroundings {
  /** Natures by their short names: which channels there are, and in which units. */
  readonly natures: Readonly<Record<string, { readonly channels: readonly ChannelDoc[] }>>
  readonly sunspecModels: SunspecModels
  /** Shared pieces by name: the text of `_parts/<name>.yaml`. */
  readonly parts: ReadonlyMap<string, string>
}

/**
 * A profile file made ready to work with: every unit converted, every dimension, name and range checked, every example
 * decoded. Throws `profile.invalid`, `profile.unit-unknown` or `profile.dimension` with file, line and what was written.
 */
export function loadProfile(name: string, text: string, around: LoadSurroundings): Profile {
  const file = yamlFile(name, text)
  const form = file.read(ProfileForm)
  const { id, products, source, connect, refused } = form
  checkProtocol(file, form)
  const components = form.components.map((component, index) =>
    profileComponent(file, component, ['components', index], around),
  )
  const channelOf = channelFinder(file, components, around)
  const fields = registerFields(file, form.blocks, refused, connect, channelOf)
  const points = sunspecPoints(file, pointBlocks(file, form, around), around.sunspecModels, channelOf)
  const mapped = { fields, points, models: around.sunspecModels }
  const examples = checkedExamples(file, form.examples, mapped, channelOf)
  return {
    id,
    class: form.class,
    products: products.map(({ brand, model, firmware }) => ({ brand, model, ...(firmware && { firmware }) })),
    source: { title: source.title, revision: source.revision, ...(source.url && { url: source.url }) },
    kind: form.protocol === 'sunspec' ? 'sunspec' : 'registers',
    connect,
    identify: identifyRules(file, form.identify),
    ...(form.identifyBlocks.length > 0 && { identifyBlocks: form.identifyBlocks }),
    components,
    fields,
    ...(form.sunspec && { sunspec: sunspecMatch(file, form.sunspec) }),
    points,
    refused,
    examples,
    hints: form.hints.map((hint) => message(`profiles.${hint}`)),
    documentedOnly: examples.length === 0,
  }
}

function checkProtocol(file: YamlFile, form: ProfileForm): void {
  const isSunspec = form.protocol === 'sunspec'
  const wrong = (path: string, text: string) => file.fault('profile.invalid', [path], text)
  if (isSunspec && !form.sunspec) throw wrong('protocol', 'a SunSpec profile needs `sunspec`')
  if (isSunspec && form.blocks.length > 0) throw wrong('blocks', 'a SunSpec profile has `points`, no fixed registers')
  if (!isSunspec && (form.sunspec || form.points.length > 0)) {
    throw wrong('protocol', '`sunspec` and `points` belong to protocol sunspec')
  }
  if (!isSunspec && form.blocks.length === 0) throw wrong('protocol', 'there are no `blocks`')
}

function profileComponent(
  file: YamlFile,
  form: z.infer<typeof ComponentForm>,
  path: Path,
  around: LoadSurroundings,
): ProfileComponent {
  for (const nature of form.natures) {
    if (nature in around.natures) continue
    const known = Object.keys(around.natures).join(', ')
    throw file.fault('profile.invalid', [...path, 'natures'], `there is no nature ${nature}; known: ${known}`)
  }
  for (const [property, value] of Object.entries(form.properties)) {
    if (isDeviceProperty(property) && DEVICE_PROPERTIES[property].safeParse(value).success) continue
    const known = Object.keys(DEVICE_PROPERTIES).join(', ')
    const text = `${property}: ${value} is no property of a device; known: ${known}`
    throw file.fault('profile.invalid', [...path, 'properties', property], text)
  }
  const conditions = (key: 'when' | 'unless') =>
    form[key].map((text, index) => sunspecCondition(file, [...path, key, index], text, around.sunspecModels))
  const { id, factory, title, prefix, natures, roles, properties } = form
  return {
    id,
    factoryId: factory,
    title,
    prefix,
    natures,
    roles,
    properties,
    channels: form.channels.map((channel) => ({ ...channel, category: 'OPENEMS_TYPE' as const })),
    when: conditions('when'),
    unless: conditions('unless'),
  }
}

function channelFinder(file: YamlFile, components: readonly ProfileComponent[], around: LoadSurroundings): ChannelOf {
  return (id, channel, path) => {
    const component = id === undefined && components.length === 1 ? components[0] : components.find((c) => c.id === id)
    if (!component) {
      const known = components.map((candidate) => candidate.id).join(', ')
      throw file.fault('profile.invalid', path, `component ${id ?? 'is missing; it'} must be one of ${known}`)
    }
    const own = component.natures.flatMap((nature) => around.natures[nature]?.channels ?? [])
    const doc = [...own, ...component.channels].find((candidate) => candidate.id === channel)
    if (doc) return { component: component.id, doc }
    const where = `${component.id} (${component.natures.join(', ')})`
    throw file.fault('profile.invalid', path, `${where} has no channel ${channel}`)
  }
}

/** The point blocks with shared pieces put in their place. */
function pointBlocks(
  file: YamlFile,
  form: ProfileForm,
  around: LoadSurroundings,
): { block: z.infer<typeof PointBlock>; path: Path }[] {
  return form.points.flatMap((entry, index) => {
    const path: Path = ['points', index]
    if (!('use' in entry)) return [{ block: entry, path }]
    const text = around.parts.get(entry.use)
    if (text === undefined) throw file.fault('profile.invalid', path, `there is no _parts/${entry.use}.yaml`)
    const part = yamlFile(`_parts/${entry.use}.yaml`, text).read(PartFile)
    return part.points.map((block) => ({ block: { ...block, component: entry.component }, path }))
  })
}

function sunspecMatch(file: YamlFile, form: NonNullable<ProfileForm['sunspec']>) {
  const { manufacturer, model, models } = form
  for (const pattern of [manufacturer, model]) if (pattern) checkPattern(file, ['sunspec'], pattern)
  return { models, ...(manufacturer && { manufacturer }), ...(model && { model }) }
}
