import type { Edge } from '@main/edge/edge'
import { demandRole, readParams } from '@main/session/demands'
import { SitewrightError } from '@shared/errors'
import type { Role } from '@shared/roles'
import { isRequest, readFrame } from '@shared/rpc'

/**
 * Hands a wrapped request to the component it is for, after checking what the component declares for it: the role and the
 * parameters. The result is the component's own, without a level around it.
 */
export async function askComponent(
  edge: Edge,
  componentId: string,
  payload: unknown,
  role: Role,
): Promise<Record<string, unknown>> {
  const request = readFrame(payload)
  if (!request || !isRequest(request)) {
    throw new SitewrightError('rpc.invalid', 'The payload of componentJsonApi is not a request.')
  }
  const { jsonApi } = edge.registry.need(componentId)
  if (!jsonApi) {
    const text = `Component ${componentId} has no JSON-API.`
    throw new SitewrightError('rpc.no-json-api', text, { args: { componentId } })
  }
  const { method } = request
  const definition = Object.hasOwn(jsonApi, method) ? jsonApi[method] : undefined
  if (!definition) {
    const text = `${componentId} does not know ${method}.`
    throw new SitewrightError('rpc.method-unknown', text, { args: { method }, data: [method] })
  }
  demandRole(method, role, definition.role)
  const answer = await definition.answer(readParams(method, definition.params, request.params))
  return { ...answer }
}
