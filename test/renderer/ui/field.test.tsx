// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { NumberField, TextField } from '../../../src/renderer/ui'
import { renderUi } from './render-ui'

it('keeps what was typed even while it is no number', () => {
  const told: (number | null)[] = []
  function Fuse() {
    const [value, setValue] = useState<number | null>(40)
    const change = (next: number | null) => {
      told.push(next)
      setValue(next)
    }
    return <NumberField label="Fuse" unit="A" value={value} onChange={change} />
  }
  using _view = renderUi(<Fuse />)
  const input = screen.getByRole<HTMLInputElement>('textbox', { name: 'Fuse' })
  for (const typed of ['4', '4x', '1’250']) fireEvent.change(input, { target: { value: typed } })
  expect({ told, shown: input.value }).toEqual({ told: [4, null, 1250], shown: '1’250' })
})

it('ties the error to its field, in place of the hint', () => {
  using _view = renderUi(
    <TextField label="Postcode" hint="as on letters" error="four digits" value="36000" onChange={() => {}} />,
  )
  const input = screen.getByRole('textbox', { name: 'Postcode' })
  const described = input.getAttribute('aria-describedby') ?? ''
  expect(input.getAttribute('aria-invalid')).toBe('true')
  expect(document.getElementById(described.split(' ').at(-1) ?? '')?.textContent).toBe('four digits')
  expect(screen.queryByText('as on letters')).toBeNull()
})
