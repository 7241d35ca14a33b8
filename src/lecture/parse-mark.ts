import * as E from 'fp-ts/lib/Either.js'
import type { ClaimChangeError } from './change-claim.ts'
import type { Mark } from './claim.ts'

/** The number a text is, with a decimal point or comma; NaN for anything else. */
export const numberFrom = (text: string): number =>
  /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text.replace(',', '.')) : NaN

const bounded = (sign: string, bound: number, current: Mark): Mark | undefined =>
  /^(>=|≥)$/.test(sign)
    ? { atLeast: bound }
    : /^(<=|≤)$/.test(sign)
      ? { atMost: bound }
      : sign === '='
        ? { within: [bound, bound] }
        : 'atLeast' in current
          ? { atLeast: bound }
          : 'atMost' in current
            ? { atMost: bound }
            : current.within[0] === current.within[1]
              ? { within: [bound, bound] }
              : undefined

/**
 * Reads a mark as people write it: `0.2` is another bound of the mark there is, `>=0.2`, `<=0.2` and `=0.2` say which
 * one, `0.1..0.3` is a range.
 *
 * @param current the mark it takes the place of.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { parseMark } from 'puregrad/claims'
 * parseMark('0.2', { atLeast: 0.5 }) // => E.right({ atLeast: 0.2 })
 * parseMark('0,1..0,3', { atLeast: 0.5 }) // => E.right({ within: [0.1, 0.3] })
 * E.isLeft(parseMark('many', { atLeast: 0.5 })) // => true
 * ```
 * @category Changes
 */
export const parseMark = (text: string, current: Mark): E.Either<ClaimChangeError, Mark> => {
  const [, low, high] = /^([^.…]*(?:\.\d[^.…]*)?)(?:\.\.|…)(.*)$/.exec(text) ?? []
  const range = low === undefined || high === undefined ? undefined : [numberFrom(low), numberFrom(high)]
  const [, sign = '', number = ''] = /^(>=|<=|≥|≤|=)?(.*)$/s.exec(text) ?? []
  const bound = numberFrom(number.trim())
  if (range?.every(Number.isFinite) === true) {
    const [from = NaN, to = NaN] = range
    return from <= to
      ? E.right({ within: [from, to] })
      : E.left({
          kind: 'bad-mark',
          message: {
            en: `expected the lower bound first, got ${text}`,
            bg: `очаква се първо по-малката граница, а е дадено ${text}`,
          },
        })
  }
  const mark = Number.isFinite(bound) ? bounded(sign, bound, current) : undefined
  return mark !== undefined
    ? E.right(mark)
    : E.left({
        kind: 'bad-mark',
        message: Number.isFinite(bound)
          ? {
              en: `the mark is a range; expected one like 0.1..0.3, or a bound like >=0.1, got ${text}`,
              bg: `границите са две; очаква се 0,1..0,3 или една граница като >=0,1, а е дадено ${text}`,
            }
          : {
              en: `expected a number like 0.2, a bound like >=0.2 or a range like 0.1..0.3, got "${text}"`,
              bg: `очаква се число като 0,2, граница като >=0,2 или интервал като 0,1..0,3, а е дадено „${text}“`,
            },
      })
}
