import { foldIn, type Key } from 'puregrad'
import { noisy300 } from 'puregrad/data'
import type { Network } from 'puregrad/nn'
import { evaluate } from 'puregrad/training'
import { droppedNetwork, noisyNetwork, trainedOnNoise } from './noisy-digits.ts'

/** The same network trained on the same noisy digits without dropout and with it. */
export const withAndWithoutDropout = (
  key: Key,
  { rate, epochs }: { readonly rate: number; readonly epochs: number },
) => {
  const data = noisy300(foldIn(key, 'data'))
  const trained = <P, S>(net: Network<P, S>) => {
    const { params, state } = trainedOnNoise(key, net, { data, epochs })
    return { net, params, state, test: evaluate(net, params, state, data.test) }
  }
  return { data, plain: trained(noisyNetwork()), dropped: trained(droppedNetwork('inverted', rate)) }
}
