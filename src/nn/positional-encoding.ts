import { add, concat, mul, normal, slice, sub, tensor } from '../core/numeric/index.ts'
import * as portable from '../core/kernel/portable-math.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { DType } from '../core/tensor/dtype.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { countOrNone, positive } from '../core/tensor/setting-ranges.ts'
import { sameShape, showShape, type Sizes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { namedLayer } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/** Where positions come from. */
const forms = ['sinusoidal', 'learned'] as const

/**
 * What {@link positionalEncoding} learns: nothing where it is sinusoidal.
 *
 * @category Sequences
 */
export interface PositionalEncodingParams {
  /** `[time, width]` */
  readonly positions?: Tensor
}

/** Angles position·base^(−2i/width), by arithmetic that every machine does alike. */
const angles = (time: number, pairs: number, width: number, base: number, start = 0): readonly number[] =>
  Array.from(
    { length: time * pairs },
    (_, at) =>
      (start + Math.floor(at / pairs)) * portable.pow(base, -(2 * (at % pairs)) / Math.max(width, 1)),
  )

const sinusoids = (time: number, width: number, dtype: DType): Tensor => {
  const pairs = Math.ceil(width / 2)
  const all = angles(time, pairs, width, 10000)
  return tensor(
    Array.from({ length: time }, (_, t) =>
      Array.from({ length: width }, (_unused, c) => {
        const angle = all[t * pairs + Math.floor(c / 2)] ?? 0
        return c % 2 === 0 ? portable.sin(angle) : portable.cos(angle)
      }),
    ),
    { dtype },
  )
}

const sequence = (where: string, input: Sizes): readonly [time: number, width: number] => {
  const [time, width] = input
  if (time === undefined || width === undefined || input.length !== 2)
    throw new ShapeError(
      `${where}: expected sequences, of a shape [time, width], got inputs of shape ${showShape(input)}`,
    )
  return [time, width]
}

/**
 * Adds to each step of a sequence, `[rows, time, width]`, what tells its position: sin and cos of t/10000^(2i/width) in
 * turn, or numbers that are learned and begin as N(0, 0.02²).
 *
 * Source: A. Vaswani et al., NeurIPS 2017.
 *
 * @throws ArgumentError for an empty name, another option or another form; ShapeError for inputs that are no sequences.
 * @example
 * ```ts
 * import { toArray, zeros } from 'puregrad'
 * import { evalMode, network, positionalEncoding } from 'puregrad/nn'
 * const net = network([3, 2], positionalEncoding('place'))
 * toArray(net.apply(evalMode, { place: {} }, { place: {} }, zeros([1, 3, 2]))[0])[0]?.[1] // => [0.84147098, 0.54030231]
 * ```
 * @category Sequences
 */
export const positionalEncoding = <const K extends string>(
  name: K,
  options: { readonly form?: (typeof forms)[number] } = {},
): Layer<K, PositionalEncodingParams, NoState> => {
  const where = `positionalEncoding '${name}'`
  checkOptions(where, options, { form: true })
  const { form = 'sinusoidal' } = options
  checkChoice(where, 'form', form, forms)
  return {
    name: namedLayer('positionalEncoding', name),
    spec: { kind: 'positionalEncoding', name, form },
    shape: (input) => {
      sequence(where, input)
      return input
    },
    init: (key, input, dtype) => ({
      params:
        form === 'learned' ? { positions: normal(key, sequence(where, input), { dtype, std: 0.02 }) } : {},
      state: {},
    }),
    apply: (_, { positions }, state, x) => {
      const [time, width] = sequence(where, x.shape.slice(1))
      const places = positions ?? sinusoids(time, width, x.dtype)
      if (!sameShape(places.shape, [time, width]))
        throw new ShapeError(
          `${where}: expected sequences of shape ${showShape(places.shape)}, got ${showShape([time, width])}`,
        )
      return [add(x, places), state]
    },
  }
}

/** {@link positionalEncoding} as data. */
export const positionalEncodingKind = /* @__PURE__ */ layerKind(
  'positionalEncoding',
  { name: layerName, form: forms },
  ({ name, form }) => positionalEncoding(name, { form }),
)

/**
 * What describes {@link positionalEncoding} as plain data.
 *
 * @category Layers
 */
export type PositionalEncodingSpec = SpecOfLayer<typeof positionalEncodingKind>

/**
 * Rotary positions: each pair of features i and i + width/2 of a step, `[…, time, width]`, is turned by the angle
 * t·base^(−2i/width), so that products of queries and keys depend on how far apart they are and not on where.
 *
 * Source: J. Su et al., arXiv:2104.09864, 2021, with halves for pairs.
 *
 * @param options `base`, 10000 unless told otherwise; `start`, the position of the first step, 0 unless told otherwise.
 * @throws ShapeError unless the width is even; ArgumentError for another option or one out of range.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { rotary } from 'puregrad/nn'
 * toArray(rotary(tensor([[1, 0], [1, 0]]))) // => [[1, 0], [0.54030231, 0.84147098]]
 * ```
 * @category Sequences
 */
export const rotary = (
  x: Tensor,
  options: { readonly base?: number; readonly start?: number } = {},
): Tensor => {
  checkOptions('rotary', options, { base: true, start: true })
  const { base = 10000, start = 0 } = options
  checkSetting('rotary', 'base', base, positive)
  checkSetting('rotary', 'start', start, countOrNone)
  const [time = 0, width = 1] = x.shape.slice(-2)
  if (x.rank < 2 || width % 2 !== 0)
    throw new ShapeError(`rotary: expected […, time, width] of an even width, got ${showShape(x.shape)}`)
  const half = width / 2
  const turned = angles(time, half, width, base, start)
  const table = (f: (angle: number) => number): Tensor =>
    tensor(
      Array.from({ length: time }, (_, t) => turned.slice(t * half, (t + 1) * half).map(f)),
      { dtype: x.dtype },
    )
  const [sines, cosines] = [table(portable.sin), table(portable.cos)]
  const before = x.shape.slice(0, -1)
  const none = before.map(() => 0)
  const [a, b] = [slice(x, [...none, 0], [...before, half]), slice(x, [...none, half], [...before, width])]
  return concat([sub(mul(a, cosines), mul(b, sines)), add(mul(b, cosines), mul(a, sines))], { axis: -1 })
}
