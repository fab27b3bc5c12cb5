import { readdir } from 'node:fs/promises'

export interface SerialAdapter {
  /** `/dev/ttyUSB0`, `COM4` */
  readonly path: string
  readonly maker: string
  readonly serialNumber: string
}

/** The serial adapters of this machine. Where the system has no udev (containers), /dev is looked through instead. */
export async function listSerialAdapters(): Promise<SerialAdapter[]> {
  try {
    // Its native part may be missing for this machine; then /dev is looked through as well.
    const { SerialPort } = await import('serialport')
    const ports = await SerialPort.list()
    return (
      ports
        // Boards list the ports of their chipset too; an adapter has a vendor.
        .filter((port) => port.vendorId !== undefined || process.platform !== 'linux')
        .map((port) => ({ path: port.path, maker: port.manufacturer ?? '', serialNumber: port.serialNumber ?? '' }))
    )
  } catch {
    const names = await readdir('/dev').catch(() => [])
    return names
      .filter((name) => /^tty(USB|ACM)\d+$/.test(name))
      .map((name) => ({ path: `/dev/${name}`, maker: '', serialNumber: '' }))
  }
}
