import { foldIn, type Key } from 'puregrad'
import { noisy300, type Noisy300 } from 'puregrad/data'
import type { Network } from 'puregrad/nn'
import { evaluate, type Evaluation } from 'puregrad/training'
import { droppedNetwork, noisyNetwork, trainedOnNoise } from './noisy-digits.ts'

/** A trained network with what it scores on the test rows. */
export interface Tested<P, S> {
  readonly net: Network<P, S>
  readonly params: P
  readonly state: S
  readonly test: Evaluation
}

type TestedOf<N> = N extends Network<infer P, infer S> ? Tested<P, S> : never

/** The same network trained on the same noisy digits without dropout and with it. */
export const withAndWithoutDropout = (
  key: Key,
  { rate, epochs }: { readonly rate: number; readonly epochs: number },
): {
  readonly data: Noisy300
  readonly plain: TestedOf<ReturnType<typeof noisyNetwork>>
  readonly dropped: TestedOf<ReturnType<typeof droppedNetwork>>
} => {
  const data = noisy300(foldIn(key, 'data'))
  const trained = <P, S>(net: Network<P, S>): Tested<P, S> => {
    const { params, state } = trainedOnNoise(key, net, { data, epochs })
    return { net, params, state, test: evaluate(net, params, state, data.test) }
  }
  return { data, plain: trained(noisyNetwork()), dropped: trained(droppedNetwork('inverted', rate)) }
}
