import { flowDash } from '../../../ui'
import type { NumberReading } from '../../plant/reading'
import styles from './energy-flow.module.css'
import { arrowHeads, FLOW, feederWidth, VISIBLE_W } from './geometry'

export type FlowColour = 'grid' | 'pv' | 'battery' | 'use' | 'heat' | 'evse'

export interface FeederProps {
  colour: FlowColour
  x: number
  side: 'above' | 'below'
  reading: NumberReading
  /** True when positive power flows away from the bar: a battery's and the grid's does not, a consumer's does. */
  outward: boolean
  /** What measures here, beside the line. */
  name: string
}

/** The line between a tile and the bar. Idle is a thin line without heads, lost is dotted, unknown is never a flow. */
export function Feeder({ colour, x, side, reading, outward, name }: FeederProps) {
  const tile = side === 'above' ? FLOW.above.bottom : FLOW.below.top
  const bar = FLOW.bar.y + (side === 'above' ? -1 : 1) * (FLOW.bar.thickness / 2)
  const watts = reading.value
  const flows = watts !== null && Math.abs(watts) >= VISIBLE_W
  const width = feederWidth(watts)
  const fromBar = flows && watts > 0 === outward
  const [from, to] = fromBar ? [bar, tile] : [tile, bar]
  const stroke = `var(--sw-flow-${colour})`
  // The pattern grows with the line, so that dots stay dots and dashes stay dashes where it is thick.
  const dash = flowDash[colour].map((length) => (length < 1 ? length : length * Math.max(1, width / 5)))
  const middle = (tile + bar) / 2
  return (
    <g>
      {flows ? (
        <>
          <line
            x1={x}
            x2={x}
            y1={from}
            y2={to}
            stroke={stroke}
            strokeWidth={width}
            strokeDasharray={dash.length > 0 ? dash.join(' ') : undefined}
            strokeLinecap={colour === 'evse' ? 'round' : 'butt'}
          />
          {arrowHeads(x, from, to, width).map((path) => (
            <g key={path}>
              <path d={path} className={styles.cut} />
              <path d={`${path}Z`} fill={stroke} />
            </g>
          ))}
        </>
      ) : (
        <line x1={x} x2={x} y1={tile} y2={bar} className={watts === null ? styles.unknown : styles.idle} />
      )}
      <text className={styles.feederName} x={x + Math.max(20, width / 2 + 14)} y={middle} dominantBaseline="central">
        {name}
      </text>
    </g>
  )
}
