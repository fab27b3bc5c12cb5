import { Button as MantineButton } from '@mantine/core'
import type { ReactNode, Ref } from 'react'
import styles from './button.module.css'
import { clsx } from './clsx'
import { KeyCap } from './key-cap'
import { Tooltip } from './overlay'

export interface ButtonProps {
  children: ReactNode
  /** One `filled` per screen, and it is the next step. */
  variant?: 'filled' | 'default' | 'subtle' | 'danger'
  icon?: ReactNode
  iconAfter?: ReactNode
  /** Shown as a key cap; the key itself is bound by `useHotkeys`. */
  keys?: string
  size?: 'default' | 'compact'
  busy?: boolean
  disabled?: boolean
  full?: boolean
  type?: 'button' | 'submit'
  label?: string
  autoFocus?: boolean
  onClick?: () => void
  ref?: Ref<HTMLButtonElement>
}

const slots = { inner: styles.inner ?? '', label: styles.label ?? '', section: styles.section ?? '' }

/** Something to do: verb and object. `label` replaces the words for a screen reader where they need context. */
export function Button({ children, variant = 'default', size = 'default', busy = false, ...rest }: ButtonProps) {
  const { icon, iconAfter, keys, disabled, full, type = 'button', label, autoFocus, onClick, ref } = rest
  return (
    <MantineButton
      {...(ref ? { ref } : {})}
      type={type}
      variant={variant}
      className={clsx(styles.button, styles[size], styles[variant], full && styles.full)}
      classNames={slots}
      leftSection={icon}
      rightSection={iconAfter ?? (keys ? <KeyCap keys={keys} /> : undefined)}
      loading={busy}
      disabled={disabled ?? false}
      {...(label ? { 'aria-label': label } : {})}
      {...(autoFocus ? { 'data-autofocus': true, autoFocus } : {})}
      {...(onClick ? { onClick } : {})}
    >
      {children}
    </MantineButton>
  )
}

/** A button that is only an icon; its label is its tooltip and its name. */
export function IconButton({ label, icon, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label}>
      <button type="button" {...rest} className={clsx(styles.icon, className)} aria-label={label}>
        {icon}
      </button>
    </Tooltip>
  )
}

export interface IconButtonProps extends React.ComponentPropsWithRef<'button'> {
  label: string
  icon: ReactNode
}
