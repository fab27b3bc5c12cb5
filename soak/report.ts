/** Where a soak says what it does and what it found. The runner counts the checks and ends with `N passed, N failed`. */
export interface SoakReport {
  /** A minute or two instead of a quarter of an hour. */
  readonly isShort: boolean
  /** What a person should read while it takes its time. */
  progress(text: string): void
  /** Something that must hold, and what was seen. */
  check(what: string, holds: boolean, seen?: string): void
}
