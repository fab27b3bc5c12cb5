import { z } from 'zod'
import { Role } from '../roles'
import { method, notification } from './define'

const Empty = z.object({})

/** A user as OpenEMS describes one (wire description §3.1). */
export const User = z.object({
  id: z.string(),
  name: z.string(),
  language: z.string().optional(),
  hasMultipleEdges: z.boolean(),
  settings: z.record(z.string(), z.unknown()),
  globalRole: Role,
})
export type User = z.infer<typeof User>

/** Who a user is beyond the login (wire description §3.2). The built-in users of an edge are nobody in person. */
const UserInformation = z.object({
  firstname: z.string(),
  lastname: z.string(),
  email: z.string(),
  phone: z.string(),
  address: z.object({ street: z.string(), zip: z.string(), city: z.string(), country: z.string() }),
  company: z.object({ name: z.string() }),
})

/** EdgeMetadata of OpenEMS (wire description §3.2). */
export const EdgeMetadata = z.object({
  id: z.string(),
  comment: z.string(),
  producttype: z.string(),
  version: z.string(),
  role: Role,
  isOnline: z.boolean(),
  lastmessage: z.string().optional(),
  sumState: z.enum(['OK', 'INFO', 'WARNING', 'FAULT']).optional(),
})
export type EdgeMetadata = z.infer<typeof EdgeMetadata>

const Authenticated = z.object({ token: z.string(), user: User, edges: z.array(EdgeMetadata) })

export const sessionMethods = {
  authenticateWithPassword: method({
    scope: 'session',
    role: 'anyone',
    params: z.object({ username: z.string().max(200).optional(), password: z.string().max(1000) }),
    result: Authenticated,
    errors: ['auth.failed', 'auth.too-many'],
  }),
  authenticateWithToken: method({
    scope: 'session',
    role: 'anyone',
    params: z.object({ token: z.string().max(1000) }),
    result: Authenticated,
    errors: ['auth.failed'],
  }),
  /** Name of the older generation, used by the customer's document; session = token. */
  authenticateWithSessionId: method({
    scope: 'session',
    role: 'anyone',
    params: z.object({ sessionId: z.string().max(1000) }),
    result: Authenticated,
    errors: ['auth.failed'],
  }),
  logout: method({ scope: 'session', role: 'guest', params: Empty, result: Empty, errors: [] }),
  getEdges: method({
    scope: 'session',
    role: 'guest',
    params: z.object({
      page: z.int().min(0).default(0),
      limit: z.int().min(1).max(100).default(20),
      query: z.string().optional(),
      searchParams: z.record(z.string(), z.unknown()).optional(),
    }),
    result: z.object({ edges: z.array(EdgeMetadata) }),
    errors: [],
  }),
  getEdge: method({
    scope: 'session',
    role: 'guest',
    params: z.object({ edgeId: z.string() }),
    result: z.object({ edge: EdgeMetadata }),
    errors: ['edge.offline'],
  }),
  /** What a UI sends before it subscribes to channels of an edge; that subscription alone decides what it hears. */
  subscribeEdges: method({
    scope: 'session',
    role: 'guest',
    params: z.object({ edges: z.array(z.string()).max(1000) }),
    result: Empty,
    errors: [],
  }),
  /** The wrapper: scope and role of the payload decide. */
  edgeRpc: method({
    scope: 'session',
    role: 'guest',
    params: z.object({ edgeId: z.string(), payload: z.record(z.string(), z.unknown()) }),
    result: z.object({ payload: z.record(z.string(), z.unknown()) }),
    errors: ['edge.offline'],
  }),
  /** What the official UI shows on its user page. */
  getUserInformation: method({
    scope: 'session',
    role: 'guest',
    params: Empty,
    result: z.object({ user: UserInformation }),
    errors: [],
  }),
  updateUserLanguage: method({
    scope: 'session',
    role: 'guest',
    params: z.object({ language: z.string().max(8) }),
    result: Empty,
    errors: [],
  }),
  updateUserSettings: method({
    scope: 'session',
    role: 'guest',
    params: z.object({ settings: z.record(z.string(), z.unknown()) }),
    result: Empty,
    errors: [],
  }),
}

export const sessionNotifications = {
  edgeRpc: notification({
    scope: 'session',
    params: z.object({ edgeId: z.string(), payload: z.record(z.string(), z.unknown()) }),
  }),
}
