import { z } from 'zod'

/** OpenEMS's four roles, strongest first. A user's role is a fact per edge; admins see every edge. */
export const ROLES = ['admin', 'installer', 'owner', 'guest'] as const
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>

/** True when `role` may do what `needed` may do: an installer may do what an owner may. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed)
}
