/**
 * The languages that texts for people come in.
 *
 * @category Language
 */
export type Language = 'en' | 'bg'

/**
 * A text in each of the languages.
 *
 * @category Language
 */
export type Wording = Readonly<Record<Language, string>>
