import { stage } from '../../compile/program/stage.ts'
import { jvp, vjp } from '../../core/autodiff/jvp.ts'
import { foldIn, key, normal, toTypedArray } from '../../core/numeric/index.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { isFloat } from '../../core/tensor/dtype.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { count, countOrNone } from '../../core/tensor/setting-ranges.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { leavesOf, withLeaves } from '../../core/tensor/tree.ts'
import type { Law } from '../laws/law.ts'
import { placesIn, showPlace, type EquationPlace } from './places.ts'
import { allMistakes, type Mistake } from './plant-mistake.ts'
import { plantedFunction } from './planted-function.ts'

/**
 * A mistake that was planted: into the rule of which operation, and what it is.
 *
 * @category Mutations
 */
export interface Mutant {
  readonly place: string
  readonly mistake: string
}

/**
 * How good properties are at finding mistakes in derivatives.
 *
 * @category Mutations
 */
export interface MutationReport {
  /** The part of the mistakes that some property catches, from 0 to 1. */
  readonly score: number
  /** Mistakes that are caught, and the names of the properties that catch them. */
  readonly caught: readonly (Mutant & { readonly by: readonly string[] })[]
  /** Mistakes that change derivatives here, and that no property notices. */
  readonly survived: readonly Mutant[]
  /** Mistakes that change no derivative of first or second order at these arguments, so that nothing is there to see. */
  readonly unseen: readonly Mutant[]
}

/**
 * How many mistakes are planted, and where their derivatives are looked at.
 *
 * @category Mutations
 */
export interface MutationOptions<A extends readonly unknown[]> {
  /** Arguments, floats in float64, where the function is smooth. */
  readonly at: readonly [...A]
  /** So many of the mistakes, spread over all; all of them unless told otherwise. */
  readonly sample?: number
  /** Which of them, and which directions; 0 unless told otherwise. */
  readonly seed?: number
  /** Whether all properties are asked of every mistake, or those only until one catches it; all unless told otherwise. */
  readonly every?: boolean
}

type Any = (leaves: readonly Tensor[]) => readonly Tensor[]

const directions = (like: readonly Tensor[], seed: number): readonly Tensor[] =>
  like.map((leaf, i) => normal(foldIn(key(seed), i), leaf.shape, { dtype: 'float64' }))

/** Runs every rule once, in both modes. */
const firstDerivatives = (f: Any, at: readonly Tensor[], seed: number): void => {
  const [y, pullback] = vjp(f, at)
  pullback(directions(y, seed))
  jvp(f, [at], [directions(at, seed)])
}

/** First derivatives in both modes and second ones along fixed directions, in one list. */
const derivativesOf = (f: Any, at: readonly Tensor[], seed: number): readonly number[] => {
  const numbers = (leaves: readonly Tensor[]): readonly number[] =>
    leaves.flatMap((leaf) => Array.from(toTypedArray(leaf)))
  const [v, w] = [directions(at, seed), directions(at, seed + 1)]
  const forward: Any = (x) => jvp(f, [x], [v])[1]
  const u = directions(f(at), seed + 2)
  const reverse: Any = (x) => vjp(f, x)[1](u)[0]
  return [
    ...numbers(forward(at)),
    ...numbers(reverse(at)),
    ...numbers(jvp(forward, [at], [w])[1]),
    ...numbers(jvp(reverse, [at], [w])[1]),
    ...numbers(vjp(forward, at)[1](u)[0]),
    ...numbers(vjp(reverse, at)[1](v)[0]),
  ]
}

const differ = (a: readonly number[], b: readonly number[]): boolean => {
  const scale = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  return a.length !== b.length || a.some((x, i) => !(Math.abs(x - b[i]!) <= 1e-6 * (1e-3 + scale)))
}

/** The float arguments as a list, and the function of them. */
const movingPart = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  at: readonly [...A],
): { readonly f: Any; readonly at: readonly Tensor[] } => {
  const all = leavesOf(at)
  const moving = all.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []))
  return {
    at: moving.map((i) => all[i]!),
    f: (leaves) => {
      const args = withLeaves(
        at,
        all.map((leaf, i) => (moving.includes(i) ? leaves[moving.indexOf(i)] : leaf)),
      )
      return leavesOf(f(...args)).filter(({ dtype }) => isFloat(dtype))
    },
  }
}

/** A list in an order in which any beginning of it is spread over all. */
const spread = <T>(list: readonly T[], seed: number): readonly T[] => {
  const n = list.length
  const coprime = (step: number): number => (greatestDivisor(step, n) === 1 ? step : coprime(step + 1))
  const step = coprime(Math.max(1, Math.round(n * 0.618)))
  return list.map((_, i) => list[(seed + i * step) % n]!)
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))

interface Planted<A extends readonly unknown[], B> {
  readonly mutant: Mutant
  readonly f: (...args: A) => B
  readonly seen: boolean
}

/** The function with a mistake; nothing where it cannot be made there, or where nothing can be computed with it. */
const planted = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  at: readonly [...A],
  place: EquationPlace,
  mistake: Mistake,
  right: readonly number[],
  seed: number,
): readonly Planted<A, B>[] => {
  const names = new Set<string>()
  // eslint-disable-next-line functional/immutable-data -- what a run notices is collected here
  const g = plantedFunction(f, place, mistake, (name) => void names.add(name))
  try {
    const part = movingPart(g, at)
    firstDerivatives(part.f, part.at, seed)
    if (names.size === 0) return []
    const found = derivativesOf(part.f, part.at, seed)
    const [name] = names
    return [{ mutant: { place: showPlace(place), mistake: name ?? '' }, f: g, seen: differ(right, found) }]
  } catch {
    return []
  }
}

const catches = ({ check }: Law): boolean => {
  try {
    return check().kind === 'fails'
  } catch {
    return true
  }
}

/** The names of the laws that catch a function, in order. */
const caughtBy = (list: readonly Law[], every: boolean): readonly string[] => {
  if (every) return list.filter(catches).map(({ name }) => name)
  const first = list.find(catches)
  return first === undefined ? [] : [first.name]
}

/**
 * Plants typical mistakes into the derivative of a function, one at a time, and asks which ones the given properties
 * catch: a sign, a factor, a missing term, a sum that is a mean or takes its first element only, a transposed factor, a
 * wrong mask, an index off by one, a stale value, a coefficient whose own derivative is lost, a stopped gradient, and
 * each operation of each rule exchanged for a near one. The values of the function stay as they are.
 *
 * The mistakes are planted into copies of the rules of the operations that the function uses, and into rules given to
 * `custom`. The function has to be one that `stage` takes.
 *
 * @throws ArgumentError for another option, and where nothing has a derivative; UnknownValueError for a function that
 * reads elements.
 * @example
 * ```ts
 * import { grad, item, mul, sin, sum, tensor, type Tensor } from 'puregrad'
 * import { checkGrad, law, mutationScore } from 'puregrad/testing'
 * const f = (x: Tensor) => sum(mul(x, sin(x)))
 * const at = [tensor([0.5, 2], { dtype: 'float64' })] as const
 * const weak = mutationScore(f, (g) => [law('the value', () => item(g(at[0])) > 2)], { at, sample: 6 })
 * weak.score // => 0
 * const gradient = (g: typeof f) => [law('the gradient', () => checkGrad(g)(at[0]).kind === 'agrees')]
 * mutationScore(f, gradient, { at, sample: 6 }).score > 0.5 // => true
 * ```
 * @category Mutations
 */
export const mutationScore = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  properties: (f: (...args: A) => B) => readonly Law[],
  options: MutationOptions<A>,
): MutationReport => {
  checkOptions('mutationScore', options, { at: true, sample: true, seed: true, every: true })
  const { at, sample = Infinity, seed = 0, every = true } = options
  if (sample !== Infinity) checkSetting('mutationScore', 'sample', sample, count)
  checkSetting('mutationScore', 'seed', seed, countOrNone)
  const places = placesIn(stage(f)(...at).program)
  if (places.length === 0)
    throw new ArgumentError('mutationScore: no operation of the function has a derivative')
  const part = movingPart(f, at)
  const right = derivativesOf(part.f, part.at, seed)
  const tried = places.flatMap((place) => allMistakes.map((mistake) => ({ place, mistake })))
  const all = (sample === Infinity ? tried : spread(tried, seed)).reduce<readonly Planted<A, B>[]>(
    (found, { place, mistake }) =>
      found.length >= sample ? found : [...found, ...planted(f, at, place, mistake, right, seed)],
    [],
  )
  const judged = all.map((one) => ({
    ...one,
    by: one.seen ? caughtBy(properties(one.f), every) : [],
  }))
  const seen = judged.filter((one) => one.seen)
  const caught = seen.filter(({ by }) => by.length > 0)
  return {
    score: seen.length === 0 ? 1 : caught.length / seen.length,
    caught: caught.map(({ mutant, by }) => ({ ...mutant, by })),
    survived: seen.filter(({ by }) => by.length === 0).map(({ mutant }) => mutant),
    unseen: judged.filter((one) => !one.seen).map(({ mutant }) => mutant),
  }
}
