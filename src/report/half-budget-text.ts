import type { HalfBudget } from '../search/half-budget.ts'
import { numberText } from './number-text.ts'
import { spoken } from './training-report.ts'
import type { Language, Wording } from './wording.ts'

const percent = (share: number, language: Language): string => `${numberText(100 * share, language, 3)} %`

const lossIn = (value: number, { measure }: HalfBudget, language: Language): string =>
  value === Infinity
    ? { en: 'all (no trial would have ended)', bg: 'всичко (нито един опит не би завършил)' }[language]
    : measure === 'hypervolume'
      ? percent(value, language)
      : numberText(value, language, 4)

/**
 * What half of the budget would have lost, in sentences of both languages.
 *
 * @example
 * ```ts
 * import { halfBudgetText } from 'puregrad/report'
 * const orders = { count: 400, median: 0.25, interval: [0, 1], nothing: 0.4 } as const
 * halfBudgetText({ measure: 'objective', whole: 2, half: 2.5, lost: 0.5, orders })[0]?.en // => 'The best value is 2; after half of the budget it was 2.5, a loss of 0.5.'
 * ```
 * @category Reports
 */
export const halfBudgetText = (found: HalfBudget): readonly Wording[] => {
  const { measure, half, whole, lost, orders } = found
  const [low, high] = orders.interval
  const said = (value: number) => ({
    en: lossIn(value, found, 'en'),
    bg: lossIn(value, found, 'bg'),
  })
  const [median, from, to] = [said(orders.median), said(low), said(high)]
  const [end, middle] = [spoken(whole), spoken(half ?? NaN)]
  const single = measure === 'objective'
  const of: Wording = single
    ? { en: 'The best value', bg: 'Най-добрата стойност' }
    : { en: 'The hypervolume of the front', bg: 'Хиперобемът на фронта' }
  const inOrder: Wording =
    lost === undefined
      ? {
          en: 'With half of the budget no trial would have been measured to the end.',
          bg: 'С половината бюджет нито един опит не би бил измерен докрай.',
        }
      : lost === 0
        ? {
            en: `${of.en}, ${end.en}, was there after half of the budget.`,
            bg: `${of.bg}, ${end.bg}, е ${single ? 'намерена' : 'достигнат'} още с половината бюджет.`,
          }
        : {
            en: `${of.en} is ${end.en}; after half of the budget it was ${middle.en}, a loss of ${lossIn(lost, found, 'en')}.`,
            bg: `${of.bg} е ${end.bg}; с половината бюджет ${single ? 'е била' : 'е бил'} ${middle.bg}, загуба от ${lossIn(lost, found, 'bg')}.`,
          }
  return [
    inOrder,
    {
      en: `Over ${orders.count} random orders of the same trials half of the budget loses ${median.en} in the median, and in 95 % of them from ${from.en} to ${to.en}; in ${percent(orders.nothing, 'en')} of the orders it loses nothing.`,
      bg: `При ${orders.count} случайни подредби на същите опити половината бюджет губи медианно ${median.bg}, в 95 % от тях от ${from.bg} до ${to.bg}; в ${percent(orders.nothing, 'bg')} от подредбите не губи нищо.`,
    },
  ]
}

/** Said of a search that learns: random orders are not its own. */
export const learnsText: Wording = {
  en: 'This search learns from its trials, so random orders only say what the same trials would have been worth to one that does not.',
  bg: 'Това търсене се учи от опитите си, затова случайните подредби казват само какво биха стрували същите опити за търсене, което не се учи.',
}
