import { attention } from '../core/numeric/attention.ts'
import {
  add,
  bernoulli,
  div,
  foldIn,
  full,
  matmul,
  reshape,
  transpose,
  where as select,
  type Key,
} from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { count, fraction } from '../core/tensor/setting-ranges.ts'
import { showShape, type Sizes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { DenseParams } from './dense.ts'
import { initialize, xavierUniform } from './initializers.ts'
import { namedLayer } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'
import type { Mode } from './mode.ts'
import { rotary } from './positional-encoding.ts'
import { requireMask } from './sequence-mask.ts'

const flags = [false, true] as const

/**
 * How {@link multiHeadAttention} looks.
 *
 * @category Sequences
 */
export interface MultiHeadAttentionOptions {
  /** Whether a step looks at itself and what is before it only. */
  readonly causal?: boolean
  /** Whether queries and keys are turned by their positions; see {@link rotary}. */
  readonly rotary?: boolean
  /** With which probability a head is left out in training, for each row anew; none unless told otherwise. */
  readonly headDropout?: number
}

/**
 * The parameters of {@link multiHeadAttention}: weights `[width, width]` and biases `[width]`, heads side by side; keys and
 * values have those of what is looked at, `[context width, width]`.
 *
 * @category Sequences
 */
export interface MultiHeadAttentionParams {
  readonly query: DenseParams
  readonly key: DenseParams
  readonly value: DenseParams
  readonly output: DenseParams
}

const projected = (x: Tensor, { weight, bias }: DenseParams): Tensor => add(matmul(x, weight), bias)

/** `[rows, time, heads·size]` → `[rows, heads, time, size]` */
const apart = (x: Tensor, heads: number): Tensor => {
  const [rows = 0, time = 0, width = 0] = x.shape
  return transpose(reshape(x, [rows, time, heads, width / heads]), [0, 2, 1, 3])
}

const together = (x: Tensor): Tensor => {
  const [rows = 0, heads = 0, time = 0, size = 0] = x.shape
  return reshape(transpose(x, [0, 2, 1, 3]), [rows, time, heads * size])
}

const checkedHeads = (where: string, heads: number, width: number): number => {
  if (width % heads !== 0) throw new ShapeError(`${where}: ${heads} heads do not divide a width of ${width}`)
  return width
}

const settled = (
  where: string,
  heads: number,
  options: MultiHeadAttentionOptions,
): Required<MultiHeadAttentionOptions> => {
  checkSetting(where, 'heads', heads, count)
  checkOptions(where, options, { causal: true, rotary: true, headDropout: true })
  const { causal = false, rotary: turned = false, headDropout = 0 } = options
  checkChoice(where, 'causal', causal, flags)
  checkChoice(where, 'rotary', turned, flags)
  checkSetting(where, 'headDropout', headDropout, fraction)
  return { causal, rotary: turned, headDropout }
}

const begin = (key: Key, width: number, context: number, dtype: FloatDType): MultiHeadAttentionParams => {
  const affine = (name: string, from: number): DenseParams => ({
    weight: initialize(xavierUniform, foldIn(key, name), [from, width], dtype),
    bias: full([width], 0, { dtype }),
  })
  return {
    query: affine('query', width),
    key: affine('key', context),
    value: affine('value', context),
    output: affine('output', width),
  }
}

const attended = (
  heads: number,
  { causal, rotary: turned, headDropout }: Required<MultiHeadAttentionOptions>,
  mode: Mode,
  params: MultiHeadAttentionParams,
  x: Tensor,
  context: Tensor,
): Tensor => {
  const [q, k, v] = [
    apart(projected(x, params.query), heads),
    apart(projected(context, params.key), heads),
    apart(projected(context, params.value), heads),
  ]
  const { mask } = mode
  if (mask !== undefined) requireMask('attention', mask, context)
  const [rows = 0, keys = 0] = context.shape
  const seen = attention(turned ? rotary(q) : q, turned ? rotary(k) : k, v, {
    causal,
    ...(mask === undefined ? {} : { mask: reshape(mask, [rows, 1, 1, keys]) }),
  })
  if (headDropout === 0 || mode.kind !== 'train') return projected(together(seen), params.output)
  const kept = bernoulli(mode.key, 1 - headDropout, [rows, heads, 1, 1])
  return projected(together(div(select(kept, seen, 0), 1 - headDropout)), params.output)
}

/**
 * Attention of a sequence to another one: `init` makes parameters for the widths of both, `apply` takes `x [rows, n, width]`
 * and `context [rows, m, context width]` to `[rows, n, width]`. The mask of the mode says which steps of the context are
 * there. {@link multiHeadAttention} is the case of a sequence that looks at itself.
 *
 * @throws ArgumentError for a number of heads that is not a positive integer or another option; ShapeError where heads do
 * not divide the width.
 * @example
 * ```ts
 * import { key, ones } from 'puregrad'
 * import { crossAttention, evalMode } from 'puregrad/nn'
 * const cross = crossAttention(2)
 * const params = cross.init(key(0), { width: 4, context: 6 })
 * cross.apply(evalMode, params, ones([1, 3, 4]), ones([1, 5, 6])).shape // => [1, 3, 4]
 * ```
 * @category Sequences
 */
export const crossAttention = (
  heads: number,
  options: MultiHeadAttentionOptions = {},
): {
  readonly init: (
    key: Key,
    widths: { readonly width: number; readonly context: number },
    dtype?: FloatDType,
  ) => MultiHeadAttentionParams
  readonly apply: (mode: Mode, params: MultiHeadAttentionParams, x: Tensor, context: Tensor) => Tensor
} => {
  const settings = settled('crossAttention', heads, options)
  return {
    init: (key, { width, context }, dtype = 'float32') =>
      begin(key, checkedHeads('crossAttention', heads, width), context, dtype),
    apply: (mode, params, x, context) => attended(heads, settings, mode, params, x, context),
  }
}

/**
 * Each step of a sequence looks at all of them, with several heads: `[rows, time, width]` → the same. Queries, keys and
 * values are affine functions of the steps, cut into heads of width/heads each; what the heads see is put side by side and
 * goes through one more. Steps that the mask of the mode leaves out (see `masked`) are not looked at.
 *
 * Source: A. Vaswani et al., NeurIPS 2017; heads left out, W. Zhou et al., EMNLP 2020.
 *
 * @throws ArgumentError for an empty name, a number of heads that is not a positive integer or another option; ShapeError
 * for inputs that are no sequences, where heads do not divide their width and, with rotary positions, where the width of a
 * head is odd.
 * @example
 * ```ts
 * import { multiHeadAttention, network, positionalEncoding, residual } from 'puregrad/nn'
 * const look = residual('look', [multiHeadAttention('heads', 4, { causal: true })])
 * network([20, 32], positionalEncoding('place'), look).output // => [20, 32]
 * ```
 * @category Sequences
 */
export const multiHeadAttention = <const K extends string>(
  name: K,
  heads: number,
  options: MultiHeadAttentionOptions = {},
): Layer<K, MultiHeadAttentionParams, NoState> => {
  const where = `multiHeadAttention '${name}'`
  namedLayer('multiHeadAttention', name)
  const settings = settled(where, heads, options)
  const widthIn = (input: Sizes): number => {
    const [, width] = input
    if (width === undefined || input.length !== 2)
      throw new ShapeError(
        `${where}: expected sequences, of a shape [time, width], got inputs of shape ${showShape(input)}`,
      )
    if (settings.rotary && (width / heads) % 2 !== 0)
      throw new ShapeError(`${where}: rotary: expected heads of an even width, got ${width / heads}`)
    return checkedHeads(where, heads, width)
  }
  return {
    name,
    spec: { kind: 'multiHeadAttention', name, heads, ...settings },
    shape: (input) => {
      widthIn(input)
      return input
    },
    init: (key, input, dtype) => ({
      params: begin(key, widthIn(input), widthIn(input), dtype),
      state: {},
    }),
    apply: (mode, params, state, x) => {
      widthIn(x.shape.slice(1))
      return [attended(heads, settings, mode, params, x, x), state]
    },
  }
}

/** {@link multiHeadAttention} as data. */
export const multiHeadAttentionKind = /* @__PURE__ */ layerKind(
  'multiHeadAttention',
  { name: layerName, heads: count, causal: flags, rotary: flags, headDropout: fraction },
  ({ name, heads, causal, rotary: turned, headDropout }) =>
    multiHeadAttention(name, heads, { causal, rotary: turned, headDropout }),
)

/**
 * What describes {@link multiHeadAttention} as plain data.
 *
 * @category Layers
 */
export type MultiHeadAttentionSpec = SpecOfLayer<typeof multiHeadAttentionKind>
