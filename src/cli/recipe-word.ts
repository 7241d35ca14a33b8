import type { Wording } from '../report/wording.ts'

const recipeWords: Readonly<Record<string, Wording>> = {
  baseline: { en: 'baseline', bg: 'базов модел' },
  linear: { en: 'linear', bg: 'линеен' },
  network: { en: 'network', bg: 'мрежа' },
  realMlp: { en: 'RealMLP', bg: 'RealMLP' },
}

/** What the models of a comparison are called. */
export const recipeWord = (name: string): Wording => recipeWords[name] ?? { en: name, bg: name }
