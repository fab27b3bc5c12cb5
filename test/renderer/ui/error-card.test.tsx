// @vitest-environment happy-dom
import { SitewrightError } from '@shared/errors'
import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ErrorCard } from '../../../src/renderer/ui'
import { renderUi } from './render-ui'

const said = (error: SitewrightError, language: 'en' | 'de' = 'en') => {
  using _view = renderUi(<ErrorCard error={error} />, { language })
  return screen.getByRole('alert').textContent
}

it('says what happened and where, the most likely cause, the next step, and shows the code', () => {
  const text = said(new SitewrightError('link.refused', 'refused', { args: { target: '10.0.0.9:502' } }))
  expect(text).toContain('10.0.0.9:502 refuses the connection.')
  expect(text).toContain('Most likely: The device lives, but Modbus TCP is switched off')
  expect(text).toContain('Next step: Switch Modbus TCP on')
  expect(text).toContain('link.refused')
})

it('speaks the language of the person', () => {
  const text = said(new SitewrightError('link.refused', 'refused', { args: { target: '10.0.0.9:502' } }), 'de')
  expect(text).toContain('10.0.0.9:502 lehnt die Verbindung ab.')
})

it('never shows a gap where a value of the sentence is missing', () => {
  expect(said(new SitewrightError('link.closed', 'Closed.'))).toContain('The connection to the engine was closed.')
  const bare = said(new SitewrightError('device.exception', 'The device refused.'))
  expect(bare).toContain('The device refused.')
  expect(bare).not.toMatch(/{{|}}/)
})
