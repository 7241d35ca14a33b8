import * as fc from 'fast-check'
import { grad } from '../../core/autodiff/grad.ts'
import { vmap } from '../../core/autodiff/vmap.ts'
import { add, cos, key as keyOf, mul, stack, sum, type Key } from '../../core/numeric/index.ts'
import { isFloat } from '../../core/tensor/dtype.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { showValue } from '../../core/tensor/show-value.ts'
import { isTensor, type Tensor } from '../../core/tensor/tensor.ts'
import { closeTo, showTree } from './compare-trees.ts'
import { functionLaws } from './function-laws.ts'
import {
  checkLawOptions,
  fewer,
  firstFinding,
  lawOf,
  type Cases,
  type Finding,
  type Law,
  type LawOptions,
} from './law.ts'

/** A function of tensors, as the ones of the library are. */
export type TensorFunction = (...inputs: readonly Tensor[]) => Tensor

/**
 * What a function of tensors is tried on.
 *
 * @category Laws
 */
export interface PrimitiveLawOptions extends LawOptions {
  /** Inputs, floats in float64, where it is smooth; or how they are drawn. */
  readonly inputs: readonly Tensor[] | ((key: Key) => readonly Tensor[])
  /** What it is called in reports. */
  readonly name?: string
}

/** Cases of inputs; where they are given, there is one. */
export const inputCases = (
  where: string,
  inputs: PrimitiveLawOptions['inputs'],
): { readonly cases: Cases<number>; readonly drawn: (seed: number) => readonly Tensor[] } => {
  const drawn = (seed: number): readonly Tensor[] =>
    typeof inputs === 'function' ? inputs(keyOf(seed)) : inputs
  const first: unknown = drawn(0)
  if (!Array.isArray(first) || first.length === 0 || !first.every(isTensor))
    throw new ArgumentError(
      `${where}: inputs: expected a list of tensors, or a function of a key that gives one, got ${showValue(first)}`,
    )
  return {
    drawn,
    cases: {
      arbitrary: typeof inputs === 'function' ? fc.nat(999) : fc.constant(0),
      show: (seed) => ({
        ...(typeof inputs === 'function' ? { case: `key(${seed})` } : {}),
        inputs: showTree(drawn(seed)),
      }),
    },
  }
}

/** Three neighbours of the inputs: floats moved a little, all else as it is. */
const neighbours = (inputs: readonly Tensor[]): readonly (readonly Tensor[])[] =>
  [0, 1, 2].map((shift) => inputs.map((x): Tensor => (x.dtype === 'float64' ? mul(x, 1 + shift / 128) : x)))

const isBatched = (f: TensorFunction, inputs: readonly Tensor[]): Finding => {
  const rows = neighbours(inputs)
  const stacked = inputs.map((_, i) => stack(rows.map((row) => row[i]!)))
  const close = closeTo(1e-10)
  return firstFinding([
    () => close(stack(rows.map((row) => f(...row))), vmap(f)(...stacked), 'under vmap: output'),
    ...inputs.map((_, only) => () => {
      const expected = stack(rows.map((row) => f(...inputs.map((x, i) => (i === only ? row[i]! : x)))))
      const found = vmap(f, { in: inputs.map((__, i) => (i === only ? 0 : null)) })(
        ...inputs.map((x, i) => (i === only ? stacked[i]! : x)),
      )
      return close(expected, found, `under vmap of input ${only} alone: output`)
    }),
  ])
}

const isBatchedInReverse = (f: TensorFunction, inputs: readonly Tensor[]): Finding => {
  const at = inputs.findIndex(({ dtype }) => isFloat(dtype))
  if (at < 0) return undefined
  const loss = (...given: readonly Tensor[]): Tensor => {
    const y = f(...given)
    return isFloat(y.dtype) ? sum(mul(y, cos(add(y, 0.5)))) : sum(mul(given[at]!, 0))
  }
  const rows = neighbours(inputs)
  const slope = (...given: readonly Tensor[]): Tensor =>
    grad((x: Tensor) => loss(...given.map((other, i) => (i === at ? x : other))))(given[at]!)
  const stacked = inputs.map((_, i) => stack(rows.map((row) => row[i]!)))
  const whole = grad((x: Tensor): Tensor =>
    sum(vmap(loss)(...stacked.map((other, i) => (i === at ? x : other)))),
  )(stacked[at]!)
  const expected = stack(rows.map((row) => slope(...row)))
  return firstFinding([
    () => closeTo(1e-9)(expected, vmap(slope)(...stacked), `the derivative under vmap, by input ${at}`),
    () => closeTo(1e-9)(expected, whole, `the derivative of vmap, by input ${at}`),
  ])
}

/**
 * Laws of a function of tensors: a primitive, or what is used like one.
 *
 * @throws ArgumentError for another option, and for inputs that are no tensors.
 */
export const primitiveLaws = (f: TensorFunction, options: PrimitiveLawOptions): readonly Law[] => {
  checkLawOptions('laws.primitive', options, { seed: true, runs: true, inputs: true, name: true })
  const { inputs, name = f.name === '' ? 'a function' : f.name, ...how } = options
  const { cases, drawn } = inputCases('laws.primitive', inputs)
  const runs = typeof inputs === 'function' ? how : { ...how, runs: 1 }
  const of = `function '${name}'`
  return [
    ...functionLaws(
      of,
      cases,
      (seed) => ({ f: (given: readonly Tensor[]) => f(...given), at: drawn(seed) }),
      (seed) => seed,
      runs,
    ),
    lawOf(of, 'vmap is one call for each', cases, (seed) => isBatched(f, drawn(seed)), fewer(runs)),
    lawOf(
      of,
      'its derivative under vmap, and that of vmap, are one for each',
      cases,
      (seed) => isBatchedInReverse(f, drawn(seed)),
      fewer(runs),
    ),
  ]
}
