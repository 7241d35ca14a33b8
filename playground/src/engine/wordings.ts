import type { Wording } from 'puregrad/report'

/** A text in both languages. */
export const say = (en: string, bg: string): Wording => ({ en, bg })

/** A number as a text has it: a point in English, a comma in Bulgarian. */
export const number = (value: number): Wording => {
  const en = String(value)
  return { en, bg: en.replace('.', ',') }
}

/** A text with holes, each filled with what it is in the language at hand. */
export const fill = (template: Wording, holes: Readonly<Record<string, Wording | string>>): Wording => {
  const inLanguage = (language: 'en' | 'bg'): string =>
    template[language].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const hole = Object.hasOwn(holes, name) ? holes[name] : undefined
      return hole === undefined ? whole : typeof hole === 'string' ? hole : hole[language]
    })
  return { en: inLanguage('en'), bg: inLanguage('bg') }
}
