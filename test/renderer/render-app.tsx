import { createMemoryHistory } from '@tanstack/react-router'
import { cleanup, render } from '@testing-library/react'
import { App } from '../../src/renderer/app/app'
import { createAppRouter } from '../../src/renderer/app/routes'
import type { FakeRpc } from './fake-rpc'

/** The whole application at an address, on a fake engine. Dispose it to take it off the page. */
export function renderApp(path: string, line: FakeRpc) {
  const history = createMemoryHistory({ initialEntries: [path] })
  const view = render(<App line={line} router={createAppRouter(history)} />)
  return {
    ...view,
    history,
    [Symbol.dispose]: () => {
      cleanup()
      delete document.documentElement.dataset.passed
    },
  }
}
