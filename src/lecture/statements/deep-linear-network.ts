import { norm, type Key } from '../../core/numeric/index.ts'
import { item } from '../../core/autodiff/read.ts'
import { dense, evalMode, network, scaledIdentity } from '../../nn/index.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'

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
