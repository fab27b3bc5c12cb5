import { Checkbox as MantineCheckbox, Switch as MantineSwitch, NativeSelect, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import styles from './field.module.css'
import { formatNumber, parseNumber } from './format'
import { IconChevronDown } from './icons'
import { VerdictShape } from './verdict'

export interface FieldProps {
  label: string
  /** One line below: what to write, or where to find it. */
  hint?: ReactNode
  /** What is wrong with it; replaces the hint. */
  error?: string | null | undefined
  /** What was checked and found good; replaces the hint. */
  good?: string | null | undefined
  /** What deviates without being wrong; replaces the hint. */
  warn?: string | null | undefined
  disabled?: boolean
  /** Fills its place instead of its own width. */
  className?: string | undefined
  /** Left the field: the moment to check and keep. */
  onBlur?: () => void
}

const slots = {
  label: styles.label ?? '',
  input: styles.input ?? '',
  description: styles.below ?? '',
  error: styles.below ?? '',
}

/** What Mantine's inputs share: label above, control, shape and hint below. */
function common({ label, hint, error, good, warn, disabled, className, onBlur }: FieldProps) {
  const below = good ? <Below shape="passed">{good}</Below> : warn ? <Below shape="warn">{warn}</Below> : hint
  return {
    label,
    description: error ? undefined : below,
    error: error ? <Below shape="failed">{error}</Below> : undefined,
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
    classNames: slots,
    className: className ?? '',
    disabled: disabled ?? false,
    ...(onBlur ? { onBlur } : {}),
  }
}

function Below({ shape, children }: { shape: 'passed' | 'warn' | 'failed'; children: ReactNode }) {
  return (
    <>
      <VerdictShape verdict={shape} size={13} />
      <span className={styles[shape]}>{children}</span>
    </>
  )
}

export interface TextFieldProps extends FieldProps {
  value: string
  onChange: (value: string) => void
  placeholder?: string
  /** An address or something from the wire. */
  mono?: boolean
  icon?: ReactNode
  type?: 'text' | 'email' | 'search'
  autoFocus?: boolean
  autoComplete?: string
  /** Only for a search field in a head: the label is for screen readers. */
  hideLabel?: boolean
  onEnter?: () => void
}

export function TextField({ value, onChange, mono, icon, type = 'text', hideLabel, ...rest }: TextFieldProps) {
  const { placeholder, autoFocus, autoComplete = 'off', onEnter, ...field } = rest
  const { label, ...shared } = common(field)
  return (
    <TextInput
      {...shared}
      {...(hideLabel ? { 'aria-label': label } : { label })}
      type={type}
      value={value}
      spellCheck={false}
      autoComplete={autoComplete}
      leftSection={icon}
      data-mono={mono || undefined}
      placeholder={placeholder ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...(autoFocus ? { 'data-autofocus': true, autoFocus } : {})}
      {...(onEnter ? { onKeyDown: (event: React.KeyboardEvent) => event.key === 'Enter' && onEnter() } : {})}
    />
  )
}

export interface NumberFieldProps extends FieldProps {
  value: number | null
  /** null while what stands there is no number; the text stays as typed. */
  onChange: (value: number | null) => void
  unit?: string
  decimals?: number
}

export function NumberField({ value, onChange, unit, decimals = 0, ...field }: NumberFieldProps) {
  const [text, setText] = useState(() => (value === null ? '' : formatNumber(value, decimals)))
  const told = useRef(value)
  useEffect(() => {
    if (value === told.current) return
    told.current = value
    setText(value === null ? '' : formatNumber(value, decimals))
  }, [value, decimals])
  return (
    <TextInput
      {...common(field)}
      inputMode="decimal"
      autoComplete="off"
      value={text}
      rightSection={unit ? <span className={styles.unit}>{unit}</span> : undefined}
      rightSectionPointerEvents="none"
      onChange={(event) => {
        const typed = event.currentTarget.value
        setText(typed)
        told.current = parseNumber(typed)
        onChange(told.current)
      }}
    />
  )
}

export interface SelectFieldProps<V extends string> extends FieldProps {
  value: V
  options: readonly { value: V; label: string; disabled?: boolean }[]
  onChange: (value: V) => void
  hideLabel?: boolean
}

/** One of a few. The list itself is the system's: keyboard, gloves and screen reader know it. */
export function SelectField<V extends string>({ value, options, onChange, hideLabel, ...field }: SelectFieldProps<V>) {
  const { label, ...shared } = common(field)
  return (
    <NativeSelect
      {...shared}
      {...(hideLabel ? { 'aria-label': label } : { label })}
      rightSection={<IconChevronDown />}
      rightSectionPointerEvents="none"
      value={value}
      data={options.map((option) => ({ ...option }))}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.currentTarget.value)
        if (chosen) onChange(chosen.value)
      }}
    />
  )
}

export interface CheckProps {
  label: string
  hint?: string
  checked: boolean
  disabled?: boolean
  /** The label is for screen readers; the row says what it is about. */
  hideLabel?: boolean
  onChange: (checked: boolean) => void
}

export function Checkbox({ label, hint, checked, disabled, hideLabel, onChange }: CheckProps) {
  return (
    <MantineCheckbox
      {...(hideLabel ? { 'aria-label': label } : { label })}
      description={hint}
      checked={checked}
      disabled={disabled ?? false}
      classNames={checkSlots}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

export function Switch({ label, hint, checked, disabled, hideLabel, onChange }: CheckProps) {
  return (
    <MantineSwitch
      {...(hideLabel ? { 'aria-label': label } : { label })}
      description={hint}
      checked={checked}
      disabled={disabled ?? false}
      withThumbIndicator={false}
      classNames={switchSlots}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

const checkSlots = {
  body: styles.checkBody ?? '',
  input: styles.check ?? '',
  icon: styles.tick ?? '',
  label: styles.checkLabel ?? '',
  description: styles.checkHint ?? '',
}
const switchSlots = {
  body: styles.checkBody ?? '',
  track: styles.track ?? '',
  thumb: styles.thumb ?? '',
  label: styles.checkLabel ?? '',
  description: styles.checkHint ?? '',
}
