import { showText } from '../core/tensor/show-value.ts'
import type { PredictionCase } from '../data/prepare/prediction-case.ts'
import { numberText } from './number-text.ts'
import type { Language, Wording } from './wording.ts'

const value = (of: number | string | undefined, language: Language): string =>
  typeof of === 'number' ? numberText(of, language, 4) : `'${showText(of ?? '', 40)}'`

const rules: Readonly<Record<PredictionCase['rule'], (of: number | string | undefined) => Wording>> = {
  zeros: () => ({ en: 'taken for none of those known', bg: 'взети за никоя от познатите' }),
  'own-column': () => ({ en: 'taken for "another"', bg: 'взети за „друга“' }),
  'code-0': () => ({ en: 'taken for "unknown"', bg: 'взети за „неизвестна“' }),
  'share-0': () => ({ en: 'taken for never seen', bg: 'взети за невиждани' }),
  filled: (of) => ({ en: `taken for ${value(of, 'en')}`, bg: `взети за ${value(of, 'bg')}` }),
  'left-missing': () => ({ en: 'taken for missing', bg: 'взети за липсващи' }),
}

const cells = (count: number): Wording => ({
  en: count === 1 ? '1 cell' : `${count} cells`,
  bg: count === 1 ? '1 клетка' : `${count} клетки`,
})

const problems: Readonly<Record<PredictionCase['kind'], (count: number) => Wording>> = {
  unseen: (count) => ({
    en: `${cells(count).en} with values that training had not`,
    bg: `${cells(count).bg} със стойности, които при обучението не е имало`,
  }),
  missing: (count) => ({
    en: `${cells(count).en} missing, of which training had none`,
    bg: `${count === 1 ? 'липсва 1 клетка' : `липсват ${count} клетки`}, а при обучението не е липсвала нито една`,
  }),
  outside: (count) => ({
    en: `${cells(count).en} with numbers that a step has no result for`,
    bg: `${cells(count).bg} с числа, за които някоя стъпка няма резултат`,
  }),
}

/**
 * A case of `PreparedTable.cases` in both languages: how many cells, where the first one is, and what was made of them.
 *
 * @example
 * ```ts
 * import { predictionCaseText } from 'puregrad/report'
 * const { en } = predictionCaseText({ kind: 'unseen', column: 'port', count: 2, line: 7, rule: 'zeros', levels: ['X'] })
 * en // => "port: 2 cells with values that training had not ('X'), the first in line 7: taken for none of those known"
 * ```
 * @category Language
 */
export const predictionCaseText = (found: PredictionCase): Wording => {
  const { kind, column, count, line, rule, levels = [] } = found
  const shown = levels.map((level) => `'${showText(level, 40)}'`).join(', ')
  const of = shown === '' ? '' : ` (${shown})`
  const problem = problems[kind](count)
  const made = rules[rule](found.value)
  const name = showText(column, 60)
  return {
    en: `${name}: ${problem.en}${of}, ${count === 1 ? 'in' : 'the first in'} line ${line}: ${made.en}`,
    bg: `${name}: ${problem.bg}${of}, ${count === 1 ? 'на' : 'първата на'} ред ${line}: ${made.bg}`,
  }
}
