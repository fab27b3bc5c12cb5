import { SitewrightError } from '@shared/errors'
import { isAtLeast, type Role } from '@shared/roles'
import type { z } from 'zod'

/** Throws `auth.role-missing` when `role` is too weak for `method`. */
export function demandRole(method: string, role: Role, needed: Role): void {
  if (isAtLeast(role, needed)) return
  throw new SitewrightError('auth.role-missing', `${method} needs the role ${needed}; this is ${role}.`, {
    args: { method, role, needed },
    data: [method, role.toUpperCase()],
  })
}

/** The parameters as the method's schema reads them. Throws `rpc.params`, naming each member that is wrong. */
export function readParams(method: string, schema: z.ZodType, params: unknown): unknown {
  const parsed = schema.safeParse(params)
  if (parsed.success) return parsed.data
  const reason = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'params'}: ${issue.message}`).join('; ')
  throw new SitewrightError('rpc.params', `${method}: ${reason}`, { args: { method, reason } })
}
