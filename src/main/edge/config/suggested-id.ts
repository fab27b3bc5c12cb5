/** Id stems of OpenEMS's default configurations, by the beginning of the factory's name; the first that fits counts. */
const STEMS: readonly (readonly [factory: string, stem: string])[] = [
  ['Bridge.Modbus.', 'modbus'],
  ['Meter.', 'meter'],
  ['Sitewright.SunSpec.Meter', 'meter'],
  ['PV-Inverter.', 'pvInverter'],
  ['Sitewright.SunSpec.PvInverter', 'pvInverter'],
  ['Sitewright.SunSpec.DcCharger', 'charger'],
  ['Sitewright.SunSpec.HybridEss', 'ess'],
  ['Ess.', 'ess'],
  ['Evcs.', 'evcs'],
  ['Scheduler.', 'scheduler'],
  ['Timedata.Rrd4j', 'rrd4j'],
  ['Controller.Api.ModbusTcp.', 'ctrlApiModbusTcp'],
  ['Controller.Api.Rest.', 'ctrlApiRest'],
  ['Controller.', 'ctrl'],
]

/** The first free id of the kind a factory makes: `meter1` where `meter0` is taken. A controller keeps its name, `ctrlDebugLog0`. */
export function suggestedId(factoryId: string, isTaken: (id: string) => boolean): string {
  const known = STEMS.find(([factory]) => factoryId.startsWith(factory))?.[1]
  const stem = known === 'ctrl' ? `ctrl${letters(factoryId.slice('Controller.'.length))}` : (known ?? 'component')
  let number = 0
  while (isTaken(`${stem}${number}`)) number++
  return `${stem}${number}`
}

const letters = (text: string): string => text.replace(/[^A-Za-z]/g, '')
