import { AccessMode, OpenemsType, PersistencePriority } from '@shared/channel'
import { z } from 'zod'

/**
 * The YAML form of a device profile: what a person writes with the maker's manual open beside it. `loadProfile` turns it
 * into the `Profile` that everything else works with; the JSON schema for editors is made from this file.
 */

const Name = z.string().regex(/^[a-z][A-Za-z0-9-]*$/)
const Address = z
  .int()
  .min(0)
  .max(0xffff)
  .describe('Zero-based wire address, as the request carries it; 0x… or decimal')
const Order = z.enum(['big', 'little'])

export const RegisterFormat = z.enum([
  'uint16',
  'int16',
  'uint32',
  'int32',
  'uint64',
  'int64',
  'float16',
  'float32',
  'float64',
  'bcd16',
  'bcd32',
  'string',
  'bits16',
  'bits32',
  'bit',
])

const Unit = z.string().describe('As the manual prints it, with a scale in front where it has one: V, 0.1 kWh, 10 W')
const Words = z.int().min(1).max(125).describe('Registers; only for strings, numbers know theirs')
const Poll = z.enum(['high', 'low']).describe('high: every cycle. low: when there is time')

const Evidence = z
  .enum(['manual', 'integration', 'dump', 'inferred', 'unknown'])
  .describe('How these lines are known. Inferred and unknown ones are never written to')
const Source = z.string().min(3).describe('Document, revision, section; or the program that reads them so')

/** Says how the registers lie; on a block it holds for all its lines. */
const Lie = {
  wordOrder: Order.optional().describe('little: least significant register first'),
  byteOrder: Order.optional().describe('little: the two bytes inside each register are swapped'),
}

export const Register = z.strictObject({
  at: Address,
  as: RegisterFormat,
  unit: Unit.default(''),
  to: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]*$/)
    .describe('Channel of a nature of this component'),
  words: Words.optional(),
  ...Lie,
  bit: z.int().min(0).max(15).optional().describe('For `bit`: 0 is the least significant'),
  offset: z.number().optional().describe('Added after the unit, in the unit of the channel'),
  invalid: z.array(z.number()).optional().describe('Raw numbers that mean: no value'),
  options: z
    .record(z.string().regex(/^-?\d+$/), z.int())
    .optional()
    .describe('Raw number to number of the channel'),
  keep: z.enum(['positive', 'negative']).optional().describe('For one quantity that is split over two channels'),
  poll: Poll.optional(),
  access: z.enum(['r', 'rw', 'w']).optional(),
  writeFc: z.union([z.literal(5), z.literal(6), z.literal(15), z.literal(16)]).optional(),
})

export const RegisterBlock = z.strictObject({
  component: Name.optional().describe('Needed only when the profile has several'),
  fc: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  evidence: Evidence,
  source: Source,
  poll: Poll.optional(),
  ...Lie,
  registers: z.array(Register).min(1),
})

export const Identify = z
  .strictObject({
    object: z
      .int()
      .min(0)
      .max(255)
      .optional()
      .describe(
        'Instead of registers: an object of FC 43/14. 0 vendor, 1 product code, 2 revision, 4 product, 5 model',
      ),
    fc: z.union([z.literal(3), z.literal(4)]).default(3),
    at: Address.optional(),
    as: RegisterFormat.optional(),
    words: Words.optional(),
    ...Lie,
    unit: Unit.default(''),
    equals: z.union([z.number(), z.string()]).optional(),
    oneOf: z.array(z.number()).min(1).optional(),
    range: z.tuple([z.number(), z.number()]).optional(),
    matches: z.string().optional().describe('Regular expression on the text'),
    exception: z.int().min(1).max(255).optional().describe('It must refuse with this exception'),
    weight: z.int().min(0).max(100).describe('Percent of confidence that a match adds; all together at most 100'),
    required: z.boolean().default(false).describe('When it does not hold, the profile is out'),
    yields: z.enum(['brand', 'model', 'serial', 'firmware']).optional(),
    says: Name.describe('Name of the proof; its sentence is evidence.<says> in the locales'),
  })
  .refine(
    (rule) =>
      [rule.equals, rule.oneOf, rule.range, rule.matches, rule.exception].filter((claim) => claim !== undefined)
        .length === 1,
    'exactly one of equals, oneOf, range, matches, exception is needed',
  )
  .refine(
    ({ object, at, as }) => (object === undefined) === (at !== undefined && as !== undefined),
    'either `object`, or `at` and `as` are needed',
  )
  .refine(
    ({ object, equals, matches }) => object === undefined || typeof equals === 'string' || matches !== undefined,
    'an `object` is a text: `matches`, or `equals` with a text',
  )

export const Connect = z.strictObject({
  port: z.int().min(1).max(65535).default(502),
  unitId: z.int().min(0).max(255).default(1),
  unitIds: z.array(z.int().min(0).max(255)).default([]).describe('Other ids seen in the field'),
  maxGap: z.int().min(0).max(124).default(0).describe('Unused registers a read may bridge'),
  maxRegisters: z.int().min(1).max(125).default(125),
  pauseMs: z.int().min(0).default(0),
  connectDelayMs: z.int().min(0).default(0),
  timeoutMs: z.int().min(50).default(1000),
  maxInFlight: z.int().min(1).max(16).default(1),
  disconnectBetweenPolls: z.boolean().default(false),
})

export const ExtraChannel = z.strictObject({
  id: z.string().regex(/^[A-Z][A-Za-z0-9]*$/),
  type: OpenemsType,
  unit: z.string().default(''),
  accessMode: AccessMode.default('RO'),
  persistencePriority: PersistencePriority.default('HIGH'),
  text: z.string().default(''),
})

const Condition = z
  .string()
  .regex(/^\d+(\.\w+(=-?\d+)?)?$/)
  .describe('124 (the model is there), 124.ChaState (it has a value), 120.DERTyp=82')

export const ComponentForm = z.strictObject({
  id: Name,
  factory: z.string().min(3).describe('OpenEMS factory id; Sitewright.Modbus.Device where OpenEMS has none'),
  title: z.string(),
  prefix: z
    .string()
    .regex(/^[a-z][A-Za-z]*$/)
    .describe('meter gives meter0, meter1, …'),
  natures: z.array(z.string()),
  roles: z
    .array(z.enum(['grid', 'production', 'battery', 'evcs', 'consumption', 'sub-consumption', 'heat-pump', 'other']))
    .min(1),
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  channels: z.array(ExtraChannel).default([]),
  when: z.array(Condition).default([]),
  unless: z.array(Condition).default([]),
})

/** Lines of a SunSpec map: points of the first of these models that the chain has. */
export const PointBlock = z.strictObject({
  component: Name.optional(),
  models: z.array(z.int().min(1)).min(1),
  poll: Poll.default('high'),
  evidence: Evidence,
  source: Source,
  map: z
    .array(
      z
        .strictObject({
          from: z.string().optional().describe('Point, or module.Point counted from 1: W, 3.DCW'),
          sum: z.array(z.string()).min(1).optional().describe('Points to add; - in front subtracts'),
          to: z.string().regex(/^[A-Z][A-Za-z0-9]*$/),
        })
        .refine((line) => (line.from === undefined) !== (line.sum === undefined), 'either from or sum is needed'),
    )
    .min(1),
})
/** A piece that several profiles share: `_parts/<use>.yaml`. */
export const SharedPart = z.strictObject({ use: Name, component: Name.optional() })
export const PartFile = z.strictObject({ points: z.array(PointBlock).min(1) })

export const Example = z.strictObject({
  component: Name.optional(),
  at: Address.optional().describe('First register of `words`; for SunSpec the words are the body of `model`'),
  model: z.int().optional(),
  fc: z.int().optional(),
  words: z
    .string()
    .regex(/^[0-9A-Fa-f]{4}( +[0-9A-Fa-f]{4})*$/)
    .describe('Hexadecimal words, as they came'),
  states: z.record(z.string(), z.string()).describe('Channel: value and unit as the source prints them'),
  source: Source,
})

export const ProfileForm = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  class: z.enum(['meter', 'inverter', 'battery', 'evcs', 'heat-pump', 'other']),
  products: z.array(z.strictObject({ brand: z.string(), model: z.string(), firmware: z.string().optional() })).min(1),
  source: z.strictObject({ title: z.string(), revision: z.string(), url: z.url().optional() }),
  protocol: z.enum(['modbus', 'sunspec']),
  connect: Connect.prefault({}),
  identify: z.array(Identify).default([]),
  identifyBlocks: z
    .array(z.strictObject({ fc: z.union([z.literal(3), z.literal(4)]), at: Address, words: z.int().min(1).max(125) }))
    .default([])
    .describe('Registers that the device gives in exactly this piece; read before its proofs are looked at'),
  sunspec: z
    .strictObject({
      manufacturer: z.string().optional(),
      model: z.string().optional(),
      models: z.array(z.int()).min(1),
    })
    .optional(),
  components: z.array(ComponentForm).min(1),
  blocks: z.array(RegisterBlock).default([]),
  points: z.array(z.union([SharedPart, PointBlock])).default([]),
  refused: z
    .array(
      z.strictObject({
        fc: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
        from: Address,
        to: Address,
      }),
    )
    .default([]),
  examples: z.array(Example).default([]),
  hints: z.array(Name).default([]).describe('Sentences profiles.<hint> of the locales'),
})
export type ProfileForm = z.infer<typeof ProfileForm>

/** What `resources/profiles/profile.schema.json` must hold. */
export function profileJsonSchema(): unknown {
  return { title: 'Sitewright device profile', ...z.toJSONSchema(ProfileForm, { io: 'input' }) }
}
