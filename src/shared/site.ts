import { z } from 'zod'
import { Message, Verdict } from './message'

/** Commissioning step 3: where to look. Passwords are never part of it. */
export const ModbusTcpSearch = z.object({
  id: z.string(),
  kind: z.literal('modbus-tcp'),
  /** CIDR, range `a-b`, names and addresses, comma separated: `192.168.1.0/24, 10.0.0.5:1502`. */
  hosts: z.string().min(1),
  ports: z.array(z.int().min(1).max(65535)).min(1),
  /** `1-3,247`; empty = the polite default. */
  units: z.string(),
  enabled: z.boolean(),
})
export type ModbusTcpSearch = z.infer<typeof ModbusTcpSearch>

export const SiteConcept = z.enum(['single-family', 'multi-family', 'zev', 'commercial'])

/** Commissioning step 1. Empty text = not given. */
export const SiteData = z.object({
  name: z.string().trim().min(2).max(80),
  street: z.string().trim().max(120),
  postcode: z.string().trim().max(12),
  place: z.string().trim().max(80),
  country: z.enum(['CH', 'DE', 'AT', 'FR', 'IT', 'LI']),
  customer: z.string().trim().max(120),
  email: z.union([z.literal(''), z.email()]),
  /** Site number, base of the edge id: `c0001`. */
  siteNumber: z.union([z.literal(''), z.string().regex(/^c\d{4}$/)]),
  gridOperator: z.string().trim().max(120),
  meteringCode: z.string().trim().max(40),
  phases: z.union([z.literal(1), z.literal(3)]),
  fuseA: z.int().min(6).max(6300),
  concept: SiteConcept,
  technician: z.string().trim().max(80),
  company: z.string().trim().max(80),
  reportLanguage: z.enum(['de', 'fr', 'it', 'en']),
})
export type SiteData = z.infer<typeof SiteData>

export const newSiteData: SiteData = {
  name: '',
  street: '',
  postcode: '',
  place: '',
  country: 'CH',
  customer: '',
  email: '',
  siteNumber: '',
  gridOperator: '',
  meteringCode: '',
  phases: 3,
  fuseA: 40,
  concept: 'single-family',
  technician: '',
  company: '',
  reportLanguage: 'de',
}

export const StepId = z.enum(['site', 'laptop', 'connections', 'find', 'roles'])
export type StepId = z.infer<typeof StepId>
export const STEPS: readonly StepId[] = StepId.options

export const Site = z.object({
  id: z.string(),
  kind: z.enum(['site', 'demo']),
  data: SiteData,
  searches: z.array(ModbusTcpSearch),
  stepsDone: z.array(StepId),
  createdAt: z.number(),
  openedAt: z.number(),
  /** Its edge runs. */
  open: z.boolean(),
})
export type Site = z.infer<typeof Site>

/** Something that needs a person, with what settles it. `subject` is what the row is about (a device, a component). */
export const Finding = z.object({
  id: z.string(),
  verdict: Verdict,
  subject: z.string(),
  message: Message,
  step: StepId,
})
export type Finding = z.infer<typeof Finding>

/** A row of the start screen. */
export const SiteSummary = z.object({
  id: z.string(),
  kind: z.enum(['site', 'demo']),
  name: z.string(),
  place: z.string(),
  concept: z.string(),
  siteNumber: z.string(),
  devices: z.int(),
  stepsDone: z.array(StepId),
  failed: z.int(),
  unsure: z.int(),
  openedAt: z.number(),
  open: z.boolean(),
  /** Set when its file cannot be opened: corrupt, newer, in use. */
  problem: Message.nullable(),
})
export type SiteSummary = z.infer<typeof SiteSummary>

/** Commissioning step 2 and the status cluster. */
export const Check = z.object({
  id: z.string(),
  verdict: Verdict,
  title: Message,
  detail: Message,
})
export type Check = z.infer<typeof Check>
