import type { Edge } from '@main/edge/edge'
import type { Role } from '@shared/roles'
import { edgeMethods, type MethodDefinition } from '@shared/rpc'
import { z } from 'zod'

/**
 * Every method an edge answers, with who may ask and what goes in and out, derived from the contract: its own, and those of
 * its components, which are asked inside `componentJsonApi`. Shapes are JSON schemas.
 * Source: OpenEMS `RoutesJsonApiHandler`, 2026.5.
 */
export function routes(edge: Edge): { version: string; endpoints: Record<string, unknown>[] } {
  const own = Object.entries<MethodDefinition>(edgeMethods).map(([method, { role, params, result }]) => ({
    ...described(method, role, params),
    parent: [],
    response: shape(result),
  }))
  const components = [...edge.registry.running()].flatMap(({ id, jsonApi }) =>
    Object.entries(jsonApi ?? {}).map(([method, { role, params }]) => ({
      ...described(method, role, params),
      parent: [{ method: 'componentJsonApi', request: { base: { componentId: id }, pathToSubrequest: ['payload'] } }],
      response: {},
    })),
  )
  return { version: '1', endpoints: [...own, ...components] }
}

const described = (method: string, role: Role | 'anyone', params: z.ZodType) => ({
  method,
  tags: [],
  guards: role === 'anyone' ? [] : [guard(role.toUpperCase())],
  request: shape(params),
})

const guard = (role: string) => ({ name: 'role', description: `User-Role has to be at least ${role}`, role })

const shape = (schema: z.ZodType) => ({
  json: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  examples: [],
})
