import { useEffect, useRef } from 'react'

/** `mod+J` (Ctrl, on a Mac ⌘), `mod+shift+L`, `F5`, `Escape`, `?` → what it does. */
export type Hotkeys = Readonly<Record<string, () => void>>

/** Binds keys while the component is shown. Single letters and signs stay with whoever types into a field. */
export function useHotkeys(keys: Hotkeys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const act = latest.current[nameOf(event)]
      const typing = event.target instanceof Element && event.target.closest('input, select, textarea') !== null
      if (!act || (typing && event.key.length === 1 && !event.ctrlKey && !event.metaKey)) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

function nameOf(event: KeyboardEvent): string {
  const letter = event.key.length === 1 && /[a-z0-9]/i.test(event.key)
  const parts = [
    (event.ctrlKey || event.metaKey) && 'mod',
    event.altKey && 'alt',
    // A sign like ? needs Shift on most keyboards; it is named by what it writes.
    event.shiftKey && (letter || event.key.length > 1) && 'shift',
    letter ? event.key.toUpperCase() : event.key,
  ]
  return parts.filter(Boolean).join('+')
}
