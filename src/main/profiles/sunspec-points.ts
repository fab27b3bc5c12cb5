import type { SunspecCondition, SunspecPoint, SunspecTerm } from '@shared/profile'
import type { z } from 'zod'
import type { ChannelOf } from './register-fields'
import type { PointBlock } from './schema'
import type { ModelDefinition, SunspecModels } from './sunspec/models'
import { factorBetween } from './units-of-manuals'
import type { Path, YamlFile } from './yaml-file'

type Block = z.infer<typeof PointBlock>

/** The lines of a SunSpec map: every point is looked up in every model it may come from, every unit is converted. */
export function sunspecPoints(
  file: YamlFile,
  blocks: readonly { block: Block; path: Path }[],
  models: SunspecModels,
  channelOf: ChannelOf,
): SunspecPoint[] {
  return blocks.flatMap(({ block, path }) => {
    const definitions = block.models.map((id) => {
      const model = models.get(id)
      if (model) return model
      throw file.fault('profile.invalid', [...path, 'models'], `model ${id} is not in our model definitions`)
    })
    return block.map.map((line, index) => {
      const linePath = [...path, 'map', index]
      const { component, doc } = channelOf(block.component, line.to, linePath)
      const terms = (line.sum ?? [line.from ?? '']).map((text) =>
        sunspecTerm(file, linePath, text, doc.unit, definitions, line.to),
      )
      const { poll, evidence, source } = block
      return { component, channel: line.to, models: block.models, terms, poll, evidence, source }
    })
  })
}

/** `124`, `124.ChaState`, `120.DERTyp=82` */
export function sunspecCondition(file: YamlFile, path: Path, text: string, models: SunspecModels): SunspecCondition {
  const [, model = '', point, equals] = /^(\d+)(?:\.(\w+)(?:=(-?\d+))?)?$/.exec(text) ?? []
  const definition = models.get(Number(model))
  if (!definition || (point !== undefined && !definition.points.has(point))) {
    throw file.fault('profile.invalid', path, `${text}: there is no such model or point in our model definitions`)
  }
  return {
    model: Number(model),
    ...(point !== undefined && { point }),
    ...(equals !== undefined && { equals: Number(equals) }),
  }
}

function sunspecTerm(
  file: YamlFile,
  path: Path,
  text: string,
  channelUnit: string,
  models: readonly ModelDefinition[],
  channel: string,
): SunspecTerm {
  const [, minus, module, point] = /^(-?)(?:(\d+)\.)?(\w+)$/.exec(text) ?? []
  if (point === undefined) throw file.fault('profile.invalid', path, `${text} is no point: W, 3.DCW or -3.DCW is`)
  const units = models.map((model) => {
    const definition = (module === undefined ? model : model.repeat)?.points.get(point)
    if (definition) return definition.unit
    throw file.fault('profile.invalid', path, `model ${model.id} has no point ${text}`)
  })
  const factors = units.map((unit) => factorBetween(unit, channelUnit))
  const [first] = factors
  for (const [index, result] of factors.entries()) {
    if ('problem' in result) {
      const unit = units[index] || 'no unit'
      const reason = `${text} is in ${unit}, which cannot become ${channelUnit} of ${channel}`
      throw file.fault(result.problem, path, `${reason}; possible: ${result.possible}`, { written: unit })
    }
  }
  const factor = first && 'factor' in first ? first.factor : 1
  if (factors.some((result) => 'factor' in result && result.factor !== factor)) {
    throw file.fault('profile.invalid', path, `${text} has different units in these models`)
  }
  return { point, module: module === undefined ? null : Number(module), sign: minus === '-' ? -1 : 1, factor }
}
