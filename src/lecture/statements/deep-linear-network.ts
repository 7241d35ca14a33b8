import { grad, item, norm, normal, square, sum, foldIn, type Key, type Tensor } from 'puregrad'
import {
  dense,
  evalMode,
  network,
  scaledIdentity,
  type InitializerSpec,
  type LinearParams,
  type Network,
  type NoState,
} from 'puregrad/nn'

/** Linear layers of two units without biases whose weights are p times the identity; the last may have others. */
export const deepLinearNetwork = (
  p: number,
  layers: number,
  last: InitializerSpec = scaledIdentity(p),
): Network<Readonly<Record<string, LinearParams>>, Readonly<Record<string, NoState>>> =>
  network(
    2,
    ...Array.from({ length: layers }, (_, l) =>
      dense(`layer${l + 1}`, 2, { bias: false, weight: l + 1 === layers ? last : scaledIdentity(p) }),
    ),
  )

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
  return grad((at: typeof params) => sum(square(net.apply(evalMode, at, state, x)[0])))(params)['layer1']!
    .weight
}
