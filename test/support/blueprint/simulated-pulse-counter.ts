import { ModbusServer, type ModbusServerOptions } from '@main/simulator/modbus-server'
import { RegisterImage } from '@main/simulator/register-image'

/**
 * The pulse box on a real socket: unit 1, its count in input registers 10 and 11. Written from its map and not from the
 * driver, so that one mistake cannot agree with itself.
 * Source: Acme pulse box, Modbus map, revision A, §2. (Made up, as the driver's.)
 */
export async function simulatePulseCounter(options: Partial<ModbusServerOptions> = {}): Promise<SimulatedPulseCounter> {
  const registers = new RegisterImage()
  const count = (pulses: number) => registers.put(4, 10, [Math.floor(pulses / 65_536), pulses % 65_536])
  count(0)
  const server = await ModbusServer.start({ ...options, units: new Map([[1, registers]]) })
  return {
    link: { ip: server.host, port: server.port },
    count,
    hangUp: () => server.hangUp(),
    comeBack: () => server.comeBack(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

export interface SimulatedPulseCounter extends AsyncDisposable {
  /** What the bridge is configured with. */
  readonly link: { readonly ip: string; readonly port: number }
  /** So many pulses by now. */
  count(pulses: number): void
  /** As when its power is cut. */
  hangUp(): Promise<void>
  comeBack(): Promise<void>
}
