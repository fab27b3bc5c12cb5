import type { StoredComponent } from '@shared/edge-config'

/**
 * What a real edge needs to be of use: something that runs controllers, a log, a way in for its UI, and a history. The exporter
 * adds what a site does not have. The link to a backend is switched off until a person fills in its key.
 * Source: OpenEMS default configuration, issues 79 and 1024.
 */
export const MINIMAL_SET: Readonly<Record<string, StoredComponent>> = {
  scheduler0: { factoryId: 'Scheduler.AllAlphabetically', alias: '', properties: { 'controllers.ids': [] } },
  ctrlDebugLog0: {
    factoryId: 'Controller.Debug.Log',
    alias: '',
    properties: { showAlias: false, condensedOutput: true, additionalChannels: [], ignoreComponents: [] },
  },
  ctrlApiWebsocket0: { factoryId: 'Controller.Api.Websocket', alias: '', properties: { port: 8085, apiTimeout: 60 } },
  ctrlApiRest0: {
    factoryId: 'Controller.Api.Rest.ReadOnly',
    alias: '',
    properties: { port: 8084, connectionlimit: 5, debugMode: false },
  },
  ctrlBackend0: {
    factoryId: 'Controller.Api.Backend',
    alias: '',
    properties: {
      enabled: false,
      apikey: '',
      uri: 'ws://localhost:8081',
      apiTimeout: 60,
      proxyAddress: '',
      proxyPort: 0,
      proxyType: 'HTTP',
      persistencePriority: 'HIGH',
      aggregationPriority: 'LOW',
      resendPriority: 'HIGH',
      debugMode: false,
    },
  },
  rrd4j0: {
    factoryId: 'Timedata.Rrd4j',
    alias: '',
    properties: { persistencePriority: 'HIGH', isReadOnly: false, debugMode: false },
  },
}
