import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { foldIn, key as keyOf, normal, toTypedArray } from '../../core/numeric/index.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { count } from '../../core/tensor/setting-ranges.ts'
import { checkList } from './check-list.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Gramian, Weighting } from '../../criteria/weighting.ts'
import {
  checkLawOptions,
  fails,
  lawOf,
  undecided,
  type Cases,
  type Finding,
  type Law,
  type LawOptions,
} from './law.ts'

/**
 * What a weighting of gradients promises.
 *
 * @category Laws
 */
export interface WeightingLawOptions extends LawOptions {
  /** The numbers of objectives it takes, `[2, 3]`; 1 to 4 unless told otherwise. */
  readonly objectives?: readonly number[]
  /** Whether its direction makes no objective worse, to first order, as most promise; true unless told otherwise. */
  readonly commonDescent?: boolean
}

interface WeightingCase {
  readonly objectives: number
  readonly seed: number
}

/** Gradients of four parameters, one list for each objective. */
const gradientsOf = ({ objectives, seed }: WeightingCase): readonly (readonly number[])[] =>
  Array.from({ length: objectives }, (_, i) =>
    Array.from(toTypedArray(normal(foldIn(keyOf(seed), i), [4], { dtype: 'float64' }))),
  )

const gramianOf = (gradients: readonly (readonly number[])[]): Gramian =>
  gradients.map((a) => gradients.map((b) => a.reduce((total, x, i) => total + x * b[i]!, 0)))

const show = (weights: readonly number[]): string => `[${weights.map((w) => w.toPrecision(8)).join(', ')}]`

/** Something about the weights there are; where there are none by right, nothing. */
const ofWeights =
  (judge: (weights: readonly number[], gramian: Gramian) => Finding) =>
  (weighting: Weighting, gramian: Gramian): Finding => {
    const found = weighting(gramian)
    return E.isLeft(found)
      ? undecided(`there are no weights: ${found.left.message}`)
      : judge(found.right, gramian)
  }

const areNumbers = ofWeights((weights, gramian) =>
  weights.length === gramian.length && weights.every(Number.isFinite)
    ? undefined
    : fails('the weights', `${gramian.length} finite numbers`, show(weights)),
)

const makesNoneWorse = ofWeights((weights, gramian) => {
  const slopes = gramian.map((row) => row.reduce((total, x, i) => total + x * weights[i]!, 0))
  const scale = Math.max(...gramian.map((row, i) => Math.abs(row[i]!))) * Math.max(...weights.map(Math.abs))
  const worst = slopes.findIndex((slope) => slope < -1e-6 * scale)
  return worst < 0
    ? undefined
    : fails(`the slope of objective ${worst} along the direction`, '0 or more', slopes[worst])
})

const direction = (weights: readonly number[]): readonly number[] => {
  const size = weights.reduce((total, w) => total + Math.abs(w), 0)
  return weights.map((w) => (size === 0 ? 0 : w / size))
}

const alike = (place: string, expected: readonly number[], found: readonly number[]): Finding =>
  expected.every((w, i) => Math.abs(w - found[i]!) <= 1e-4)
    ? undefined
    : fails(place, show(expected), show(found))

/** The weights of other gradients, where both have some. */
const compared = (
  weighting: Weighting,
  gramian: Gramian,
  other: Gramian,
  judge: (before: readonly number[], after: readonly number[]) => Finding,
): Finding => {
  const [before, after] = [weighting(gramian), weighting(other)]
  return E.isLeft(before) || E.isLeft(after)
    ? undecided('there are no weights to compare')
    : judge(before.right, after.right)
}

const ignoresOrder = (weighting: Weighting, gramian: Gramian): Finding =>
  compared(
    weighting,
    gramian,
    [...gramian].reverse().map((row) => [...row].reverse()),
    (before, after) =>
      alike(
        'the direction with the objectives in the other order',
        direction(before),
        direction([...after].reverse()),
      ),
  )

const ignoresUnits = (weighting: Weighting, gramian: Gramian): Finding =>
  compared(
    weighting,
    gramian,
    gramian.map((row) => row.map((x) => 16 * x)),
    (before, after) =>
      alike('the direction of gradients four times as long', direction(before), direction(after)),
  )

const refusesNaN = (weighting: Weighting, gramian: Gramian): Finding => {
  const found = weighting(gramian.map((row, i) => row.map((x, j) => (i === 0 && j === 0 ? NaN : x))))
  return E.isLeft(found)
    ? found.left.kind === 'not-finite'
      ? undefined
      : fails('the left for a gradient that is not finite', 'not-finite', found.left.kind)
    : fails('the weights for a gradient that is not finite', "a left, 'not-finite'", show(found.right))
}

/** Dependent gradients have weights or a reason that there are none, and never an exception. */
const takesDependent = (weighting: Weighting, one: WeightingCase): Finding => {
  const gradients = gradientsOf(one)
  const twice = gradients.map(() => gradients[0]!)
  const found = weighting(gramianOf(twice))
  return E.isLeft(found) || found.right.every(Number.isFinite)
    ? undefined
    : fails('the weights of gradients that are all one', 'finite numbers, or a left', show(found.right))
}

/**
 * Laws of a weighting of gradients: weights as many as objectives, the same for the same, without regard to order and
 * unit, no objective made worse; a left for what is not finite.
 *
 * @throws ArgumentError for another option.
 */
export const weightingLaws = (weighting: Weighting, options: WeightingLawOptions = {}): readonly Law[] => {
  checkLawOptions('laws.weighting', options, {
    seed: true,
    runs: true,
    objectives: true,
    commonDescent: true,
  })
  const { objectives = [1, 2, 3, 4], commonDescent = true, ...how } = options
  checkList('laws.weighting: objectives', objectives)
  objectives.forEach((each) => checkSetting('laws.weighting', 'objectives', each, count))
  const of = weighting.name === '' ? 'a weighting' : `weighting '${weighting.name}'`
  const cases: Cases<WeightingCase> = {
    arbitrary: fc.record({ objectives: fc.constantFrom(...objectives), seed: fc.nat(999) }),
    show: (one) => ({
      case: `${one.objectives} objectives, seed ${one.seed}`,
      gramian: gramianOf(gradientsOf(one)).map(show).join(' '),
    }),
  }
  const law = (name: string, judge: (weighting: Weighting, gramian: Gramian) => Finding): Law =>
    lawOf(of, name, cases, (one) => judge(weighting, gramianOf(gradientsOf(one))), how)
  return [
    law('gives a finite weight for each objective', areNumbers),
    law('gives the same weights for the same gradients', (_, gramian) =>
      compared(weighting, gramian, gramian, (before, after) =>
        before.every((w, i) => Object.is(w, after[i]))
          ? undefined
          : fails('the weights when asked again', show(before), show(after)),
      ),
    ),
    law('leaves what it is given as it was', (_, gramian) => {
      const given = gramian.map((row) => Object.freeze([...row]))
      weighting(Object.freeze(given))
      return undefined
    }),
    law('does not depend on the order of the objectives', ignoresOrder),
    law('does not depend on a common unit of the gradients', ignoresUnits),
    ...(commonDescent ? [law('makes no objective worse, to first order', makesNoneWorse)] : []),
    law('has a left for what is not finite', refusesNaN),
    lawOf(
      of,
      'has weights or a left for dependent gradients',
      cases,
      (one) => takesDependent(weighting, one),
      how,
    ),
    law('refuses what is no Gramian', () => {
      try {
        const found = weighting([[1, 2]])
        return fails('a Gramian of one row and two columns', 'an ArgumentError', found._tag)
      } catch (error) {
        return error instanceof ArgumentError
          ? undefined
          : fails(
              'a Gramian of one row and two columns',
              'an ArgumentError',
              error instanceof Error ? error.name : '',
            )
      }
    }),
  ]
}
