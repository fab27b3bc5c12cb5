// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeRpc } from '../fake-rpc'
import { renderApp } from '../render-app'

it('shows the places that exist, in their order, and no others', async () => {
  using _app = renderApp('/', fakeRpc())
  const rail = await screen.findByRole('navigation', { name: 'Places' })
  const names = within(rail)
    .getAllByRole('link')
    .map((link) => link.textContent)
  expect(names).toEqual(['Start', 'Commission', 'Devices', 'Live', 'Jobs', 'Settings'])
})
