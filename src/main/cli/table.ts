export interface Column {
  readonly title: string
  /** Numbers stand right, so that their digits stand under each other. */
  readonly align?: 'right'
  /** Longer text is cut with an ellipsis. */
  readonly max?: number
}

/** Rows as text in columns, for a terminal of fixed width letters. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cut = (text: string, max = 100) => (text.length > max ? `${text.slice(0, max - 1)}…` : text)
  const cells = rows.map((row) => columns.map((column, index) => cut(row[index] ?? '', column.max)))
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    columns
      .map(({ align }, index) => {
        const [text, width] = [row[index] ?? '', widths[index] ?? 0]
        return align === 'right' ? text.padStart(width) : text.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [
    line(columns.map((column) => column.title)),
    line(widths.map((width) => '─'.repeat(width))),
    ...cells.map(line),
  ].join('\n')
}
