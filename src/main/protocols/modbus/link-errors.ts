import { SitewrightError } from '@shared/errors'
import type { Ask } from './ask'
import type { FrameFault } from './mbap'

/** The host a link talks to, as errors name it. */
export interface LinkTarget {
  /** `192.168.1.31:502` */
  readonly target: string
  readonly host: string
  readonly port: number
}

/** `link.timeout` of one request. */
export function timeoutError(ask: Ask): SitewrightError {
  const waitedMs = Math.round(ask.limitMs)
  const seen = ask.seen === '' ? '' : ` (${ask.seen})`
  const text = `${ask.target} unit ${ask.unit} did not answer within ${waitedMs} ms${seen}; it was asked for ${ask.call.describe()}. Is the unit id right, and is the device behind it powered?`
  const args = { target: ask.target, unit: ask.unit, waitedMs, asked: ask.call.describe(), seen: ask.seen }
  return new SitewrightError('link.timeout', text, { args })
}

/** No connection came about. `cause` is the system's error, or the time after which we gave up. */
export function connectError(to: LinkTarget, cause: Error | number | undefined): SitewrightError {
  if (typeof cause === 'number') {
    const text = `Nothing answered at ${to.target} within ${cause} ms. Is the device powered, its cable in, and this laptop in the same network?`
    return new SitewrightError('link.unreachable', text, { args: { ...argsOf(to), waitedMs: cause, seen: '' } })
  }
  const code = codeOf(cause)
  const options = { args: { ...argsOf(to), seen: code }, cause }
  switch (code) {
    case 'ECONNREFUSED':
      return new SitewrightError(
        'link.refused',
        `${to.host} is there, but nothing listens on its port ${to.port}. Is Modbus TCP switched on in its menu, and is this the port?`,
        options,
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NONAME':
      return new SitewrightError(
        'link.name-unknown',
        `No address is known for the name ${to.host} (${code}). Is it spelled right? Its IP address works without a name server.`,
        options,
      )
    case 'ECONNRESET':
    case 'EPIPE':
      return closedAtOnceError(to, cause)
    default:
      return new SitewrightError(
        'link.unreachable',
        `${to.target} cannot be reached (${code}). Is the device powered, its cable in, and this laptop in the same network?`,
        options,
      )
  }
}

/** Accepted, and closed before it had ever answered. */
export function closedAtOnceError(to: LinkTarget, cause?: Error): SitewrightError {
  const text = `${to.target} accepted the connection and closed it without an answer. Many devices serve only one client: is another program connected to it?`
  return new SitewrightError('link.closed-at-once', text, { args: { ...argsOf(to), seen: codeOf(cause) }, cause })
}

/** It had answered before, and closed while a request was under way. */
export function closedError(to: LinkTarget, cause?: Error): SitewrightError {
  const text = `${to.target} closed the connection before the answer had come (${codeOf(cause)}). It is opened again with the next request.`
  return new SitewrightError('link.closed', text, { args: { ...argsOf(to), seen: codeOf(cause) }, cause })
}

/** We closed: the link was given back, hung up, or the laptop slept. */
export function hungUpError(to: LinkTarget): SitewrightError {
  const text = `The connection to ${to.target} was closed on this side before the answer had come.`
  return new SitewrightError('link.closed', text, { args: { ...argsOf(to), seen: '' } })
}

/** Several requests in a row met complete silence, so the connection itself is in doubt. */
export function silentError(to: LinkTarget, silentMs: number): SitewrightError {
  const waitedMs = Math.round(silentMs)
  const text = `Nothing was heard from ${to.target} for ${waitedMs} ms; the connection is opened anew. Is the device powered and its cable in?`
  return new SitewrightError('link.timeout', text, { args: { ...argsOf(to), waitedMs, seen: '' } })
}

/** What came is no Modbus/TCP. */
export function frameError(to: LinkTarget, fault: FrameFault): SitewrightError {
  const hex = Buffer.from(fault.seen).toString('hex')
  const why = fault.reason === 'length' ? 'an impossible length' : 'a wrong protocol id'
  const readable = /^[\x20-\x7e\r\n]{4,}/.exec(Buffer.from(fault.seen).toString('latin1'))?.[0]?.trim()
  const like = readable ? `, it reads "${readable}"` : ''
  const text = `${to.target} sent what is no Modbus/TCP (${why}: ${hex}${like}). The connection was closed. Is this the Modbus port, and does a gateway there speak Modbus/TCP rather than RTU?`
  return new SitewrightError('link.frame', text, { args: { ...argsOf(to), seen: readable ?? hex, why: fault.reason } })
}

/** Not even tried: the last try failed a moment ago. Same key as that failure, and when the next try is due. */
export function stillFailing(to: LinkTarget, last: SitewrightError, retryInMs: number): SitewrightError {
  const wait = Math.ceil(retryInMs)
  const text = `${last.message} Not tried again for another ${wait} ms.`
  return new SitewrightError(last.key, text, { args: { ...last.args, ...argsOf(to), retryInMs: wait }, cause: last })
}

function argsOf(to: LinkTarget) {
  return { target: to.target, host: to.host, port: to.port }
}

/** Node tries several addresses of a name and then throws an AggregateError; the first one tells enough. */
function codeOf(error: Error | undefined): string {
  if (error === undefined) return 'FIN'
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0])
  return error.message
}
