const two = (value: number): string => String(value).padStart(2, '0')

/** A moment in this laptop's own time as it stands in sentences: `20.11.2026 13:24`. */
export function localTime(at: number): string {
  const time = new Date(at)
  const date = `${two(time.getDate())}.${two(time.getMonth() + 1)}.${time.getFullYear()}`
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`
}
