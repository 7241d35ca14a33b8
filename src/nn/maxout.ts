import { add, matmul, max, reshape } from '../numeric/index.ts'
import { ArgumentError } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { heNormal, initialize, zerosInitializer, type InitializerSpec } from './initializers.ts'
import { namedLayer, requireWidth } from './layer-checks.ts'
import type { DenseParams, Layer, NoState } from './layer.ts'

/** A maxout layer as plain data. */
export interface MaxoutSpec {
  readonly kind: 'maxout'
  readonly name: string
  readonly width: number
  readonly pieces: number
  readonly weight: InitializerSpec
  readonly bias: InitializerSpec
}

export type MaxoutOptions = Partial<Pick<MaxoutSpec, 'pieces' | 'weight' | 'bias'>>

/**
 * The largest of some affine functions per unit: a learned convex activation, of which ReLU, leaky ReLU and |z| are
 * cases with two pieces. Parameters are those of a dense layer of width·pieces.
 *
 * Source: I. J. Goodfellow et al., ICML 2013.
 *
 * @throws ArgumentError for an empty name, or a width or number of pieces that is not a positive integer.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { evalMode, maxout, network } from 'puregrad/nn'
 * const params = { abs: { weight: tensor([[1, -1]]), bias: tensor([0, 0]) } }
 * toArray(network(1, maxout('abs', 1)).apply(evalMode, params, { abs: {} }, tensor([[-3], [2]]))[0]) // => [[3], [2]]
 * ```
 */
export const maxout = <const K extends string>(
  name: K,
  width: number,
  { pieces = 2, weight = heNormal, bias = zerosInitializer }: MaxoutOptions = {},
): Layer<K, DenseParams, NoState> => {
  const count = (n: number): boolean => Number.isInteger(n) && n >= 1
  if (!count(width) || !count(pieces))
    throw new ArgumentError(
      `maxout '${name}': width and pieces are positive integers, got ${String(width)} and ${String(pieces)}`,
    )
  return {
    name: namedLayer('maxout', name),
    spec: { kind: 'maxout', name, width, pieces, weight, bias },
    init: (key, inputWidth, dtype) => ({
      params: {
        weight: initialize(weight, key, [inputWidth, width * pieces], dtype),
        bias: initialize(bias, key, [width * pieces], dtype),
      },
      state: {},
      width,
    }),
    apply: (_, params, state, x) => {
      requireWidth(`maxout '${name}'`, x, params.weight.shape[0] ?? 0)
      const all = add(matmul(x, params.weight) as Tensor, params.bias)
      return [max(reshape(all, [x.shape[0] ?? 0, width, pieces]) as Tensor, { axis: 2 }) as Tensor, state]
    },
  }
}
