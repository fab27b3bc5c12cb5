/** Makes the page as wide as a desk's screen; happy-dom begins at 1024, where columns are already left out. */
export function wideScreen(): void {
  const { happyDOM } = window as Window & { happyDOM?: { setViewport(size: { width: number; height: number }): void } }
  happyDOM?.setViewport({ width: 1440, height: 900 })
}
