import type { SitewrightError } from '@shared/errors'
import type { Message } from '@shared/message'
import type { Call } from '@shared/rpc'
import type { RpcClient } from '@shared/rpc/client'
import type { Site, StepId } from '@shared/site'
import type { ComponentType } from 'react'
import type { z } from 'zod'

/** What a step wants kept in the site. */
export type SitePatch = Omit<Call<'updateSite'>, 'siteId'>

/** Something about one field. `failed` is an error and holds up *Continue*; `warn` only says so; `passed` was checked. */
export interface Problem {
  readonly field: string
  readonly verdict: 'failed' | 'warn' | 'passed'
  readonly message: Message
}

export interface CheckContext {
  readonly rpc: Pick<RpcClient, 'call'>
  readonly site: Site
  readonly signal: AbortSignal
}

/**
 * One step of a flow, as data: what is asked, when it is right, what is kept. Everything but `View` is plain TypeScript.
 * A step is opened fresh or again: `values` reads back what the site knows already.
 */
export interface Step<Values extends object> {
  readonly id: StepId
  values(site: Site): Values
  /** The shape that can be kept; each of its issues becomes an error of that field. */
  readonly input: z.ZodType
  /** The sentence of an issue of `input`. */
  sentence(field: string, values: Values): Message
  /** What the schema cannot say: patterns by country, warnings. */
  rules?(values: Values): Problem[]
  /** Of what was typed, that which is right and can be kept already; null when nothing can. */
  store(values: Values): SitePatch | null
  /** Asks the engine, after each keeping. */
  check?(values: Values, context: CheckContext): Promise<Problem[]>
  /** Which field a refusal of the engine is about; null = the step as a whole. */
  blame?(error: SitewrightError, values: Values): string | null
  readonly View: ComponentType<{ form: StepForm<Values> }>
}

/** What a step's View works with. */
export interface StepForm<Values extends object> {
  readonly values: Values
  set<K extends keyof Values>(field: K, value: Values[K]): void
  /** The person left the field: from now on its problems are shown. */
  leave(field: string): void
  /** The problem to show at a field, the worst first. */
  problem(field: string): Problem | null
  readonly site: Site
}

/** A step that keeps nothing itself: its View talks to the engine. */
export function viewStep(id: StepId, View: ComponentType, schema: z.ZodType): Step<object> {
  return {
    id,
    values: () => ({}),
    input: schema,
    sentence: (field) => ({ key: field }),
    store: () => null,
    View: View as ComponentType<{ form: StepForm<object> }>,
  }
}

/** Types the values of a step by what its `values` gives. */
export const defineStep = <Values extends object>(step: Step<Values>): Step<Values> => step
