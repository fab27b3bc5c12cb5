import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { DASH, formatNumber, formatTime } from './format'
import styles from './time-chart.module.css'
import { axisStep, labelPlaces } from './time-chart-scale'

export interface ChartLine {
  readonly id: string
  /** Name of a token: `flow-pv`. */
  readonly colour: string
  readonly dash: readonly number[]
  /** Token that fills the ground under it. */
  readonly area?: string
}

export interface ChartView {
  /** First and last moment of the axis, epoch seconds. */
  readonly from: number
  readonly to: number
  readonly times: readonly number[]
  readonly values: Readonly<Record<string, readonly (number | null)[]>>
  /** The moment that a line marks, with its time above; null for a day that is over. */
  readonly now: number | null
  /** What stands beside the end of each line instead of a legend. */
  readonly labels: Readonly<Record<string, { word: string; value: string }>>
}

/** What changes many times a minute goes past React, straight onto the canvas. */
export interface TimeChartHandle {
  show(view: ChartView): void
}

export interface TimeChartProps {
  lines: readonly ChartLine[]
  decimals: number
  /** Says what is drawn; the same numbers stand in a table that the person can switch to. */
  label: string
  /** Called once the chart stands, and again whenever it had to be made anew. */
  onReady: (handle: TimeChartHandle) => void
}

/**
 * Lines over the hours of a day. Labels stand at the end of their lines, the future stays empty, and colours and type are
 * read from the tokens each time it is drawn, so that a change of theme needs no second chart.
 */
export function TimeChart({ lines, decimals, label, onReady }: TimeChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const readout = useRef<HTMLDivElement>(null)
  const ready = useRef(onReady)
  ready.current = onReady
  const key = lines.map(({ id }) => id).join(' ')

  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids stand for the lines; a new chart only when they change.
  useEffect(() => {
    const element = host.current
    if (!element) return
    const chart = makeChart(element, lines, decimals, (text) => {
      if (readout.current) readout.current.textContent = text
    })
    ready.current(chart)
    return () => chart.close()
  }, [key, decimals])

  return (
    <div className={styles.chart}>
      <div ref={host} className={styles.host} role="img" aria-label={label} />
      <div ref={readout} className={styles.readout} aria-hidden />
    </div>
  )
}

function makeChart(
  element: HTMLElement,
  lines: readonly ChartLine[],
  decimals: number,
  tell: (text: string) => void,
): TimeChartHandle & { close(): void } {
  let view: ChartView | null = null
  const token = (name: string) => getComputedStyle(element).getPropertyValue(`--sw-${name}`).trim()
  const rem = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
  const font = (weight: number, size = 0.875) => `${weight} ${size * rem()}px ${token('font')}`

  const drawFrame = (chart: uPlot) => {
    const { ctx, bbox } = chart
    const zero = Math.round(chart.valToPos(0, 'y', true))
    if (zero >= bbox.top && zero <= bbox.top + bbox.height) {
      ctx.save()
      ctx.setLineDash([])
      ctx.strokeStyle = token('edge')
      ctx.lineWidth = devicePixelRatio * 1.5
      ctx.beginPath()
      ctx.moveTo(bbox.left, zero)
      ctx.lineTo(bbox.left + bbox.width, zero)
      ctx.stroke()
      ctx.restore()
    }
  }

  const drawLabels = (chart: uPlot) => {
    if (!view) return
    const { ctx } = chart
    const scale = devicePixelRatio
    ctx.save()
    ctx.setTransform(scale, 0, 0, scale, 0, 0)
    const top = chart.bbox.top / scale
    const bottom = top + chart.bbox.height / scale
    const left = chart.bbox.left / scale
    const end = view.now ?? view.times.at(-1)
    const x = left + (end === undefined ? 0 : chart.valToPos(end, 'x'))
    ctx.textBaseline = 'middle'
    if (view.now !== null) {
      // uPlot leaves the dash of its last line behind.
      ctx.setLineDash([])
      ctx.strokeStyle = token('text')
      ctx.lineWidth = 1.5
      ctx.beginPath()
      ctx.moveTo(x, top - 2)
      ctx.lineTo(x, bottom)
      ctx.stroke()
    }

    const ends = lines.flatMap((line) => {
      const text = view?.labels[line.id]
      const value = view?.values[line.id]?.findLast((each) => each !== null)
      if (!text || value === undefined || value === null) return []
      return [{ line, text, y: top + chart.valToPos(value, 'y') }]
    })
    const height = 1.25 * rem()
    const places = labelPlaces(
      ends.map(({ y }) => y),
      height,
      top + (view.now === null ? 0 : height),
      bottom,
    )
    ctx.font = font(600)
    const widths = ends.map(({ text }) => {
      ctx.font = font(600)
      const value = ctx.measureText(text.value).width
      ctx.font = font(400)
      return { word: ctx.measureText(`${text.word} `).width, value }
    })
    const widest = Math.max(0, ...widths.map(({ word, value }) => word + value))
    // Late in the day there is no room at the right: the labels change sides together.
    const flip = x + 34 + widest > chart.width
    if (view.now !== null) {
      ctx.font = font(600)
      ctx.fillStyle = token('text')
      ctx.textAlign = flip ? 'right' : 'left'
      ctx.fillText(formatTime(view.now * 1000), x + (flip ? -6 : 6), top + 6)
    }
    ctx.textAlign = 'left'
    ends.forEach(({ line, text, y }, index) => {
      const labelY = places[index] ?? y
      const width = widths[index] ?? { word: 0, value: 0 }
      const from = flip ? x - 34 - width.word - width.value : x + 34
      // Nothing strikes a label through, neither a line of the past nor the zero line.
      ctx.fillStyle = token('surface')
      ctx.fillRect(flip ? from - 4 : x + 6, labelY - height / 2, width.word + width.value + 32, height)
      ctx.strokeStyle = token(line.colour)
      ctx.lineWidth = 2
      ctx.lineCap = line.dash[0] !== undefined && line.dash[0] < 1 ? 'round' : 'butt'
      ctx.setLineDash([...line.dash])
      ctx.beginPath()
      ctx.moveTo(x + (flip ? -8 : 8), labelY)
      ctx.lineTo(x + (flip ? -27 : 27), labelY)
      ctx.stroke()
      ctx.setLineDash([])
      ctx.fillStyle = token(line.colour)
      ctx.strokeStyle = token('surface')
      ctx.beginPath()
      ctx.arc(x, y, 4.5, 0, 2 * Math.PI)
      ctx.fill()
      ctx.stroke()
      ctx.fillStyle = token('text')
      ctx.font = font(400)
      ctx.fillText(`${text.word} `, from, labelY)
      ctx.font = font(600)
      ctx.fillText(text.value, from + width.word, labelY)
    })
    ctx.restore()
  }

  const drawCursor = (chart: uPlot) => {
    const index = chart.cursor.idx
    if (index === null || index === undefined || !view) return tell('')
    const at = view.times[index]
    const parts = lines.map(({ id }) => {
      const value = view?.values[id]?.[index]
      return `${view?.labels[id]?.word ?? id} ${value === null || value === undefined ? DASH : formatNumber(value, decimals)}`
    })
    tell(at === undefined ? '' : `${formatTime(at * 1000)} · ${parts.join(' · ')}`)
  }

  const axis = (): Partial<uPlot.Axis> => ({
    stroke: () => token('muted'),
    // uPlot scales fonts by the pixel ratio itself.
    font: font(400, 0.8125),
    ticks: { show: false },
    gap: 8,
  })
  const chart = new uPlot(
    {
      width: Math.max(100, element.clientWidth),
      height: Math.max(80, element.clientHeight),
      // Room for the labels late in the day.
      padding: [14, (chart) => (chart.width > 640 ? 8.5 : 2.2) * rem(), 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: {
        x: { time: false, range: () => (view ? [view.from, view.to] : [0, 1]) },
        y: {
          range: (_chart, low, high) => {
            const step = axisStep(Math.min(0, low ?? 0), Math.max(0, high ?? 0))
            return [Math.min(0, low ?? 0) - step * 0.15, Math.max(step, high ?? 0) + step * 0.15]
          },
        },
      },
      axes: [
        {
          ...axis(),
          size: 1.9 * rem(),
          grid: { show: false },
          splits: () => (view ? hours(view.from, view.to, element.clientWidth < 520 ? 6 : 3) : []),
          values: (_chart, splits) => splits.map((at) => (at === view?.to ? '24:00' : formatTime(at * 1000))),
        },
        {
          ...axis(),
          size: 2.6 * rem(),
          grid: { stroke: () => token('gridline'), width: 1 },
          splits: (_chart, _index, low, high) => {
            const step = axisStep(low, high)
            const first = Math.ceil(low / step)
            return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step)
          },
          values: (_chart, splits) => splits.map((value) => formatNumber(value, Number.isInteger(value) ? 0 : 1)),
        },
      ],
      series: [
        {},
        ...lines.map(
          (line): uPlot.Series => ({
            stroke: () => token(line.colour),
            width: 2,
            dash: [...line.dash],
            cap: line.dash[0] !== undefined && line.dash[0] < 1 ? 'round' : 'butt',
            points: { show: false },
            ...(line.area ? { fill: () => `${token(line.area ?? '')}38` } : {}),
          }),
        ),
      ],
      hooks: { drawAxes: [drawFrame], draw: [drawLabels], setCursor: [drawCursor] },
    },
    [[], ...lines.map(() => [])],
    element,
  )

  const resized = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = element
    if (width > 0 && height > 0) chart.setSize({ width, height })
  })
  resized.observe(element)
  const themed = new MutationObserver(() => chart.redraw(false, true))
  themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  // Type on a canvas does not change by itself once the font has arrived.
  void document.fonts?.ready.then(() => chart.redraw(false, true))

  return {
    show(next) {
      view = next
      chart.setData([[...next.times], ...lines.map(({ id }) => [...(next.values[id] ?? [])])])
    },
    close() {
      resized.disconnect()
      themed.disconnect()
      chart.destroy()
    },
  }
}

/** Full hours of local time, every `step`; the last one is midnight again. */
function hours(from: number, to: number, step: number): number[] {
  const marks: number[] = []
  const start = new Date(from * 1000)
  for (let hour = 0; hour <= 24; hour += step) {
    const at = new Date(start.getFullYear(), start.getMonth(), start.getDate(), hour).getTime() / 1000
    if (at <= to && at !== marks.at(-1)) marks.push(at)
  }
  return marks
}
