import * as fc from 'fast-check'
import { add, foldIn, item, key as keyOf, mul, normal, square, sub, sum } from '../../core/numeric/index.ts'
import { showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { leavesOf, mapTree, zipTrees } from '../../core/tensor/tree.ts'
import { penaltyMonoid, penaltyValue, type Penalty } from '../../nn/penalty.ts'
import { showTree } from './compare-trees.ts'
import { functionLaws } from './function-laws.ts'
import {
  checkLawOptions,
  fails,
  firstFinding,
  lawOf,
  type Cases,
  type Finding,
  type Law,
  type LawOptions,
} from './law.ts'

/**
 * What a penalty is tried on, and what it promises.
 *
 * @category Laws
 */
export interface PenaltyLawOptions<P> extends LawOptions {
  /** Parameters whose form those of the cases have; a weight of 2×3 and a bias unless told otherwise. */
  readonly params?: P
  /** Its proximal step at a rate: the z where ½‖z − θ‖² + rate · penalty(z) is least. */
  readonly proximal?: (params: P, rate: number) => P
}

/** Parameters as a dense layer has them. */
interface Usual {
  readonly weight: Tensor
  readonly bias: Tensor
}

const usual = (): Usual => ({
  weight: normal(keyOf(0), [2, 3], { dtype: 'float64' }),
  bias: normal(keyOf(1), [3], { dtype: 'float64' }),
})

const drawnLike = <P>(like: P, seed: number): P =>
  mapTree(like, (leaf, path) =>
    leaf.dtype === 'float64' || leaf.dtype === 'float32'
      ? normal(foldIn(keyOf(seed), path), leaf.shape, { dtype: 'float64' })
      : leaf,
  )

const close = (place: string, expected: number, found: number): Finding =>
  Math.abs(expected - found) <= 1e-9 * (1e-3 + Math.abs(expected)) ? undefined : fails(place, expected, found)

const addsUp = <P>(penalty: Penalty<P>, params: P): Finding => {
  const value = item(penaltyValue(penalty, params))
  const { concat } = penaltyMonoid<P>()
  const none: Penalty<P> = { terms: penalty.terms.map((term) => ({ ...term, lambda: 0 })) }
  return firstFinding([
    () =>
      close('the penalty added to itself', 2 * value, item(penaltyValue(concat(penalty, penalty), params))),
    () => close('the penalty with λ = 0', 0, item(penaltyValue(none, params))),
    () =>
      close(
        'the penalty with λ three times as large',
        3 * value,
        item(
          penaltyValue(
            { terms: penalty.terms.map((term) => ({ ...term, lambda: 3 * term.lambda })) },
            params,
          ),
        ),
      ),
  ])
}

const isNumber = ({ shape, dtype }: Tensor): Finding =>
  shape.length === 0 && dtype === 'float64'
    ? undefined
    : fails('the penalty', 'one float64', `${dtype} of shape ${showShape(shape)}`)

const isNotNegative = <P>(penalty: Penalty<P>, params: P): Finding => {
  const value = item(penaltyValue(penalty, params))
  return value >= 0 ? undefined : fails('the penalty', '0 or more', value)
}

/** ½‖z − θ‖² + rate · penalty(z) is no less anywhere around than at the proximal step. */
const isProximal = <P>(
  penalty: Penalty<P>,
  proximal: (params: P, rate: number) => P,
  params: P,
  seed: number,
): Finding => {
  const rate = 0.25
  const distance = (z: P): number => {
    const others = leavesOf(params)
    return leavesOf(z).reduce((total, leaf, i) => total + item(sum(square(sub(leaf, others[i]!)))), 0)
  }
  const cost = (z: P): number => distance(z) / 2 + rate * item(penaltyValue(penalty, z))
  const best = proximal(params, rate)
  const tried: Readonly<Record<string, P>> = {
    'the parameters themselves': params,
    'half of the step': mapTree(best, (leaf) => mul(leaf, 0.5)),
    'a tenth more than the step': mapTree(best, (leaf) => mul(leaf, 1.1)),
    'a random neighbour': mapTree(best, (leaf, path) =>
      add(leaf, mul(normal(foldIn(keyOf(seed), path), leaf.shape, { dtype: 'float64' }), 0.05)),
    ),
    'the mean of the step and the parameters': zipTrees(best, [params], ([a, b]) => mul(add(a, b), 0.5)),
  }
  return firstFinding(
    Object.entries(tried).map(([name, z]) => () => {
      const [least, found] = [cost(best), cost(z)]
      return least <= found + 1e-10 * (1 + Math.abs(found))
        ? undefined
        : fails('½‖z − θ‖² + rate · penalty(z) at the step', `at most ${found}, as at ${name}`, least)
    }),
  )
}

/**
 * Laws of a penalty: it adds up, is not negative, has derivatives; and its proximal step is the least there is.
 *
 * @throws ArgumentError for another option.
 */
export const penaltyLaws = <P = Usual>(
  penalty: Penalty<P>,
  options: PenaltyLawOptions<P> = {},
): readonly Law[] => {
  checkLawOptions('laws.penalty', options, { seed: true, runs: true, params: true, proximal: true })
  const { params, proximal, ...how } = options
  const like = params ?? (usual() as P)
  const of = `penalty '${penalty.terms.map(({ name }) => name).join(' + ')}'`
  const drawn = (seed: number): P => drawnLike(like, seed)
  const cases: Cases<number> = {
    arbitrary: fc.nat(999),
    show: (seed) => ({ case: `seed ${seed}`, params: showTree(drawn(seed)) }),
  }
  const law = (name: string, judge: (params: P, seed: number) => Finding): Law =>
    lawOf(of, name, cases, (seed) => judge(drawn(seed), seed), how)
  return [
    law('is one number', (params) => isNumber(penaltyValue(penalty, params))),
    law('adds up, and goes with λ', (params) => addsUp(penalty, params)),
    law('is not negative', (params) => isNotNegative(penalty, params)),
    ...(proximal === undefined
      ? []
      : [
          law('its proximal step is the least there is', (params, seed) =>
            isProximal(penalty, proximal, params, seed),
          ),
        ]),
    ...functionLaws(
      of,
      cases,
      (seed) => ({ f: (params: P) => penaltyValue(penalty, params), at: drawn(seed) }),
      (seed) => seed,
      how,
    ),
  ]
}
