import type { SitewrightError } from '@shared/errors'
import type { Message } from '@shared/message'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

type Args = Readonly<Record<string, string | number>>

export interface Text {
  /** The sentence of a key of `resources/locales`, with its values filled in. */
  (key: string, args?: Args): string
  /** The sentence of a message that came from the engine. */
  message(message: Message): string
  /** The sentence of a key, or null where there is none or a value for it is missing. */
  maybe(key: string, args?: Args): string | null
  /** What happened, in the person's words where there are some. */
  error(error: SitewrightError): string
  readonly language: string
}

/** Words for the screen, in the language of the person. */
export function useText(): Text {
  const { t, i18n } = useTranslation()
  return useMemo(() => {
    const say = (key: string, args: Args = {}) => t(key, args)
    const maybe = (key: string, args: Args = {}) => {
      if (!i18n.exists(key, args)) return null
      const sentence = t(key, { ...args, skipInterpolation: true })
      const needed = [...sentence.matchAll(/{{\s*(\w+)/g)].map(([, name]) => name ?? '')
      return needed.every((name) => name in args) ? say(key, args) : null
    }
    return Object.assign(say, {
      message: ({ key, args }: Message) => maybe(key, args) ?? maybe(`${key}.short`, args) ?? say(key, args),
      maybe,
      error: ({ key, args, message }: SitewrightError) => maybe(key, args) ?? maybe(`${key}.short`, args) ?? message,
      language: i18n.language,
    })
  }, [t, i18n, i18n.language])
}
