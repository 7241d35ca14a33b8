import { valuesOf } from '../core/autodiff/leaves.ts'
import { toTypedArray } from '../core/numeric/index.ts'
import { stage, type StagedProgram } from '../compile/program/stage.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesWithPaths, type Path } from '../core/tensor/tree.ts'
import { disturbedResults } from './disturbed.ts'

/**
 * How many elements were compared, and what of that tells little.
 *
 * @category Random programs
 */
export interface Counts {
  readonly comparisons: number
  /** Both NaN, or the same infinity. */
  readonly nonFinite: number
  /** Beyond the tolerance, but no further than rounding errors move the result. */
  readonly illConditioned: number
}

export const noCounts: Counts = { comparisons: 0, nonFinite: 0, illConditioned: 0 }

export const addCounts = (a: Counts, b: Counts): Counts => ({
  comparisons: a.comparisons + b.comparisons,
  nonFinite: a.nonFinite + b.nonFinite,
  illConditioned: a.illConditioned + b.illConditioned,
})

export type Elements = ArrayLike<number>

export const elementsOf = (leaf: Tensor): Elements => toTypedArray(leaf)

/** An element that differs by more than rounding explains. */
export interface Difference {
  readonly path: Path
  readonly index: number
  readonly expected: number
  readonly found: number
  /** How far rounding errors move this element. */
  readonly spread: number
}

/** Results of a function, and the judgement of others that should be the same. */
export interface Reference<A extends readonly unknown[], B> {
  readonly leaves: readonly { readonly path: Path; readonly leaf: Tensor }[]
  /** The function, written down when first asked for. */
  readonly staged: () => StagedProgram<A, B>
  readonly judge: (found: readonly Elements[]) => Counts | Difference
}

/** Relative to 1 + |x|, what results may differ by without further questions. */
const toleranceOf = (dtype: string): number => (dtype === 'float32' ? 2e-6 : dtype === 'float64' ? 1e-13 : 0)

/** Beyond the spread of the disturbed runs by this factor, a difference is an error. */
const margin = 16

/** How many disturbed runs explain a difference; only what the few leave open is asked of the many. */
const [fewRuns, manyRuns] = [6, 60]

const same = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b))

const close = (a: number, b: number, tolerance: number): boolean =>
  same(a, b) || Math.abs(a - b) <= tolerance * (1 + Math.abs(a))

/** A computation at most once, when it is first needed. */
export const once = <T>(make: () => T): (() => T) => {
  const made: T[] = []
  return () => {
    // eslint-disable-next-line functional/immutable-data -- local to this call
    if (made.length === 0) made.push(make())
    return made[0] as T
  }
}

interface Place {
  readonly leaf: number
  readonly index: number
}

/** The largest distance from the results to those of disturbed runs, at a place. */
const spreadAt = (
  elements: readonly Elements[],
  runs: readonly (readonly Elements[])[],
  { leaf, index }: Place,
): number =>
  runs.reduce((most, results) => {
    const [before, after] = [elements[leaf]?.[index] as number, results[leaf]?.[index] as number]
    const moved = same(before, after) ? 0 : Math.abs(after - before)
    return Math.max(most, Number.isNaN(moved) ? Infinity : moved)
  }, 0)

/**
 * Runs a function and remembers its results, to compare others with: within 2e-6 (float32) or 1e-13 (float64) of
 * 1 + |x|, exactly for integers and booleans, or no further apart than rounding errors move them.
 */
export const referenceOf = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  args: A,
): Reference<A, B> => {
  const leaves = leavesWithPaths(f(...args))
  const elements = leaves.map(({ leaf }) => elementsOf(leaf))
  const staged = once(() => stage(f)(...args))
  const runs = (count: number) =>
    once(() =>
      disturbedResults(staged().program, valuesOf(args), count).map((results) =>
        results.map((x) => elementsOf(x)),
      ),
    )
  const [few, many] = [runs(fewRuns), runs(manyRuns)]
  const explains = (spread: number, before: number, after: number): boolean =>
    spread === Infinity || Math.abs(after - before) <= margin * spread
  return {
    leaves,
    staged,
    judge: (found) => {
      const odd = leaves.flatMap(({ leaf: { dtype } }, leaf) => {
        const [a, b] = [elements[leaf] as Elements, found[leaf] as Elements]
        const tolerance = toleranceOf(dtype)
        return Array.from(a).flatMap((x, index) =>
          close(x, b[index]!, tolerance) ? [] : [{ leaf, index, before: x, after: b[index]! }],
        )
      })
      const wrong = odd.find(
        (place) =>
          !explains(spreadAt(elements, few(), place), place.before, place.after) &&
          !explains(spreadAt(elements, many(), place), place.before, place.after),
      )
      if (wrong !== undefined)
        return {
          path: leaves[wrong.leaf]?.path ?? '',
          index: wrong.index,
          expected: wrong.before,
          found: wrong.after,
          spread: spreadAt(elements, many(), wrong),
        }
      const all = elements.flatMap((list) => Array.from(list))
      return {
        comparisons: all.length,
        nonFinite: all.filter((x) => !Number.isFinite(x)).length,
        illConditioned: odd.length,
      }
    },
  }
}
