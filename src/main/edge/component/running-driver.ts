import type { ChannelValue } from '@shared/channel'
import { Disposables } from '@shared/disposables'
import { SitewrightError } from '@shared/errors'
import { BusScheduler } from '../cycle/bus-scheduler'
import type { Component } from './component'
import type { RegistryOptions } from './component-registry'
import type { ChannelAccess, ComponentDirectory, DriverContext } from './driver'

export interface RunningDriver extends AsyncDisposable {}

export interface DriverSurroundings extends RegistryOptions {
  readonly components: ComponentDirectory
  /** What a running component offers; undefined when it does not run or offers nothing. */
  serviceOf(componentId: string): unknown
  addBus(bus: BusScheduler): void
  removeBus(bus: BusScheduler): void
}

/**
 * Starts the driver of a component and keeps everything it opened, so that stopping it leaves no timer, listener or bus
 * behind, whatever the driver forgot.
 */
export async function startDriver(component: Component, around: DriverSurroundings): Promise<RunningDriver> {
  const opened = new Disposables()
  const stop = new AbortController()
  const log = around.log.child(component.id)
  const keep = <T extends Disposable>(thing: T): T => {
    opened.use(thing)
    return thing
  }

  const context: DriverContext = {
    id: component.id,
    properties: component.properties,
    channels: channelAccess(component, () => around.clock.now()),
    createBus(description) {
      const bus = new BusScheduler(component.id, description, around.clock, log)
      around.addBus(bus)
      opened.defer(async () => {
        around.removeBus(bus)
        await bus[Symbol.asyncDispose]()
      })
      return bus
    },
    join(bus, options = {}) {
      const failureChannel = options.failureChannel ?? 'ModbusCommunicationFailed'
      const now = () => around.clock.now()
      return keep(
        bus.join({
          componentId: component.id,
          unit: options.unit ?? null,
          onFailed: (_error, channels) => {
            for (const id of channels) component.channel(id).setNext(null, now())
          },
          onDefective: (defective) => {
            if (component.has(failureChannel)) component.channel(failureChannel).setNext(defective ? 1 : 0, now())
          },
        }),
      )
    },
    provide(service) {
      component.service = service
    },
    answer(methods) {
      component.jsonApi = methods
    },
    require<T>(componentId: string): T {
      const service = around.serviceOf(componentId)
      if (service === undefined) {
        throw new SitewrightError('config.not-applied', `${componentId}, which it needs, does not run.`)
      }
      return service as T
    },
    cycle: {
      on: (phase, listener) => keep(around.cycle.on(phase, listener)),
      onWake: (listener) => keep(around.cycle.onWake(listener)),
    },
    recorded: (channelId) => around.history.latest(component.channel(channelId).address)?.value ?? null,
    components: around.components,
    clock: around.clock,
    log,
    signal: stop.signal,
  }

  const stopAll = async () => {
    stop.abort(new SitewrightError('link.closed', `${component.id} was stopped.`))
    await opened[Symbol.asyncDispose]()
    component.service = undefined
    component.jsonApi = null
  }
  try {
    const started = await component.driver.start(component.config, context)
    if (started) opened.use(started)
  } catch (error) {
    await stopAll()
    throw error
  }
  return { [Symbol.asyncDispose]: stopAll }
}

function channelAccess(component: Component, now: () => number): ChannelAccess {
  const invalidate = (ids: readonly string[]) => {
    for (const id of ids) component.channel(id).setNext(null, now())
  }
  return {
    set: (id: string, value: ChannelValue) => component.channel(id).setNext(value, now()),
    get: (id) => component.channel(id).value,
    doc: (id) => component.channels.get(id)?.doc,
    peek: (id) => component.channel(id).next,
    has: (id) => component.has(id),
    describe: (id, text) => component.channel(id).describe(text),
    invalidate,
    takeWrite: (id) => component.channel(id).takeNextWrite(),
  }
}
