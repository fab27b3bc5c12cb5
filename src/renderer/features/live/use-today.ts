import { useEffect, useState } from 'react'
import { dayBounds, dayOf } from './history/series'

/** Today as `YYYY-MM-DD`; changes at midnight by itself, on a laptop that stays on the site overnight too. */
export function useToday(): string {
  const [today, setToday] = useState(() => dayOf(new Date()))
  useEffect(() => {
    const timer = setTimeout(() => setToday(dayOf(new Date())), dayBounds(today).toS * 1000 - Date.now() + 500)
    return () => clearTimeout(timer)
  }, [today])
  return today
}

/** The zone of this machine, by name: the day of the plant is the day of whoever stands in front of it. */
export const timezone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
