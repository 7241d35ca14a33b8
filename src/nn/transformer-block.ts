import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, fraction } from '../core/tensor/setting-ranges.ts'
import { activation } from './activation.ts'
import { block } from './block.ts'
import { dense, type DenseParams } from './dense.ts'
import { dropout } from './dropout.ts'
import { namedLayer } from './layer-checks.ts'
import { layerNorm, type LayerNormParams } from './layer-norm.ts'
import type { Layer, NoState } from './layer.ts'
import {
  multiHeadAttention,
  type MultiHeadAttentionOptions,
  type MultiHeadAttentionParams,
} from './multi-head-attention.ts'
import { residual } from './residual.ts'

/**
 * What {@link transformerBlock} is made of.
 *
 * @category Sequences
 */
export interface TransformerBlockOptions extends MultiHeadAttentionOptions {
  readonly heads: number
  /** That of the sequences. */
  readonly width: number
  /** Of the layer between; four times the width unless told otherwise. */
  readonly inner?: number
  /** The rate of what each part adds; none unless told otherwise. */
  readonly dropout?: number
}

/**
 * The parameters of {@link transformerBlock}.
 *
 * @category Sequences
 */
export interface TransformerBlockParams {
  readonly attend: {
    readonly norm: LayerNormParams
    readonly heads: MultiHeadAttentionParams
    readonly drop: NoState
  }
  readonly feed: {
    readonly norm: LayerNormParams
    readonly inner: DenseParams
    readonly outer: DenseParams
    readonly drop: NoState
  }
}

/**
 * The state of {@link transformerBlock}: its layers have none.
 *
 * @category Sequences
 */
export interface TransformerBlockState {
  readonly attend: { readonly norm: NoState; readonly heads: NoState; readonly drop: NoState }
  readonly feed: {
    readonly norm: NoState
    readonly inner: NoState
    readonly outer: NoState
    readonly drop: NoState
  }
}

/**
 * One block of a transformer, `[rows, time, width]` → the same: x + attention(norm x), then x + dense(gelu(dense(norm x))). It
 * is a `block` of the layers it is made of, and described as one.
 *
 * Source: A. Vaswani et al., NeurIPS 2017; with the norms first, R. Xiong et al., ICML 2020.
 *
 * @throws ArgumentError for an empty name, another option or one out of range.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { network, transformerBlock } from 'puregrad/nn'
 * const net = network([20, 32], transformerBlock('first', { heads: 4, width: 32, causal: true }))
 * net.init(key(0)).params.first.attend.heads.query.weight.shape // => [32, 32]
 * ```
 * @category Sequences
 */
export const transformerBlock = <const K extends string>(
  name: K,
  options: TransformerBlockOptions,
): Layer<K, TransformerBlockParams, TransformerBlockState> => {
  const where = `transformerBlock '${name}'`
  checkOptions(where, options, {
    heads: true,
    width: true,
    inner: true,
    dropout: true,
    causal: true,
    rotary: true,
    headDropout: true,
  })
  const { heads, width, inner = 4 * width, dropout: rate = 0, ...attention } = options
  checkSetting(where, 'width', width, count)
  checkSetting(where, 'inner', inner, count)
  checkSetting(where, 'dropout', rate, fraction)
  return block(
    namedLayer('transformerBlock', name),
    residual('attend', [
      layerNorm('norm'),
      multiHeadAttention('heads', heads, attention),
      dropout('drop', rate),
    ]),
    residual('feed', [
      layerNorm('norm'),
      dense('inner', inner),
      activation('gelu'),
      dense('outer', width),
      dropout('drop', rate),
    ]),
  )
}
