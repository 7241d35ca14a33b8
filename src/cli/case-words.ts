import { showNames } from '../data/formats/show-names.ts'
import type { PredictionCase } from '../data/prepare/prediction-case.ts'
import { numberText } from '../report/number-text.ts'
import type { Language, Wording } from '../report/wording.ts'

/** Cases of all rows so far, those of one column and kind together. */
export type Cases = ReadonlyMap<string, PredictionCase>

export const noCases: Cases = new Map()

/** The cases of some more rows; the first line stays that of the first rows. */
export const addCases = (sofar: Cases, more: readonly PredictionCase[]): Cases =>
  more.reduce<Cases>((all, each) => {
    const name = `${each.kind} ${each.rule} ${each.column}`
    const before = all.get(name)
    return new Map([
      ...all,
      [name, before === undefined ? each : { ...before, count: before.count + each.count }],
    ])
  }, sofar)

const rules: Readonly<Record<PredictionCase['rule'], (value: string) => Wording>> = {
  zeros: () => ({ en: 'taken for none of the known ones', bg: 'приети за никоя от познатите' }),
  'own-column': () => ({ en: 'taken for "another"', bg: 'приети за „друга“' }),
  'code-0': () => ({ en: 'taken for "unknown"', bg: 'приети за „неизвестна“' }),
  'share-0': () => ({ en: 'taken for never seen', bg: 'приети за невиждани' }),
  filled: (value) => ({ en: `taken for ${value}`, bg: `приети за ${value}` }),
  'left-missing': () => ({ en: 'taken for missing', bg: 'приети за липсващи' }),
}

const valueText = (value: number | string | undefined, language: Language): string =>
  typeof value === 'number' ? numberText(value, language, 6) : (value ?? '')

/** What was found in rows that the model was not fitted for, a line for each column. */
export const casesText = (cases: Cases): readonly Wording[] =>
  [...cases.values()].map(({ kind, column, count, line, rule, value, levels = [] }) => {
    const name = showNames([column])
    const some = levels.length === 0 ? '' : `: ${showNames(levels)}`
    const what = {
      unseen: {
        en: `${count} cells with values that training had not${some}`,
        bg: `${count} клетки със стойности, които не са срещани при обучението${some}`,
      },
      missing: {
        en: `${count} missing cells, though training had none`,
        bg: `${count} липсващи клетки, а при обучението не е имало`,
      },
      outside: {
        en: `${count} numbers outside what can be computed with`,
        bg: `${count} числа извън това, с което може да се смята`,
      },
    }[kind]
    return {
      en: `${name}: ${what.en} (first in line ${line}), ${rules[rule](valueText(value, 'en')).en}`,
      bg: `${name}: ${what.bg} (първо на ред ${line}), ${rules[rule](valueText(value, 'bg')).bg}`,
    }
  })
