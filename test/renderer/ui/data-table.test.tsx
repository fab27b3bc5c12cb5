// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { DataTable, steadyRows } from '../../../src/renderer/ui'
import { renderUi } from './render-ui'

const meters = ['meter0', 'meter1', 'meter2', 'meter3']

function Meters({ rows = meters, onOpen }: { rows?: string[]; onOpen?: (key: string) => void }) {
  const [selected, setSelected] = useState<string | null>(null)
  return (
    <DataTable
      label="Meters"
      columns={[{ id: 'name', title: 'Meter', cell: (name: string) => name }]}
      rows={rows}
      keyOf={(name) => name}
      selected={selected}
      onSelect={setSelected}
      {...(onOpen ? { onOpen } : {})}
    />
  )
}
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key })
const names = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.textContent)

it('moves the selection with arrows, Home and End, and opens with Enter', () => {
  const opened: string[] = []
  using _view = renderUi(<Meters onOpen={(key) => opened.push(key)} />)
  screen.getByRole('row', { name: 'meter0' }).focus()
  const walked = ['ArrowDown', 'ArrowDown', 'End', 'ArrowDown', 'Home', 'ArrowUp'].map((key) => {
    press(key)
    return screen.getByRole('row', { selected: true }).textContent
  })
  expect(walked).toEqual(['meter1', 'meter2', 'meter3', 'meter3', 'meter0', 'meter0'])
  press('End')
  press('Enter')
  expect(opened).toEqual(['meter3'])
})

it('has one row in the tab order, the selected one', () => {
  using _view = renderUi(<Meters />)
  fireEvent.click(screen.getByRole('row', { name: 'meter2' }))
  const inOrder = screen.getAllByRole('row').filter((row) => row.tabIndex === 0 && row.dataset.row)
  expect(inOrder.map((row) => row.textContent)).toEqual(['meter2'])
})

it('does not move rows under the pointer: new ones wait behind a button', () => {
  using view = renderUi(<Meters rows={['meter1', 'meter2']} />)
  fireEvent.pointerEnter(screen.getByRole('grid'))
  view.show(<Meters rows={['meter0', 'meter1', 'meter2']} />)
  expect(names()).toEqual(['meter1', 'meter2'])

  fireEvent.click(screen.getByRole('button', { name: '1 new, show' }))
  expect(names()).toEqual(['meter0', 'meter1', 'meter2'])
})

it('drops rows that are gone even while they are held', () => {
  expect(steadyRows(['b', 'a'], (row) => row, ['a', 'x', 'b'])).toEqual({ rows: ['a', 'b'], waiting: 0 })
})
