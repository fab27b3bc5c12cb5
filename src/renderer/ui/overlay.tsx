import { Menu as MantineMenu, Popover as MantinePopover, Tooltip as MantineTooltip, Modal } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import styles from './overlay.module.css'
import { useText } from './use-text'

/** Only where a decision is needed. Esc and the cross mean "not now". */
export function Dialog({ open, title, children, actions, onClose, wide = false }: DialogProps) {
  const t = useText()
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={title}
      centered
      size={wide ? '44rem' : '30rem'}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t('ui.close'), size: 'lg' }}
      overlayProps={{ color: '#000', backgroundOpacity: 0.45 }}
      classNames={{ content: styles.dialog ?? '', title: styles.title ?? '', header: styles.header ?? '' }}
    >
      {children}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </Modal>
  )
}

export interface DialogProps {
  open: boolean
  title: string
  children: ReactNode
  actions?: ReactNode
  wide?: boolean
  onClose: () => void
}

export interface MenuItem {
  id: string
  label: ReactNode
  icon?: ReactNode
  /** Marked as the present choice. */
  checked?: boolean
  danger?: boolean
  disabled?: boolean
  onSelect: () => void
}

/** A few more things to do, behind a button. `target` must take a ref (our buttons do). */
export function Menu({ target, items, label, position = 'bottom-end' }: MenuProps) {
  return (
    <MantineMenu
      position={position}
      hideDetached={false}
      withInitialFocusPlaceholder={false}
      transitionProps={{ duration: 0 }}
      classNames={{ dropdown: styles.menu ?? '', item: styles.item ?? '' }}
    >
      <MantineMenu.Target>{target}</MantineMenu.Target>
      <MantineMenu.Dropdown aria-label={label}>
        {items.map((item) =>
          item.checked === undefined ? <Act key={item.id} item={item} /> : <Option key={item.id} item={item} />,
        )}
      </MantineMenu.Dropdown>
    </MantineMenu>
  )
}

function Act({ item }: { item: MenuItem }) {
  return (
    <MantineMenu.Item
      leftSection={item.icon}
      disabled={item.disabled ?? false}
      data-danger={item.danger || undefined}
      onClick={item.onSelect}
    >
      {item.label}
    </MantineMenu.Item>
  )
}

/** One of several, the present one marked. Its icon stands at the end: at the start is the mark. */
function Option({ item }: { item: MenuItem }) {
  return (
    <MantineMenu.RadioItem
      value={item.id}
      checked={item.checked ?? false}
      closeMenuOnClick
      rightSection={item.icon}
      disabled={item.disabled ?? false}
      onChange={item.onSelect}
    >
      {item.label}
    </MantineMenu.RadioItem>
  )
}

export interface MenuProps {
  target: ReactElement
  items: readonly MenuItem[]
  label: string
  position?: 'bottom-end' | 'bottom-start' | 'top-end' | 'top-start'
}

/** More about a thing, beside it, by click: cause and action. */
export function Popover({ target, children, label, position = 'bottom-end' }: PopoverProps) {
  return (
    <MantinePopover
      position={position}
      width="24rem"
      // Beside its target in the page too, so that Tab leads into it and nothing need be trapped.
      withinPortal={false}
      floatingStrategy="fixed"
      hideDetached={false}
      returnFocus
      transitionProps={{ duration: 0 }}
      classNames={{ dropdown: styles.popover ?? '' }}
    >
      <MantinePopover.Target>{target}</MantinePopover.Target>
      <MantinePopover.Dropdown aria-label={label}>{children}</MantinePopover.Dropdown>
    </MantinePopover>
  )
}

export interface PopoverProps {
  target: ReactElement
  children: ReactNode
  label: string
  position?: 'bottom-end' | 'bottom-start' | 'top-start'
}

/** A few words about what is under the pointer or has the focus; never the only place where they stand. */
export function Tooltip({ label, children }: { label: string; children: ReactElement }) {
  return (
    <MantineTooltip
      label={label}
      events={{ hover: true, focus: true, touch: false }}
      openDelay={400}
      transitionProps={{ duration: 0 }}
      classNames={{ tooltip: styles.tooltip ?? '' }}
    >
      {children}
    </MantineTooltip>
  )
}
