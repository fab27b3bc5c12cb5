import { Fragment } from 'react'
import styles from './key-cap.module.css'

const isMac = () => typeof navigator !== 'undefined' && /Mac/.test(navigator.platform)

/** A shortcut as the keyboard shows it: `mod+J` is Ctrl J, on a Mac ⌘ J. */
export function KeyCap({ keys }: { keys: string }) {
  const caps = keys
    .split('+')
    .map((key) => (key === 'mod' ? (isMac() ? '⌘' : 'Ctrl') : key === 'shift' ? 'Shift' : key))
  return (
    <kbd className={styles.cap} aria-hidden>
      {caps.map((cap, index) => (
        <Fragment key={cap}>
          {index > 0 ? ' ' : null}
          {cap}
        </Fragment>
      ))}
    </kbd>
  )
}
