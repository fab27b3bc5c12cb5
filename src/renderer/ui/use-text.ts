import type { Message } from '@shared/message'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

export interface Text {
  /** The sentence of a key of `resources/locales`, with its values filled in. */
  (key: string, args?: Readonly<Record<string, string | number>>): string
  /** The sentence of a message that came from the engine. */
  message(message: Message): string
  /** The sentence of a key, or null where no language has one. */
  maybe(key: string, args?: Readonly<Record<string, string | number>>): string | null
  readonly language: string
}

/** Words for the screen, in the language of the person. */
export function useText(): Text {
  const { t, i18n } = useTranslation()
  return useMemo(() => {
    const say = (key: string, args: Readonly<Record<string, string | number>> = {}) => t(key, args)
    return Object.assign(say, {
      message: ({ key, args }: Message) => say(key, args),
      maybe: (key: string, args?: Readonly<Record<string, string | number>>) =>
        i18n.exists(key) ? say(key, args) : null,
      language: i18n.language,
    })
  }, [t, i18n, i18n.language])
}
