import type { Key } from '../core/numeric/index.ts'
import { keyOf } from '../core/numeric/key-of.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/** What a layer may be told of the rows at hand. */
interface Told {
  /**
   * Booleans `[rows, time]`: which steps of sequences are there, where others fill up shorter ones. Recurrent layers and
   * attention heed it, wherever they stand in a network; see `masked`, which makes it of the input.
   */
  readonly mask?: Tensor
}

/**
 * Whether a network is being trained or evaluated. Training cannot lack a random key, and evaluation cannot hold one,
 * so evaluating twice gives the same bytes.
 *
 * @category Networks
 */
export type Mode = Told &
  (
    | { readonly kind: 'train'; readonly key: Key }
    | { readonly kind: 'eval' }
    /** Statistics are taken from the batch at hand, as in training, but nothing is random, as in evaluation. */
    | { readonly kind: 'calibrate' }
  )

/**
 * Evaluation.
 *
 * @category Networks
 */
export const evalMode: Mode = { kind: 'eval' }

/**
 * Renewing the statistics of normalization layers; see `recalibrate`.
 *
 * @category Networks
 */
export const calibrateMode: Mode = { kind: 'calibrate' }

/**
 * Training, with the key its randomness comes from.
 *
 * @throws DTypeError for what is no key, also where nothing in the network draws.
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { dropout, evalMode, network, trainMode } from 'puregrad/nn'
 * const net = network(3, dropout('drop', 0.5))
 * const { params, state } = net.init(key(0))
 * const x = tensor([[1, 1, 1]])
 * toArray(net.apply(evalMode, params, state, x)[0]) // => [[1, 1, 1]]
 * net.apply(trainMode(key(1)), params, state, x)[0].shape // => [1, 3]
 * ```
 * @category Networks
 */
export const trainMode = (key: Key): Mode => {
  keyOf(key, 'trainMode')
  return { kind: 'train', key }
}
