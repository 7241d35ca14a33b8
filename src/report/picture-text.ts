import type { Language, Wording } from './wording.ts'

/**
 * A text of a picture: in each of the languages, or one that is the same in all of them, as names of data are.
 *
 * @category Pictures
 */
export type PictureText = Wording | string

/** A text with what it is about, in both languages. */
export const titled = (title: PictureText, about: PictureText | undefined): PictureText =>
  about === undefined
    ? title
    : {
        en: `${inLanguage(title, 'en')}: ${inLanguage(about, 'en')}`,
        bg: `${inLanguage(title, 'bg')}: ${inLanguage(about, 'bg')}`,
      }

/**
 * A text as it stands in one language.
 *
 * @example
 * ```ts
 * import { inLanguage } from 'puregrad/report'
 * inLanguage({ en: 'layer', bg: 'слой' }, 'bg') // => 'слой'
 * inLanguage('tanh', 'bg') // => 'tanh'
 * ```
 * @category Pictures
 */
export const inLanguage = (text: PictureText, language: Language): string =>
  typeof text === 'string' ? text : text[language]
