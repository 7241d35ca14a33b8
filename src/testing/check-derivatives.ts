import { jacobian } from '../core/autodiff/jacobian.ts'
import { toTypedArray } from '../core/numeric/index.ts'
import { leavesOf, leavesWithPaths, type Path } from '../core/tensor/tree.ts'
import {
  entriesOf,
  gravest,
  movedBy,
  noiseAround,
  requireFloat64,
  sizeOfCoordinate,
  verdictOf,
  type CheckGradOptions,
  type Entry,
  type GradVerdict,
} from './check-grad.ts'
import { checkSlope } from './check-slope.ts'

/**
 * A {@link GradVerdict} with the element of the result, and the mode whose derivative it is about.
 *
 * @category Random programs
 */
export type DerivativesVerdict =
  | Extract<GradVerdict, { readonly kind: 'agrees' }>
  | (Exclude<GradVerdict, { readonly kind: 'agrees' }> & {
      readonly mode: 'forward' | 'reverse'
      readonly outputPath: Path
      readonly outputIndex: number
    })

/** A function at most once for each argument. */
const remembered = <T>(f: (t: number) => T): ((t: number) => T) => {
  const known = new Map<number, T>()
  return (t) => {
    const found = known.get(t)
    if (found !== undefined) return found
    const made = f(t)
    // eslint-disable-next-line functional/immutable-data -- local to this call
    known.set(t, made)
    return made
  }
}

/** The elements of all leaves in one list. */
const flat = (tree: unknown): readonly number[] =>
  leavesOf(tree).flatMap((leaf) => Array.from(toTypedArray(leaf)))

const modes = ['forward', 'reverse'] as const

/**
 * Compares every partial derivative of a function of one record, by forward and by reverse mode, with differences in
 * float64: each element of the result by each element of the argument. Use it for functions that return more than a
 * number, and for the rule of a `custom` function of your own, which one mode may follow where the other does not.
 *
 * Arguments of more than `directions` elements, and results of more, are checked at so many of them, evenly spread. See
 * {@link checkGrad} for the verdicts.
 *
 * @throws DTypeError for arguments or results that are not float64.
 * @example
 * ```ts
 * import { add, custom, mul, sin, stopGradient, tensor, type Tensor } from 'puregrad'
 * import { checkDerivatives } from 'puregrad/testing'
 * const at = tensor([1, 2], { dtype: 'float64' })
 * checkDerivatives((x: Tensor) => ({ a: sin(x), b: mul(x, x) }))(at).kind // => 'agrees'
 * const half = custom((x: Tensor) => mul(x, x), { vjp: (x) => [mul(x, x), (ct: Tensor): [Tensor] => [mul(ct, x)]] })
 * const verdict = checkDerivatives(half)(at)
 * verdict.kind === 'disagrees' && [verdict.mode, verdict.outputIndex, verdict.index, verdict.ad] // => ['forward', 0, 0, 1]
 * ```
 * @category Random programs
 */
export const checkDerivatives =
  <A, B>(
    f: (argument: A) => B,
    { tolerance = 1e-6, step = Math.cbrt(Number.EPSILON), directions = 1000 }: CheckGradOptions = {},
  ) =>
  (argument: A): DerivativesVerdict => {
    requireFloat64(argument, 'checkDerivatives')
    const results = f(argument)
    requireFloat64(results, 'checkDerivatives', 'the result')
    const inputs = leavesWithPaths(argument)
    const outputs = entriesOf(results, directions)
    const starts = leavesOf(results).reduce<readonly number[]>(
      (list, { size }) => [...list, list[list.length - 1]! + size],
      [0],
    )
    /** d result / d argument by a mode: one list for each pair of leaves, the argument's elements last. */
    const slopes = modes.map((mode) => {
      const pairs = leavesOf(jacobian(f, { mode })(argument)).map((leaf) => toTypedArray(leaf))
      return (output: Entry, input: Entry): number => {
        const pair = pairs[output.leaf * inputs.length + input.leaf]
        return pair?.[output.index * (inputs[input.leaf]?.leaf.size ?? 0) + input.index] ?? NaN
      }
    })
    const noises = remembered((at) => noiseAround((moved: A) => flat(f(moved))[at]!, argument))
    return gravest(
      entriesOf(argument, directions).flatMap((entry): readonly DerivativesVerdict[] => {
        const size = sizeOfCoordinate(entry.value)
        const values = remembered((t) => flat(f(movedBy(argument, entry, t))))
        return outputs.flatMap((output) => {
          const at = starts[output.leaf]! + output.index
          return modes.map((mode, i): DerivativesVerdict => {
            const ad = slopes[i]?.(output, entry) ?? NaN
            const along = (t: number): number => values(t)[at]!
            const found = checkSlope(along, ad, { tolerance, step, size, noise: noises(at) })
            const verdict = verdictOf(found, ad, entry)
            return verdict.kind === 'agrees'
              ? verdict
              : { ...verdict, mode, outputPath: output.path, outputIndex: output.index }
          })
        })
      }),
    )
  }
