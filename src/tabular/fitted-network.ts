import * as E from 'fp-ts/lib/Either.js'
import { decodeNetwork, type DecodedNetwork } from '../nn/decode-network.ts'
import type { AnyLayer } from '../nn/layer.ts'

/** The parameters, or the state, of a network whose layers are known when it runs. */
export type LayerTrees = Parameters<DecodedNetwork['apply']>[1]

/** A network with the parameters and the state of layers that training came to. */
export interface FittedNetwork {
  readonly network: DecodedNetwork
  readonly params: LayerTrees
  readonly layers: LayerTrees
}

/** A network of so many inputs whose number of layers is a setting. */
export const networkOf = (input: number, layers: readonly AnyLayer[]): DecodedNetwork =>
  E.getOrElseW((error: { readonly message: string }) => {
    throw new RangeError(`networkOf: ${error.message}`)
  })(decodeNetwork({ input, layers: layers.map(({ spec }) => spec) }))
