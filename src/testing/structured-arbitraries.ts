import * as fc from 'fast-check'
import {
  add,
  div,
  eye,
  key as keyOf,
  matmul,
  mul,
  normal,
  sigmoid,
  sub,
  sum,
  tensor,
  transpose,
  uniform,
  where,
  less,
  full,
  zeros,
  foldIn,
} from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, countOrNone, notNegative } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { activation } from '../nn/activation.ts'
import { batchNorm } from '../nn/batch-norm.ts'
import type { ParamsOf, StateOf } from '../nn/composed.ts'
import { dense } from '../nn/dense.ts'
import { dropout } from '../nn/dropout.ts'
import type { AnyLayer } from '../nn/layer.ts'
import { layerNorm } from '../nn/layer-norm.ts'
import { leaky } from '../nn/leaky.ts'
import { network, type Network } from '../nn/network.ts'
import { clipByGlobalNorm, clipByValue } from '../optim/clip.ts'
import { descend } from '../optim/descend.ts'
import { scaleByAdam } from '../optim/adam.ts'
import { scaleByRms } from '../optim/rms-prop.ts'
import { trace } from '../optim/trace.ts'
import {
  chain,
  identity,
  type Gradient,
  type Optimizer,
  type Transformation,
} from '../optim/transformation.ts'

/** I − 2vvᵀ/‖v‖², a reflection. */
const reflection = (v: Tensor, n: number): Tensor => {
  const product: Tensor = matmul(v, transpose(v))
  return sub(eye(n, { dtype: 'float64' }), mul(product, div(2, sum(mul(v, v)))))
}

/** A product of n reflections, a random one for each seed. */
const orthogonalOf = (n: number, seed: number): Tensor =>
  Array.from({ length: n }, (_, i) =>
    normal(foldIn(keyOf(seed), i), [n, 1], { dtype: 'float64' }),
  ).reduce<Tensor>((q, v) => matmul(q, reflection(v, n)), eye(n, { dtype: 'float64' }))

/**
 * Orthogonal matrices n × n in float64, QᵀQ = I to rounding.
 *
 * @throws ArgumentError unless `n` is a whole number of 1 or more.
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { eye, matmul, transpose } from 'puregrad'
 * import { assertClose, orthogonalMatrices } from 'puregrad/testing'
 * const [q] = fc.sample(orthogonalMatrices(3), { numRuns: 1, seed: 1 })
 * assertClose(matmul(transpose(q!), q!), eye(3, { dtype: 'float64' }), { absolute: 1e-14 }) // => undefined
 * ```
 * @category Arbitraries
 */
export const orthogonalMatrices = (n: number): fc.Arbitrary<Tensor> => {
  checkSetting('orthogonalMatrices', 'n', n, count)
  return fc.nat(9999).map((seed) => orthogonalOf(n, seed))
}

/**
 * Symmetric positive definite matrices n × n in float64 whose condition number is the one that is asked for: eigenvalues
 * from 1 down to 1 / condition, spread evenly on a logarithmic scale, in a random basis.
 *
 * @throws ArgumentError for another option, unless `n` is a whole number of 1 or more and `condition` is 1 or more.
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { spdMatrices } from 'puregrad/testing'
 * const [a] = fc.sample(spdMatrices(2, { condition: 100 }), { numRuns: 1, seed: 1 })
 * a!.shape // => [2, 2]
 * ```
 * @category Arbitraries
 */
export const spdMatrices = (
  n: number,
  options: { readonly condition?: number } = {},
): fc.Arbitrary<Tensor> => {
  checkOptions('spdMatrices', options, { condition: true })
  const { condition = 10 } = options
  checkSetting('spdMatrices', 'n', n, count)
  checkSetting('spdMatrices', 'condition', condition, { min: 1 })
  const eigenvalues = tensor(
    Float64Array.from({ length: n }, (_, i) => condition ** (n === 1 ? 0 : -i / (n - 1))),
  )
  return fc.nat(9999).map((seed) => {
    const q = orthogonalOf(n, seed)
    const a: Tensor = matmul(mul(q, eigenvalues), transpose(q))
    // Symmetric to the last bit.
    return mul(add(a, transpose(a)), 0.5)
  })
}

/**
 * Points of the simplex in float64: n numbers of 0 or more that add up to 1, exactly. They are multiples of 1/64, and hit
 * edges and corners.
 *
 * @throws ArgumentError unless `n` is a whole number of 1 or more.
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { item, sum } from 'puregrad'
 * import { simplexPoints } from 'puregrad/testing'
 * fc.sample(simplexPoints(3), 20).every((p) => item(sum(p)) === 1) // => true
 * ```
 * @category Arbitraries
 */
export const simplexPoints = (n: number): fc.Arbitrary<Tensor> => {
  checkSetting('simplexPoints', 'n', n, count)
  return fc.array(fc.integer({ min: 0, max: 64 }), { minLength: n - 1, maxLength: n - 1 }).map((cuts) => {
    const sorted = [0, ...[...cuts].sort((a, b) => a - b), 64]
    return tensor(Float64Array.from({ length: n }, (_, i) => (sorted[i + 1]! - sorted[i]!) / 64))
  })
}

/**
 * Networks of a few layers of the library: dense ones with activations, normalization and dropout between them. They
 * shrink to one dense layer.
 *
 * @throws ArgumentError for another option, and unless they are whole numbers of 1 or more.
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { key, zeros } from 'puregrad'
 * import { evalMode } from 'puregrad/nn'
 * import { networks } from 'puregrad/testing'
 * const [net] = fc.sample(networks({ input: 3 }), { numRuns: 1, seed: 1 })
 * const { params, state } = net!.init(key(0))
 * net!.apply(evalMode, params, state, zeros([5, 3]))[0].shape[0] // => 5
 * ```
 * @category Arbitraries
 */
export const networks = (
  options: { readonly input?: number; readonly maxLayers?: number } = {},
): fc.Arbitrary<Network<ParamsOf<readonly AnyLayer[]>, StateOf<readonly AnyLayer[]>>> => {
  checkOptions('networks', options, { input: true, maxLayers: true })
  const { input = 3, maxLayers = 4 } = options
  checkSetting('networks', 'input', input, count)
  checkSetting('networks', 'maxLayers', maxLayers, count)
  const layer = fc.oneof(
    fc.integer({ min: 1, max: 4 }).map(
      (width) =>
        (name: string): AnyLayer =>
          dense(name, width),
    ),
    fc.constantFrom(
      (): AnyLayer => activation('tanh'),
      (): AnyLayer => activation('gelu'),
      (): AnyLayer => leaky(0.25),
      (name: string): AnyLayer => layerNorm(name),
      (name: string): AnyLayer => batchNorm(name),
      (name: string): AnyLayer => dropout(name, 0.25),
    ),
  )
  return fc
    .array(layer, { minLength: 0, maxLength: maxLayers - 1 })
    .map((inner) =>
      network<readonly AnyLayer[]>(input, ...inner.map((make, i) => make(`layer ${i}`)), dense('output', 2)),
    )
}

/**
 * Optimizers as chains of the library's transformations: clipping, momentum or second moments, a rate.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { laws, optimizerChains } from 'puregrad/testing'
 * const [optimizer] = fc.sample(optimizerChains(), { numRuns: 1, seed: 1 })
 * laws.check(laws.optimizer(optimizer!, { runs: 1 })).length // => 10
 * ```
 * @category Arbitraries
 */
export const optimizerChains = <P>(): fc.Arbitrary<Optimizer<P, readonly unknown[]>> => {
  type Part = Transformation<P, Gradient<P>, Gradient<P>, readonly unknown[]>
  const one = <S>(part: Transformation<P, Gradient<P>, Gradient<P>, S>): Part => chain(part)
  const clip = fc.constantFrom<Part>(
    identity<P, Gradient<P>>(),
    one(clipByGlobalNorm(1)),
    one(clipByValue(0.5)),
  )
  const scale = fc.constantFrom<Part>(
    identity<P, Gradient<P>>(),
    one(trace(0.9)),
    one(scaleByAdam()),
    one(scaleByRms()),
  )
  const rate = fc.integer({ min: 1, max: 8 }).map((i) => i / 64)
  return fc
    .tuple(clip, scale, rate)
    .map(([first, second, learningRate]) => chain(first, second, descend<P>(learningRate)))
}

/**
 * Rows with a truth that is known.
 *
 * @category Arbitraries
 */
export interface PlantedData {
  /** `[rows, features]`, float64. */
  readonly x: Tensor
  /** `[rows]`: numbers, or 0 and 1. */
  readonly y: Tensor
  /** `[features]`: 0 for features that tell nothing. */
  readonly weights: Tensor
  readonly bias: number
  /** The features that tell something, in ascending order. */
  readonly informative: readonly number[]
}

/**
 * Data sets with a planted truth: standard normal features, of which some have a weight of 1 or more in size and the
 * others none. `linear`: y = xw + b + noise; `logistic`: y is 1 with probability σ(xw + b).
 *
 * @throws ArgumentError for another option or a number out of range.
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { plantedData } from 'puregrad/testing'
 * const [data] = fc.sample(plantedData({ rows: 20, features: 4, informative: 2 }), { numRuns: 1, seed: 1 })
 * data!.informative.length // => 2
 * data!.x.shape // => [20, 4]
 * ```
 * @category Arbitraries
 */
export const plantedData = (
  options: {
    readonly model?: 'linear' | 'logistic'
    readonly rows?: number
    readonly features?: number
    readonly informative?: number
    readonly noise?: number
  } = {},
): fc.Arbitrary<PlantedData> => {
  checkOptions('plantedData', options, {
    model: true,
    rows: true,
    features: true,
    informative: true,
    noise: true,
  })
  const { model = 'linear', rows = 50, features = 5, noise = 0 } = options
  const { informative = Math.min(2, features) } = options
  checkChoice('plantedData', 'model', model, ['linear', 'logistic'])
  checkSetting('plantedData', 'rows', rows, count)
  checkSetting('plantedData', 'features', features, count)
  checkSetting('plantedData', 'informative', informative, { ...countOrNone, max: features })
  checkSetting('plantedData', 'noise', noise, notNegative)
  return fc
    .record({
      seed: fc.nat(9999),
      chosen: fc.shuffledSubarray([...Array(features).keys()], {
        minLength: informative,
        maxLength: informative,
      }),
      sizes: fc.array(fc.integer({ min: 64, max: 192 }), { minLength: features, maxLength: features }),
      signs: fc.array(fc.boolean(), { minLength: features, maxLength: features }),
      bias: fc.integer({ min: -64, max: 64 }),
    })
    .map(({ seed, chosen, sizes, signs, bias }) => {
      const key = keyOf(seed)
      const weights = tensor(
        Float64Array.from(sizes, (size, i) => (chosen.includes(i) ? ((signs[i]! ? 1 : -1) * size) / 64 : 0)),
      )
      const x = normal(foldIn(key, 'x'), [rows, features], { dtype: 'float64' })
      const score: Tensor = add(sum(mul(x, weights), { axis: 1 }), bias / 64)
      const y: Tensor =
        model === 'linear'
          ? add(score, normal(foldIn(key, 'noise'), [rows], { dtype: 'float64', std: noise }))
          : where(
              less(uniform(foldIn(key, 'y'), [rows], { dtype: 'float64' }), sigmoid(score)),
              full([rows], 1, { dtype: 'float64' }),
              zeros([rows], { dtype: 'float64' }),
            )
      return { x, y, weights, bias: bias / 64, informative: [...chosen].sort((a, b) => a - b) }
    })
}
