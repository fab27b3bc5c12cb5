import { type LinkOptions, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'

/** Goes somewhere else, once. (The router's own `Navigate` goes again with every new drawing of its parent.) */
export function Redirect(props: LinkOptions) {
  const navigate = useNavigate()
  const key = JSON.stringify(props)
  useEffect(() => {
    void navigate({ ...(JSON.parse(key) as LinkOptions), replace: true })
  }, [navigate, key])
  return null
}
