import type { z } from 'zod'
import type { ErrorKey } from '../errors'
import type { Role } from '../roles'

/**
 * `session`: logging in and finding edges; answered by every UI wire.
 * `app`: sites, jobs, settings, scanning; only on the application's own wire, called directly.
 * `edge`: what one edge answers; inside `edgeRpc{edgeId,payload}`, or bare where only one edge can be meant.
 */
export type Scope = 'session' | 'app' | 'edge'

/** `anyone`: also before login. */
export type Needs = Role | 'anyone'

export interface MethodDefinition<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly scope: Scope
  readonly role: Needs
  readonly params: P
  readonly result: R
  readonly errors: readonly ErrorKey[]
}

export interface NotificationDefinition<P extends z.ZodType = z.ZodType> {
  readonly scope: Scope
  readonly params: P
}

export const method = <P extends z.ZodType, R extends z.ZodType>(definition: MethodDefinition<P, R>) => definition
export const notification = <P extends z.ZodType>(definition: NotificationDefinition<P>) => definition

export type MethodTable = Readonly<Record<string, MethodDefinition>>

/** What a handler gets (defaults filled in, unknown members gone). */
export type ParamsOf<D extends MethodDefinition> = z.output<D['params']>
/** What a caller writes. */
export type CallOf<D extends MethodDefinition> = z.input<D['params']>
export type ResultOf<D extends MethodDefinition> = z.input<D['result']>

/** The handlers of a table of methods; `Context` is who asks and, for scope `edge`, which edge is meant. */
export type Handlers<T extends MethodTable, Context> = {
  readonly [M in keyof T]: (params: ParamsOf<T[M]>, context: Context) => ResultOf<T[M]> | Promise<ResultOf<T[M]>>
}
