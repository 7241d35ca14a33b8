import { item, norm, type Key, type Tensor } from 'puregrad'
import { dense, evalMode, network, scaledIdentity } from 'puregrad/nn'

/** ‖ȳ‖ / ‖x‖ of `layers` linear layers with biases 0 whose weights are p times the identity; x is `[1, 2]`. */
export const amplification = (p: number, layers: number, x: Tensor, key: Key): number => {
  const net = network(
    2,
    ...Array.from({ length: layers }, (_, l) => dense(`layer${l + 1}`, 2, { weight: scaledIdentity(p) })),
  )
  const { params, state } = net.init(key, { dtype: 'float64' })
  const [y] = net.apply(evalMode, params, state, x)
  return item(norm(y)) / item(norm(x))
}
