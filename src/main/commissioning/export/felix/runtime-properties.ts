/** Written beside a component's own properties, by OSGi or by OpenEMS for itself: ids, the revision, filters of references. */
export const isOfRuntime = (name: string): boolean =>
  /^(:.*|id|component\.(id|name)|service\.(pid|factoryPid)|webconsole\..*|event\.topics|.*\.target)$/.test(name)

/** What a reference is bound by until the runtime has worked it out: `modbus.id` has `Modbus.target` beside it. */
export function targetOf(name: string): string | null {
  if (!name.endsWith('.id')) return null
  return name === 'modbus.id' ? 'Modbus.target' : `${name.slice(0, -'.id'.length)}.target`
}

/** Any enabled component; the runtime rewrites it to the one whose id the reference names. */
export const ANY_TARGET = '(enabled=true)'
