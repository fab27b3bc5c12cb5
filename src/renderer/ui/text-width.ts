/**
 * How wide a text will be, in px of `size`, before it is drawn: a drawing has neither wrapping nor an ellipsis of its own.
 * Where nothing can be measured (a test), Inter's mean is taken.
 */
export function textWidth(text: string, size: number, weight = 400): number {
  const context = canvas()
  if (!context) return text.length * size * 0.56
  context.font = `${weight} ${size}px "Inter Variable", Inter, sans-serif`
  return context.measureText(text).width
}

let shared: CanvasRenderingContext2D | null | undefined

function canvas(): CanvasRenderingContext2D | null {
  if (shared === undefined) shared = document.createElement('canvas').getContext?.('2d') ?? null
  return shared
}

/** The longest of several wordings that fits into the room, else nothing. */
export const fitting = (wordings: readonly string[], size: number, room: number): string =>
  wordings.find((wording) => textWidth(wording, size) <= room) ?? ''

/** The text, cut short with an ellipsis where there is no room for all of it. */
export function clipped(text: string, size: number, room: number, weight = 400): string {
  if (textWidth(text, size, weight) <= room) return text
  let length = text.length - 1
  while (length > 1 && textWidth(`${text.slice(0, length)}…`, size, weight) > room) length--
  return `${text.slice(0, length).trimEnd()}…`
}
