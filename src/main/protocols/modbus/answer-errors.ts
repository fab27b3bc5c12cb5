import { SitewrightError } from '@shared/errors'
import type { Answerer, ModbusCall } from './modbus-call'

/**
 * The exception codes of Modbus in a few words. Source: MODBUS Application Protocol Specification V1.1b3, §7; code 7 from
 * the older Modicon Protocol Reference Guide PI-MBUS-300 Rev. J, appendix A.
 */
export const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  5: 'acknowledged, needs more time',
  6: 'device busy',
  7: 'negative acknowledge',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target did not answer',
}

/** True for 0x0A and 0x0B: a gateway is speaking, the unit behind it is not. */
export function isGatewayException(code: number): boolean {
  return code === 0x0a || code === 0x0b
}

/** `device.exception`: the device lives and refuses. `device.gateway`: a gateway lives, the unit behind it does not. */
export function exceptionError(call: ModbusCall<unknown>, code: number, who: Answerer): SitewrightError {
  const name = EXCEPTIONS[code] ?? 'unknown exception'
  const args = { ...argsOf(call, who), code, name }
  if (isGatewayException(code)) {
    const text = `The gateway at ${who.target} answers, unit ${who.unit} behind it does not (exception ${code}, ${name}). Is the unit powered, wired to the bus and set to this id?`
    return new SitewrightError('device.gateway', text, { args })
  }
  const text = `${who.target} unit ${who.unit} refused ${call.describe()} (function ${call.functionCode}): ${name} (exception ${code}).`
  return new SitewrightError('device.exception', text, { args })
}

/** `device.wrong-answer`: it came for our request, but is not what was asked for. */
export function wrongAnswer(call: ModbusCall<unknown>, who: Answerer, seen: string): SitewrightError {
  const text = `${who.target} unit ${who.unit} was asked for ${call.describe()}; ${seen}. The answer was thrown away.`
  return new SitewrightError('device.wrong-answer', text, { args: { ...argsOf(call, who), seen } })
}

/** The values every sentence about an answer can use. */
function argsOf(call: ModbusCall<unknown>, who: Answerer) {
  return { target: who.target, unit: who.unit, functionCode: call.functionCode, asked: call.describe() }
}
