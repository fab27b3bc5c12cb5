import type { LinkSettings, ModbusLink } from '../modbus/link'

/**
 * All open links, made once by the engine and handed to drivers, discovery, lab and doctor, so that no device ever sees
 * two connections from us. A lease is counted; the link closes when the last one is given back.
 */
export interface LinkPool extends AsyncDisposable {
  /** Settings of several holders merge to the most careful ones: longest pause, fewest in flight. */
  modbusTcp(host: string, port: number, settings?: LinkSettings): LinkLease
  /** True while somebody holds a link to it. */
  isOpen(host: string, port: number): boolean
  /**
   * Takes one device (a host's unit) for a person's act or a check; polling and scans wait meanwhile.
   * Resolves when it is free. `holder` is what others are told they wait for. `device` is what `deviceKey` makes;
   * polls and scans of it wait for their own time-out at most and then fail with `link.busy`.
   */
  lock(device: string, holder: string, signal?: AbortSignal): Promise<Disposable>
  /** Who holds the lock, or null. */
  holderOf(device: string): string | null
}

export interface LinkLease extends Disposable {
  readonly link: ModbusLink
}

/** How a device is named in `lock`: `192.168.1.31:502/1`. */
export function deviceKey(host: string, port: number, unit: number): string {
  return `${host.toLowerCase()}:${port}/${unit}`
}
