import { useEffect, useState } from 'react'
import { TextField } from '../../ui'

/** A text that is kept when its field is left or Enter is pressed. */
export function KeptTextField({
  label,
  value,
  onKeep,
}: {
  label: string
  value: string
  onKeep: (value: string) => void
}) {
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  const keep = () => {
    if (typed.trim() !== value) onKeep(typed.trim())
  }
  return <TextField label={label} value={typed} onChange={setTyped} onBlur={keep} onEnter={keep} />
}
