import { chooseExecutor } from '../compile/executors/choose-backend.ts'
import type { BackendName } from '../compile/executors/executor.ts'
import { jit } from '../compile/jit/jit.ts'
import { runStaged } from '../compile/program/stage.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf, type Path } from '../core/tensor/tree.ts'
import {
  addCounts,
  elementsOf,
  noCounts,
  referenceOf,
  type Counts,
  type Elements,
  type Reference,
} from './rounding.ts'

/**
 * Which compiled function it was.
 *
 * @category Random programs
 */
export interface CompiledWith {
  readonly backend: BackendName
  readonly reproducible: boolean
}

/**
 * What {@link checkCompiled} found: agreement, with what was compared, or the first thing that differs.
 *
 * @category Random programs
 */
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

/**
 * Where {@link checkCompiled} compiles to, and how.
 *
 * @category Random programs
 */
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

/** What a thrown value says. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

const showResult = (leaf: Tensor | undefined): string =>
  leaf === undefined ? 'missing' : `${leaf.dtype}${showShape(leaf.shape)}`

/** The first element that is not the same, bit for bit (NaN are alike). */
const firstOdd = (a: Elements, b: Elements): number => Array.from(a).findIndex((x, i) => !Object.is(x, b[i]))

/** The elements of the results of a compiled function, or how it fails. */
const compiledResults = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  args: A,
  { leaves }: Reference<A, B>,
  how: CompiledWith,
): readonly Elements[] | Extract<CompiledVerdict, { readonly kind: 'fails' }> => {
  try {
    const found = leavesOf(jit(f, how)(...args))
    const odd = leaves.findIndex(({ leaf }, i) => {
      const other = found[i]
      return other === undefined || leaf.dtype !== other.dtype || !sameShape(leaf.shape, other.shape)
    })
    return odd >= 0
      ? {
          kind: 'fails',
          ...how,
          message: `the result is ${showResult(found[odd])} instead of ${showResult(leaves[odd]?.leaf)}`,
        }
      : found.map(elementsOf)
  } catch (error) {
    return { kind: 'fails', ...how, message: messageOf(error) }
  }
}

interface Progress {
  readonly counts: Counts
  /** The first reproducible result. */
  readonly first: { readonly backend: BackendName; readonly found: readonly Elements[] } | undefined
  readonly verdict: CompiledVerdict | undefined
}

const judged = <A extends readonly unknown[], B>(
  sofar: Progress,
  found: readonly Elements[],
  { leaves, judge }: Reference<A, B>,
  how: CompiledWith,
): Progress => {
  const judgement = judge(found)
  if ('found' in judgement) {
    const { path, index, expected, found: compiled, spread } = judgement
    return { ...sofar, verdict: { kind: 'disagrees', ...how, path, index, expected, compiled, spread } }
  }
  const counts = addCounts(sofar.counts, judgement)
  const { first } = sofar
  if (!how.reproducible) return { ...sofar, counts }
  if (first === undefined) return { ...sofar, counts, first: { backend: how.backend, found } }
  const odd = found.findIndex((list, leaf) => firstOdd(list, first.found[leaf]!) >= 0)
  if (odd < 0) return { ...sofar, counts }
  const index = firstOdd(found[odd]!, first.found[odd]!)
  const path = leaves[odd]?.path ?? ''
  return { ...sofar, verdict: { kind: 'not reproducible', ...how, other: first.backend, path, index } }
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
 * @category Random programs
 */
export const checkCompiled =
  <A extends readonly unknown[], B>(
    f: (...args: A) => B,
    { backends = presentBackends(), modes = ['default', 'reproducible'] }: CheckCompiledOptions = {},
  ) =>
  (...args: A): CompiledVerdict => {
    const reference = referenceOf(f, args)
    const { counts, verdict } = modes
      .flatMap((mode) => backends.map((backend) => ({ backend, reproducible: mode === 'reproducible' })))
      .reduce<Progress>(
        (sofar, how, i) => {
          if (sofar.verdict !== undefined) return sofar
          // What the function does is written down anew for the first; a program staged again is the same program.
          const compiled = i === 0 ? f : (...given: A): B => runStaged(reference.staged())(...given)
          const found = compiledResults(compiled, args, reference, how)
          return 'kind' in found ? { ...sofar, verdict: found } : judged(sofar, found, reference, how)
        },
        { counts: noCounts, first: undefined, verdict: undefined },
      )
    return verdict ?? { kind: 'agrees', ...counts }
  }
