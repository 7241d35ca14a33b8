import type { Finding, Problem } from '../training/diagnose.ts'
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
  ok: { en: 'Nothing stands out', bg: 'Нищо не изпъква' },
}

const advice: Readonly<Record<Problem | 'ok', readonly Wording[]>> = {
  'high-bias': [
    { en: 'use a larger network', bg: 'вземете по-голяма невронна мрежа' },
    {
      en: 'train longer, or with another optimizer or learning rate',
      bg: 'обучавайте по-дълго или с друг оптимизатор или скорост на обучение',
    },
    { en: 'lessen regularization', bg: 'намалете регуларизацията' },
  ],
  'high-variance': [
    { en: 'get more training rows', bg: 'съберете още обучаващи редове' },
    {
      en: 'regularize more (L2, dropout, early stopping)',
      bg: 'засилете регуларизацията (L2, отпадане, ранно спиране)',
    },
    { en: 'use a smaller network', bg: 'вземете по-малка невронна мрежа' },
  ],
  'normalization-mismatch': [
    {
      en: 'renew the tracked statistics: this gap is not variance',
      bg: 'обновете следените статистики: тази разлика не е вариация',
    },
    { en: 'use larger batches', bg: 'вземете по-големи партиди' },
    { en: 'normalize over units instead of rows', bg: 'нормализирайте по неврони вместо по редове' },
  ],
  mismatch: [
    { en: 'compare training and dev rows', bg: 'сравнете обучаващите и проверяващите редове' },
    {
      en: 'make the training rows more like the dev rows',
      bg: 'доближете обучаващите редове до проверяващите',
    },
  ],
  'dev-overfit': [
    { en: 'get more dev rows', bg: 'съберете още проверяващи редове' },
    {
      en: 'check that dev and test rows come from one distribution',
      bg: 'проверете дали проверяващият и тестовият набор са от едно разпределение',
    },
  ],
  ok: [{ en: 'keep these settings', bg: 'запазете тези настройки' }],
}

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
  if (finding.kind !== 'inconclusive') return { name: names[finding.kind], advice: advice[finding.kind] }
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
