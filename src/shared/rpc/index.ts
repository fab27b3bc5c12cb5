import type { z } from 'zod'
import { appMethods, appNotifications } from './app'
import type { CallOf, NotificationDefinition, ResultOf } from './define'
import { edgeMethods, edgeNotifications } from './edge'
import { sessionMethods, sessionNotifications } from './session'

/** Every method that exists, on whatever wire. */
export const methods = { ...sessionMethods, ...appMethods, ...edgeMethods }
export const notifications = { ...sessionNotifications, ...appNotifications, ...edgeNotifications }

export type Methods = typeof methods
export type MethodName = keyof Methods
export type AppMethodName = keyof typeof appMethods
export type SessionMethodName = keyof typeof sessionMethods
export type EdgeMethodName = keyof typeof edgeMethods
export type Call<M extends MethodName> = CallOf<Methods[M]>
export type Result<M extends MethodName> = ResultOf<Methods[M]>

export type NotificationName = keyof typeof notifications
export type NotificationParams<N extends NotificationName> = z.output<
  (typeof notifications)[N] extends NotificationDefinition<infer P> ? P : never
>

export { NetworkInterface, RoleProposal, ScanRequest, StatusItem } from './app'
export * from './define'
export * from './frame'
export { EdgeMetadata, User } from './session'
export { appMethods, appNotifications, edgeMethods, edgeNotifications, sessionMethods, sessionNotifications }
