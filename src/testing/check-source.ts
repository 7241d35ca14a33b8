import { grad } from '../core/autodiff/grad.ts'
import { add, cast, cos, mul, sum, tensor } from '../core/numeric/index.ts'
import { sizeOf } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import {
  checkCompiled,
  messageOf,
  type CheckCompiledOptions,
  type CompiledVerdict,
} from './check-compiled.ts'
import { addCounts, noCounts, type Counts } from './rounding.ts'
import { runSource, sourceInputs } from './run-source.ts'
import type { Source } from './source.ts'

const isFloat = ({ dtype }: { readonly dtype: string }): boolean => dtype === 'float32' || dtype === 'float64'

/** Weights of the elements of a result: none of them 0, no two alike. */
const weightsOf = ({ shape, dtype }: Tensor): Tensor =>
  cos(
    tensor(
      Float64Array.from({ length: sizeOf(shape) }, (_, i) => 0.3 + (i % 11) / 4),
      { shape, dtype },
    ),
  )

/** The results of a function weighed and added up: a scalar of float64 in which no element is lost. */
export const weighed =
  (f: (...args: readonly Tensor[]) => readonly Tensor[]) =>
  (...args: readonly Tensor[]): Tensor =>
    f(...args)
      .filter(isFloat)
      .map((result) => cast(sum(mul(result, weightsOf(result))), 'float64'))
      .reduce<Tensor>((total, term) => add(total, term), tensor(0, { dtype: 'float64' }))

/**
 * What {@link checkSource} found.
 *
 * @category Random programs
 */
export type SourceVerdict =
  | ({ readonly kind: 'agrees' } & Counts)
  /** The function itself throws, though its text is well typed. */
  | { readonly kind: 'throws'; readonly of: 'values' | 'gradients'; readonly message: string }
  | ({ readonly of: 'values' | 'gradients' } & Exclude<CompiledVerdict, { readonly kind: 'agrees' }>)

/**
 * What {@link checkSource} compares.
 *
 * @category Random programs
 */
export interface CheckSourceOptions extends CheckCompiledOptions {
  /** What to compare; both unless told otherwise. */
  readonly of?: readonly ('values' | 'gradients')[]
}

/** The gradient of the weighed results with respect to every float input, as a function of all inputs. */
export const gradientOf = (
  source: Source,
): ((...args: readonly Tensor[]) => readonly Tensor[]) | undefined => {
  const argument = source.inputs.flatMap((input, i) => (isFloat(input) ? [i] : []))
  if (argument.length === 0) return undefined
  return (...args) => grad(weighed(runSource(source)), { argument })(...args)
}

/**
 * Whether a source gives the same eagerly and compiled, on every backend, in both ways of compiling: its results, and
 * the gradient of their weighed sum. See {@link checkCompiled} for what agrees.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { checkSource, sources } from 'puregrad/testing'
 * const [source] = fc.sample(sources({ maxLines: 3 }), { numRuns: 1, seed: 2 })
 * checkSource(source!).kind // => 'agrees'
 * ```
 * @category Random programs
 */
export const checkSource = (
  source: Source,
  { of = ['values', 'gradients'], ...options }: CheckSourceOptions = {},
): SourceVerdict => {
  const inputs = sourceInputs(source)
  return of.reduce<SourceVerdict>(
    (sofar, which) => {
      const f = which === 'values' ? runSource(source) : gradientOf(source)
      if (sofar.kind !== 'agrees' || f === undefined) return sofar
      try {
        const verdict = checkCompiled(f, options)(...inputs)
        return verdict.kind === 'agrees'
          ? { kind: 'agrees', ...addCounts(sofar, verdict) }
          : { of: which, ...verdict }
      } catch (error) {
        return { kind: 'throws', of: which, message: messageOf(error) }
      }
    },
    { kind: 'agrees', ...noCounts },
  )
}
