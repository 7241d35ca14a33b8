import {
  concat,
  div,
  eye,
  full,
  matmul,
  mul,
  norm,
  normal,
  split,
  sub,
  transpose,
  uniform,
} from '../core/numeric/index.ts'
import type { Key } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkSetting, type SettingRange } from '../core/tensor/check-setting.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { finiteNumber, notNegative, positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * How parameters are filled before training, as plain data.
 *
 * @category Initializers
 */
export type InitializerSpec =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'uniform'; readonly limit: number }
  | { readonly kind: 'xavierNormal' }
  | { readonly kind: 'xavierUniform' }
  | { readonly kind: 'heNormal' }
  | { readonly kind: 'heUniform' }
  | { readonly kind: 'lecunNormal' }
  | { readonly kind: 'lecunUniform' }
  | { readonly kind: 'orthogonal'; readonly gain: number }
  | { readonly kind: 'scaledIdentity'; readonly scale: number }

/** The number each initializer is told, where it is told one, and what it may be. */
export const initializerRanges = {
  zeros: {},
  constant: { value: finiteNumber },
  normal: { std: notNegative },
  uniform: { limit: positive },
  xavierNormal: {},
  xavierUniform: {},
  heNormal: {},
  heUniform: {},
  lecunNormal: {},
  lecunUniform: {},
  orthogonal: { gain: finiteNumber },
  scaledIdentity: { scale: finiteNumber },
} as const satisfies Readonly<Record<InitializerSpec['kind'], Readonly<Record<string, SettingRange>>>>

/** @throws ArgumentError unless a setting is an initializer with its number in range. */
export const checkInitializer = (where: string, name: string, initializer: InitializerSpec): void => {
  const given: unknown = initializer
  if (typeof given !== 'object' || given === null)
    throw new ArgumentError(
      `${where}: ${name}: expected an initializer such as heNormal, got ${typeof given}`,
    )
  const spec = given as Readonly<Record<string, unknown>>
  checkChoice(where, `${name}.kind`, spec['kind'], Object.keys(initializerRanges))
  Object.entries<SettingRange>(initializerRanges[initializer.kind]).forEach(([setting, range]) =>
    checkSetting(where, `${name}.${setting}`, spec[setting], range),
  )
}

const checked = (where: string, initializer: InitializerSpec): InitializerSpec => {
  checkInitializer(where, 'initializer', initializer)
  return initializer
}

/**
 * Zeros.
 *
 * @category Initializers
 */
export const zerosInitializer: InitializerSpec = { kind: 'zeros' }
/**
 * One number everywhere; hidden units started so stay alike for ever.
 *
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { constant, initialize } from 'puregrad/nn'
 * toArray(initialize(constant(0.5), key(0), [2, 1])) // => [[0.5], [0.5]]
 * ```
 * @category Initializers
 */
export const constant = (value: number): InitializerSpec => checked('constant', { kind: 'constant', value })
/**
 * Normal with mean 0. Throws ArgumentError for a deviation that is negative or not finite.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { initialize, normalInitializer } from 'puregrad/nn'
 * initialize(normalInitializer(0.02), key(0), [3, 2]).shape // => [3, 2]
 * ```
 * @category Initializers
 */
export const normalInitializer = (std: number): InitializerSpec =>
  checked('normalInitializer', { kind: 'normal', std })
/**
 * Uniform on [−limit, limit). Throws ArgumentError unless the limit is finite and above 0.
 *
 * @example
 * ```ts
 * import { abs, item, key, max } from 'puregrad'
 * import { initialize, uniformInitializer } from 'puregrad/nn'
 * item(max(abs(initialize(uniformInitializer(0.1), key(0), [9, 9])))) <= 0.1 // => true
 * ```
 * @category Initializers
 */
export const uniformInitializer = (limit: number): InitializerSpec =>
  checked('uniformInitializer', { kind: 'uniform', limit })
/**
 * Variance 2 / (fan in + fan out), normal. Source: X. Glorot, Y. Bengio, AISTATS 2010.
 *
 * @category Initializers
 */
export const xavierNormal: InitializerSpec = { kind: 'xavierNormal' }
/**
 * Variance 2 / (fan in + fan out), uniform. Source: X. Glorot, Y. Bengio, AISTATS 2010.
 *
 * @category Initializers
 */
export const xavierUniform: InitializerSpec = { kind: 'xavierUniform' }
/**
 * Variance 2 / fan in, normal. Source: K. He et al., ICCV 2015.
 *
 * @category Initializers
 */
export const heNormal: InitializerSpec = { kind: 'heNormal' }
/**
 * Variance 2 / fan in, uniform. Source: K. He et al., ICCV 2015.
 *
 * @category Initializers
 */
export const heUniform: InitializerSpec = { kind: 'heUniform' }
/**
 * Variance 1 / fan in, normal. Source: Y. LeCun et al., "Efficient BackProp", 1998.
 *
 * @category Initializers
 */
export const lecunNormal: InitializerSpec = { kind: 'lecunNormal' }
/**
 * Variance 1 / fan in, uniform. Source: Y. LeCun et al., "Efficient BackProp", 1998.
 *
 * @category Initializers
 */
export const lecunUniform: InitializerSpec = { kind: 'lecunUniform' }
/**
 * Rows or columns (the fewer) orthonormal, times a gain. Source: A. M. Saxe et al., ICLR 2014.
 *
 * @example
 * ```ts
 * import { item, key, matmul, take, transpose } from 'puregrad'
 * import { initialize, orthogonal } from 'puregrad/nn'
 * const w = initialize(orthogonal(), key(0), [2, 2])
 * item(take(take(matmul(w, transpose(w)), 0), 0)) // => 1
 * ```
 * @category Initializers
 */
export const orthogonal = (gain = 1): InitializerSpec => checked('orthogonal', { kind: 'orthogonal', gain })
/**
 * A number on the diagonal, zeros elsewhere.
 *
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { initialize, scaledIdentity } from 'puregrad/nn'
 * toArray(initialize(scaledIdentity(2), key(0), [2, 2])) // => [[2, 0], [0, 2]]
 * ```
 * @category Initializers
 */
export const scaledIdentity = (scale: number): InitializerSpec =>
  checked('scaledIdentity', { kind: 'scaledIdentity', scale })

/**
 * Orthonormal rows by Gram–Schmidt, each row cleaned twice so that rounding does not accumulate.
 * Source: L. Giraud, J. Langou, M. Rozložník, Computers & Mathematics with Applications 50 (2005): twice is enough.
 */
const orthonormalRows = (x: Tensor): Tensor =>
  split(x, x.shape[0] ?? 0).reduce<Tensor>(
    (done, row) => {
      const clean = (v: Tensor): Tensor => sub(v, matmul(matmul(v, transpose(done)), done))
      const direction = clean(clean(row))
      return concat([done, div(direction, norm(direction))])
    },
    full([0, x.shape[1] ?? 0], 0, { dtype: x.dtype }),
  )

/**
 * Parameters of a shape `[fan in, fan out]` (or of any shape for those that do not depend on the fans).
 *
 * @throws ArgumentError for a shape that is not a matrix where fans are needed.
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { initialize, scaledIdentity } from 'puregrad/nn'
 * toArray(initialize(scaledIdentity(2), key(0), [2, 2], 'float32')) // => [[2, 0], [0, 2]]
 * ```
 * @category Initializers
 */
export const initialize = (
  initializer: InitializerSpec,
  key: Key,
  shape: readonly number[],
  dtype: FloatDType,
): Tensor => {
  const fans = (): readonly [number, number] => {
    const [fanIn, fanOut] = shape
    if (fanIn === undefined || fanOut === undefined || shape.length !== 2)
      throw new ArgumentError(
        `${initializer.kind}: expected a shape [fan in, fan out], got [${shape.join(', ')}]`,
      )
    return [fanIn, fanOut]
  }
  const normalWith = (variance: number): Tensor => normal(key, shape, { std: Math.sqrt(variance), dtype })
  const uniformWith = (variance: number): Tensor => {
    const limit = Math.sqrt(3 * variance)
    return uniform(key, shape, { low: -limit, high: limit, dtype })
  }
  switch (initializer.kind) {
    case 'zeros':
      return full(shape, 0, { dtype })
    case 'constant':
      return full(shape, initializer.value, { dtype })
    case 'normal':
      return normal(key, shape, { std: initializer.std, dtype })
    case 'uniform':
      return uniform(key, shape, { low: -initializer.limit, high: initializer.limit, dtype })
    case 'xavierNormal':
      return normalWith(2 / (fans()[0] + fans()[1]))
    case 'xavierUniform':
      return uniformWith(2 / (fans()[0] + fans()[1]))
    case 'heNormal':
      return normalWith(2 / fans()[0])
    case 'heUniform':
      return uniformWith(2 / fans()[0])
    case 'lecunNormal':
      return normalWith(1 / fans()[0])
    case 'lecunUniform':
      return uniformWith(1 / fans()[0])
    case 'orthogonal': {
      const [fanIn, fanOut] = fans()
      const wide = fanOut > fanIn
      const rows = orthonormalRows(normal(key, wide ? shape : [fanOut, fanIn], { dtype }))
      return mul(wide ? rows : transpose(rows), initializer.gain)
    }
    case 'scaledIdentity':
      return mul(eye(...fans(), { dtype }), initializer.scale)
  }
}
