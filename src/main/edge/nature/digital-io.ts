import { defineNature } from './nature'

/** Contacts that are read. It has no channels of its own: the driver names a BOOLEAN channel for each of them. */
export const DigitalInput = defineNature('io.openems.edge.io.api.DigitalInput', {})

/** Relays and the like, one writable BOOLEAN channel each. */
export const DigitalOutput = defineNature('io.openems.edge.io.api.DigitalOutput', {})
