import type { Role } from '@shared/roles'
import type { z } from 'zod'

/**
 * A question that one component answers by itself, asked inside `componentJsonApi{componentId,payload}`. Role and parameters
 * are declared, so that whoever hands a call on checks both and the answer is what remains.
 */
export interface JsonApiMethod {
  readonly role: Role
  readonly params: z.ZodType
  answer(params: unknown): object | Promise<object>
}

export type JsonApiMethods = Readonly<Record<string, JsonApiMethod>>

/** Keeps the type of the parameters while the method goes into a table of all of them. */
export function jsonApiMethod<P extends z.ZodType>(method: {
  role: Role
  params: P
  answer(params: z.output<P>): object | Promise<object>
}): JsonApiMethod {
  return method as JsonApiMethod
}
