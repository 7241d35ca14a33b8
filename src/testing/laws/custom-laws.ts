import { custom, type DerivativeRule } from '../../core/autodiff/custom.ts'
import { jvp, vjp } from '../../core/autodiff/jvp.ts'
import { foldIn, key as keyOf, normal } from '../../core/numeric/index.ts'
import { isFloat } from '../../core/tensor/dtype.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { closeTo, sameBits } from './compare-trees.ts'
import { checkLawOptions, lawOf, type Finding, type Law } from './law.ts'
import { inputCases, primitiveLaws, type PrimitiveLawOptions, type TensorFunction } from './primitive-laws.ts'

/** Directions for floats; what does not move stands for itself. */
const along = (inputs: readonly Tensor[], seed: number): readonly Tensor[] =>
  inputs.map((x, i): Tensor =>
    isFloat(x.dtype) ? normal(foldIn(keyOf(seed), i), x.shape, { dtype: 'float64' }) : x,
  )

/** What the rule says against what the function itself has: its own derivative, to rounding. */
const isThatOfTheFunction = (
  f: TensorFunction,
  ruled: TensorFunction,
  inputs: readonly Tensor[],
  seed: number,
): Finding => {
  const given = (g: TensorFunction) => (all: readonly Tensor[]) => g(...all)
  if (!inputs.every(({ dtype }) => isFloat(dtype))) return undefined
  const v = along(inputs, seed)
  const [[, expected], [, found]] = [jvp(given(f), [inputs], [v]), jvp(given(ruled), [inputs], [v])]
  const forward = closeTo(1e-9)(expected, found, 'the tangent by the rule')
  if (forward !== undefined) return forward
  const [y, plain] = vjp(given(f), inputs)
  const [, byRule] = vjp(given(ruled), inputs)
  const [u] = along([y], seed + 1)
  return closeTo(1e-9)(plain(u!)[0], byRule(u!)[0], 'the cotangents by the rule')
}

/**
 * Laws of a function with a derivative of your own: those of any function, and that the rule is the derivative that the
 * function has by itself.
 *
 * @throws ArgumentError for another option, for inputs that are no tensors, and for a rule that is none.
 */
export const customLaws = (
  f: TensorFunction,
  rule: DerivativeRule<readonly Tensor[], Tensor>,
  options: PrimitiveLawOptions,
): readonly Law[] => {
  checkLawOptions('laws.custom', options, { seed: true, runs: true, inputs: true, name: true })
  const { cases, drawn } = inputCases('laws.custom', options.inputs)
  const name = options.name ?? (f.name === '' ? 'a function' : f.name)
  const of = `custom function '${name}'`
  const ruled = custom(f, rule)
  return [
    lawOf(
      of,
      'the rule changes no value',
      cases,
      (seed) =>
        'vjp' in rule
          ? (sameBits(f(...drawn(seed)), ruled(...drawn(seed)), 'output') ??
            closeTo(1e-12)(f(...drawn(seed)), rule.vjp(...drawn(seed))[0], 'the result that vjp returns'))
          : sameBits(f(...drawn(seed)), ruled(...drawn(seed)), 'output'),
      options,
    ),
    lawOf(
      of,
      'the rule is the derivative of the function itself',
      cases,
      (seed) => isThatOfTheFunction(f, ruled, drawn(seed), seed),
      options,
    ),
    ...primitiveLaws(ruled, { ...options, name }).map((each) => ({ ...each, of })),
  ]
}
