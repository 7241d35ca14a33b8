import { add, cast, div, equal, mul, where } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { globalNorm } from './clip.ts'
import type { Gradient } from './transformation.ts'

/**
 * Sharpness-aware gradient: the gradient not at the parameters but at the worst point nearby, θ + ρg/‖g‖. It takes two
 * gradients for one.
 *
 * Source: P. Foret, A. Kleiner, H. Mobahi, B. Neyshabur, ICLR 2021.
 *
 * @throws ArgumentError unless ρ is finite and ≥ 0.
 * @example
 * ```ts
 * import { grad, mul, sum, tensor, toArray, type Tensor } from 'puregrad'
 * import { sharpnessAware } from 'puregrad/optim'
 * const gradient = grad(({ w }: { readonly w: Tensor }) => sum(mul(w, w)))
 * toArray(sharpnessAware(gradient, 0.5)({ w: tensor([3]) }).w) // => [7]
 * ```
 * @category Transformations
 */
export const sharpnessAware = <P>(
  gradient: (params: P) => Gradient<P>,
  radius: number,
): ((params: P) => Gradient<P>) => {
  checkSetting('sharpnessAware', 'radius', radius, notNegative)
  return (params) => {
    const here = gradient(params)
    const length = globalNorm(here)
    const by = where(equal(length, 0), 0, div(radius, where(equal(length, 0), 1, length)))
    return gradient(zipTrees(params, [here], ([p, g]) => add(p, mul(g, cast(by, p.dtype))), 'sharpnessAware'))
  }
}
