import { valuesOf } from '../autodiff/leaves.ts'
import { chooseExecutor } from '../backend/choose-backend.ts'
import type { BackendName } from '../backend/executor.ts'
import { toTypedArray } from '../numeric/index.ts'
import { jit } from '../program/jit.ts'
import { runStaged, stage } from '../program/stage.ts'
import { sameShape, showShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { leavesWithPaths, type Path } from '../tensor/tree.ts'
import { disturbedResults } from './disturbed.ts'

/** How many elements were compared, and what of that tells little. */
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

/** Which compiled function it was. */
export interface CompiledWith {
  readonly backend: BackendName
  readonly reproducible: boolean
}

export type CompiledVerdict =
  | ({ readonly kind: 'agrees' } & Counts)
  | ({
      readonly kind: 'disagrees'
      readonly path: Path
      readonly index: number
      readonly expected: number
      readonly compiled: number
      /** How far rounding errors move this element. */
      readonly spread: number
    } & CompiledWith)
  /** The same program gives other bytes on this backend than on `other`. */
  | ({
      readonly kind: 'not reproducible'
      readonly other: BackendName
      readonly path: Path
      readonly index: number
    } & CompiledWith)
  /** The compiled function throws, or its result has another type. */
  | ({ readonly kind: 'fails'; readonly message: string } & CompiledWith)

export interface CheckCompiledOptions {
  /** Where to compile to; every backend there is unless told otherwise. */
  readonly backends?: readonly BackendName[]
  /** Which of the two ways of compiling to check; both unless told otherwise. */
  readonly modes?: readonly ('default' | 'reproducible')[]
}

const isPresent = (backend: BackendName): boolean => {
  try {
    return chooseExecutor(backend).name === backend
  } catch {
    return false
  }
}

/** The backends of this machine. */
export const presentBackends = (): readonly BackendName[] =>
  (['native', 'wasm', 'typescript'] as const).filter(isPresent)

/** Relative to 1 + |x|, what results may differ by without further questions. */
const toleranceOf = (dtype: string): number => (dtype === 'float32' ? 2e-6 : dtype === 'float64' ? 1e-13 : 0)

/** Beyond the spread of the disturbed runs by this factor, a difference is an error. */
const margin = 16

type Elements = ArrayLike<number>

const same = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b))

const close = (a: number, b: number, tolerance: number): boolean =>
  same(a, b) || Math.abs(a - b) <= tolerance * (1 + Math.abs(a))

interface Difference {
  readonly leaf: number
  readonly index: number
}

const differences = (
  expected: readonly Tensor[],
  found: readonly Elements[],
  elements: readonly Elements[],
): readonly Difference[] =>
  expected.flatMap(({ dtype }, leaf) => {
    const [a, b] = [elements[leaf] as Elements, found[leaf] as Elements]
    const tolerance = toleranceOf(dtype)
    return Array.from(a).flatMap((x, index) =>
      close(x, b[index] as number, tolerance) ? [] : [{ leaf, index }],
    )
  })

const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

/** A computation at most once, when it is first needed. */
const once = <T>(make: () => T): (() => T) => {
  const made: T[] = []
  return () => {
    // eslint-disable-next-line functional/immutable-data -- local to this call
    if (made.length === 0) made.push(make())
    return made[0] as T
  }
}

/**
 * Whether a compiled function gives what the function gives, on every backend there is, compiled the default way and
 * the reproducible way; and whether the latter gives the same bytes everywhere.
 *
 * Elements agree where they are the same number, both NaN, or within 2e-6 (float32) or 1e-13 (float64) of 1 + |x|.
 * Beyond that the function is run with its roundings disturbed: each result of a rounding operation, and each term of a
 * sum, is multiplied by 1 + δ with δ a few units in the last place. A difference within 16 times the distance these
 * runs move the element is ill-conditioned, not wrong, and counted as such; so functions that amplify rounding, or jump
 * where it decides, raise no false alarm, and the counts tell how much of the comparison was of that kind.
 *
 * @throws What the function itself throws.
 * @example
 * ```ts
 * import { softmax, tensor, type Tensor } from 'puregrad'
 * import { checkCompiled } from 'puregrad/testing'
 * const verdict = checkCompiled((x: Tensor) => softmax(x))(tensor([1, 2, 3]))
 * verdict.kind // => 'agrees'
 * verdict.kind === 'agrees' && verdict.comparisons >= 6 // => true
 * ```
 */
export const checkCompiled =
  <A extends readonly unknown[], B>(
    f: (...args: A) => B,
    { backends = presentBackends(), modes = ['default', 'reproducible'] }: CheckCompiledOptions = {},
  ) =>
  (...args: A): CompiledVerdict => {
    const leaves = leavesWithPaths(f(...args))
    const expected = leaves.map(({ leaf }) => leaf)
    const elements = expected.map((leaf) => toTypedArray(leaf) as Elements)
    const staged = once(() => stage(f)(...args))
    const program = () => staged().program
    const spreads = (runs: number) =>
      once(() =>
        disturbedResults(program(), valuesOf(args), runs).map((results) =>
          results.map((x) => toTypedArray(x as Tensor) as Elements),
        ),
      )
    const [few, many] = [spreads(6), spreads(60)]
    const spreadAt = (runs: () => readonly (readonly Elements[])[], { leaf, index }: Difference): number =>
      runs().reduce((most, results) => {
        const [before, after] = [elements[leaf]?.[index] as number, results[leaf]?.[index] as number]
        const moved = same(before, after) ? 0 : Math.abs(after - before)
        return Math.max(most, Number.isNaN(moved) ? Infinity : moved)
      }, 0)
    const explains = (spread: number, expectedElement: number, found: number): boolean =>
      spread === Infinity || Math.abs(found - expectedElement) <= margin * spread
    const compare = (found: readonly Elements[], how: CompiledWith): CompiledVerdict => {
      const odd = differences(expected, found, elements)
      const wrong = odd
        .map((difference) => ({
          difference,
          before: elements[difference.leaf]?.[difference.index] as number,
          after: found[difference.leaf]?.[difference.index] as number,
        }))
        .find(
          ({ difference, before, after }) =>
            !explains(spreadAt(few, difference), before, after) &&
            !explains(spreadAt(many, difference), before, after),
        )
      if (wrong !== undefined)
        return {
          kind: 'disagrees',
          ...how,
          path: leaves[wrong.difference.leaf]?.path ?? '',
          index: wrong.difference.index,
          expected: wrong.before,
          compiled: wrong.after,
          spread: spreadAt(many, wrong.difference),
        }
      return {
        kind: 'agrees',
        comparisons: elements.reduce((total, list) => total + list.length, 0),
        nonFinite: elements.reduce(
          (total, list) => total + Array.from(list).filter((x) => !Number.isFinite(x)).length,
          0,
        ),
        illConditioned: odd.length,
      }
    }
    const compiledWith = (how: CompiledWith, first: boolean): readonly Elements[] | CompiledVerdict => {
      try {
        // What the function does is written down anew for the first; a program staged again is the same program.
        const found = leavesWithPaths(jit(first ? f : runStaged(staged()), how)(...args))
        const odd = found.findIndex(({ leaf }, i) => {
          const like = expected[i]
          return like === undefined || leaf.dtype !== like.dtype || !sameShape(leaf.shape, like.shape)
        })
        return odd >= 0 || found.length !== expected.length
          ? {
              kind: 'fails',
              ...how,
              message: `result ${String(odd)} is of another type: ${showResult(found[odd]?.leaf)}`,
            }
          : found.map(({ leaf }) => toTypedArray(leaf) as Elements)
      } catch (error) {
        return { kind: 'fails', ...how, message: messageOf(error) }
      }
    }
    const start: Progress = { counts: noCounts, bytes: undefined, verdict: undefined }
    const end = modes
      .flatMap((mode) => backends.map((backend) => ({ backend, reproducible: mode === 'reproducible' })))
      .reduce<Progress>((sofar, how, i) => {
        if (sofar.verdict !== undefined) return sofar
        const found = compiledWith(how, i === 0)
        if ('kind' in found) return { ...sofar, verdict: found }
        const verdict = compare(found, how)
        if (verdict.kind !== 'agrees') return { ...sofar, verdict }
        const counts = addCounts(sofar.counts, verdict)
        if (!how.reproducible) return { ...sofar, counts }
        if (sofar.bytes === undefined) return { ...sofar, counts, bytes: { backend: how.backend, found } }
        const other = sofar.bytes
        const odd = found.findIndex((list, leaf) => firstOddByte(list, other.found[leaf] as Elements) >= 0)
        return odd < 0
          ? { ...sofar, counts }
          : {
              ...sofar,
              verdict: {
                kind: 'not reproducible',
                ...how,
                other: other.backend,
                path: leaves[odd]?.path ?? '',
                index: firstOddByte(found[odd] as Elements, other.found[odd] as Elements),
              },
            }
      }, start)
    return end.verdict ?? { kind: 'agrees', ...end.counts }
  }

interface Progress {
  readonly counts: Counts
  /** The first reproducible result. */
  readonly bytes: { readonly backend: BackendName; readonly found: readonly Elements[] } | undefined
  readonly verdict: CompiledVerdict | undefined
}

const showResult = (leaf: Tensor | undefined): string =>
  leaf === undefined ? 'missing' : `${leaf.dtype}${showShape(leaf.shape)}`

/** The first element that is not the same, bit for bit (NaN are alike). */
const firstOddByte = (a: Elements, b: Elements): number =>
  Array.from(a).findIndex((x, i) => !Object.is(x, b[i]))
