/** The OpenEMS generation whose wire we speak; what edges report as their version (decision 8). */
export const OPENEMS_VERSION = '2026.5.0'
