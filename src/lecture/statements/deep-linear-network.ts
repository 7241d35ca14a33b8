import { grad, item, norm, normal, square, sum, foldIn, type Key, type Tensor } from 'puregrad'
import { dense, evalMode, network, scaledIdentity, type InitializerSpec, type Network } from 'puregrad/nn'
import type { Layers } from './normalized-network.ts'

/** Linear layers of two units without biases whose weights are p times the identity; the last may have others. */
export const deepLinearNetwork = (
  p: number,
  layers: number,
  last: InitializerSpec = scaledIdentity(p),
): Network<Layers, Layers> =>
  network(
    2,
    ...Array.from({ length: layers }, (_, l) =>
      dense(`layer${l + 1}`, 2, { bias: false, weight: l + 1 === layers ? last : scaledIdentity(p) }),
    ),
  ) as unknown as Network<Layers, Layers>

/** An input of two features, `[1, 2]`. */
export const randomInput = (key: Key): Tensor => normal(foldIn(key, 'x'), [1, 2], { dtype: 'float64' })

/** ‖ȳ‖ / ‖x‖ of {@link deepLinearNetwork}. */
export const amplification = (p: number, layers: number, x: Tensor, key: Key): number => {
  const net = deepLinearNetwork(p, layers)
  const { params, state } = net.init(key, { dtype: 'float64' })
  return item(norm(net.apply(evalMode, params, state, x)[0])) / item(norm(x))
}

/** ∂Σȳ²/∂W¹ of {@link deepLinearNetwork}, `[2, 2]`. */
export const firstGradient = (p: number, layers: number, x: Tensor, key: Key): Tensor => {
  const net = deepLinearNetwork(p, layers)
  const { params, state } = net.init(key, { dtype: 'float64' })
  const gradient = grad((at: Layers) => sum(square(net.apply(evalMode, at, state, x)[0])))(params)
  return (gradient as unknown as { readonly layer1: { readonly weight: Tensor } }).layer1.weight
}
