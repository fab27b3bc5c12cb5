import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { App } from './app/app'
import { openEngineLine } from './rpc'

// zod would build its parsers with `new Function`, which the page's content security policy forbids.
z.config({ jitless: true })

const root = document.getElementById('root')
if (root) createRoot(root).render(<App line={openEngineLine(window)} />)
