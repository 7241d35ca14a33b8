import { actionText, type Action } from '../training/advice.ts'
import type { Finding } from '../training/diagnose.ts'
import type { Problem } from '../training/problem.ts'
import { numberText } from './number-text.ts'
import type { Wording } from './wording.ts'

const names: Readonly<Record<Problem | 'ok', Wording>> = {
  'high-bias': { en: 'Underfitting: high bias', bg: 'Недонапасване: голямо отместване (bias)' },
  'high-variance': { en: 'Overfitting: high variance', bg: 'Пренапасване: голяма вариация (variance)' },
  'normalization-mismatch': {
    en: 'The tracked statistics of the normalization do not fit',
    bg: 'Следените статистики на нормализацията не са подходящи',
  },
  mismatch: { en: 'Training and dev rows differ', bg: 'Обучаващите и проверяващите редове се различават' },
  'dev-overfit': {
    en: 'The dev set was used too often',
    bg: 'Проверяващият набор е използван твърде често',
  },
  'no-better-than-baseline': {
    en: 'No better than the baseline',
    bg: 'Не по-добре от базовия модел (baseline)',
  },
  ok: { en: 'Nothing stands out', bg: 'Нищо не изпъква' },
}

const actionsInBulgarian: Readonly<Record<keyof typeof actionText, string>> = {
  'larger-network': 'вземете по-голяма невронна мрежа',
  'smaller-network': 'вземете по-малка невронна мрежа',
  'train-longer': 'обучавайте по-дълго или с друг оптимизатор или скорост на обучение',
  'regularize-less': 'намалете регуларизацията',
  'regularize-more': 'засилете регуларизацията (L2, отпадане, ранно спиране)',
  'more-training-rows': 'съберете още обучаващи редове',
  'renew-statistics': 'обновете следените статистики (recalibrate): тази разлика не е вариация',
  'larger-batches': 'вземете по-големи партиди или друг момент на статистиките',
  'normalize-units': 'нормализирайте по неврони вместо по редове (layerNorm)',
  'compare-parts': 'сравнете обучаващите и проверяващите редове: с какво се различават',
  'match-parts': 'доближете обучаващите редове до проверяващите',
  'more-dev-rows': 'съберете още проверяващи редове: с тези са правени твърде много избори',
  'check-distribution': 'проверете дали проверяващият и тестовият набор са от едно разпределение',
  'compare-linear': 'сравнете с линеен модел: казват ли признаците нещо за целта',
  'check-targets': 'проверете дали признаците и целта на всеки ред си съответстват',
  keep: 'запазете тези настройки',
}

const wordingOf = (action: Action): readonly Wording[] =>
  action === 'measure-more' ? [] : [{ en: actionText[action], bg: actionsInBulgarian[action] }]

/**
 * What a finding of `diagnose` is called and what can be done, in both languages.
 *
 * @example
 * ```ts
 * import { findingText } from 'puregrad/report'
 * import { diagnose } from 'puregrad/training'
 * const [first] = diagnose({ train: { value: 0.01, n: 5000 }, dev: { value: 0.2, n: 5000 } })
 * findingText(first).name.bg // => 'Пренапасване: голяма вариация (variance)'
 * ```
 * @category Language
 */
export const findingText = (
  finding: Finding,
): { readonly name: Wording; readonly advice: readonly Wording[] } => {
  if (finding.kind !== 'inconclusive')
    return { name: names[finding.kind], advice: finding.actions.flatMap(wordingOf) }
  const about = names[finding.about]
  const rows = (language: 'en' | 'bg'): string =>
    Number.isFinite(finding.rowsNeeded) ? numberText(finding.rowsNeeded, language, 2) : '∞'
  return {
    name: {
      en: `Too few rows to tell. ${about.en}?`,
      bg: `Редовете са твърде малко за заключение. ${about.bg}?`,
    },
    advice: [{ en: `measure on about ${rows('en')} rows`, bg: `измерете върху около ${rows('bg')} реда` }],
  }
}
