import { Tabs as MantineTabs, SegmentedControl } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './tabs.module.css'

export interface Choice<V extends string> {
  value: V
  label: string
}

/** Views of one object; arrows move between them. The chosen view is the child. */
export function Tabs<V extends string>({ label, value, tabs, onChange, children }: TabsProps<V>) {
  return (
    <MantineTabs
      value={value}
      keepMounted={false}
      classNames={{ list: styles.list ?? '', tab: styles.tab ?? '', panel: styles.panel ?? '' }}
      onChange={(chosen) => {
        const tab = tabs.find((each) => each.value === chosen)
        if (tab) onChange(tab.value)
      }}
    >
      <MantineTabs.List aria-label={label}>
        {tabs.map((tab) => (
          <MantineTabs.Tab key={tab.value} value={tab.value}>
            {tab.label}
          </MantineTabs.Tab>
        ))}
      </MantineTabs.List>
      <MantineTabs.Panel value={value}>{children}</MantineTabs.Panel>
    </MantineTabs>
  )
}

export interface TabsProps<V extends string> {
  label: string
  value: V
  tabs: readonly Choice<V>[]
  onChange: (value: V) => void
  children: ReactNode
}

/** One of two to four short words, all in sight: units, theme, speed. */
export function Segmented<V extends string>({ label, value, options, onChange }: SegmentedProps<V>) {
  return (
    <SegmentedControl
      aria-label={label}
      value={value}
      data={options.map((option) => ({ ...option }))}
      withItemsBorders={false}
      transitionDuration={0}
      classNames={{
        root: styles.segmented ?? '',
        label: styles.segment ?? '',
        indicator: styles.indicator ?? '',
        control: styles.control ?? '',
      }}
      onChange={(chosen) => {
        const option = options.find((each) => each.value === chosen)
        if (option) onChange(option.value)
      }}
    />
  )
}

export interface SegmentedProps<V extends string> {
  label: string
  value: V
  options: readonly Choice<V>[]
  onChange: (value: V) => void
}
