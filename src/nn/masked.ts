import { any, logicalAnd, notEqual } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { finiteNumber } from '../core/tensor/setting-ranges.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { composed, type ParamsOf, type StateOf, type UniqueNames } from './composed.ts'
import { namedLayer } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { checkLayerList, innerLayers, layerName } from './layer-settings.ts'
import type { AnyLayer, Layer } from './layer.ts'
import type { Mode } from './mode.ts'

/**
 * What {@link masked} takes for padding.
 *
 * @category Layers
 */
export interface MaskedOptions {
  /** A step whose numbers are all this one is no step; 0 unless told otherwise. */
  readonly padding?: number
}

/** Which steps are there, `[rows, time]`, of `[rows, time, …]`. */
const stepsOf = (x: Tensor, padding: number): Tensor => {
  const there = notEqual(x, padding)
  const rest = there.shape.slice(2).map((_, i) => i + 2)
  return rest.length === 0 ? there : any(there, { axis: rest })
}

/**
 * Layers one after another, told which steps of their sequences are padding: sequences `[time]` of codes or
 * `[time, features]` of different lengths fill one array, and steps of nothing but `padding` are no steps. Recurrent
 * layers inside hold their state at them and attention does not look at them, however deep they stand; other layers
 * treat every step alike. What comes out has the rows of what goes in, padding included.
 *
 * A mask of another origin is told by the mode: `{ ...evalMode, mask }`.
 *
 * @throws ArgumentError for an empty name, another option, what is no layer and where two layers have one name; ShapeError
 * for inputs without an axis of time.
 * @example
 * ```ts
 * import { key, sub, tensor, toArray, max, abs } from 'puregrad'
 * import { embedding, evalMode, lstmCell, masked, network, recurrent } from 'puregrad/nn'
 * const last = recurrent('memory', lstmCell(3), { returns: 'last' })
 * const net = network([4], masked('words', [embedding('vectors', { levels: 9, width: 2 }), last]))
 * const { params, state } = net.init(key(0))
 * const of = (words: number[]) => net.apply(evalMode, params, state, tensor([words]))[0]
 * toArray(max(abs(sub(of([5, 2, 0, 0]), of([5, 0, 2, 0]))))) // => 0
 * ```
 * @category Layers
 */
export const masked = <const K extends string, const L extends readonly AnyLayer[]>(
  name: K & UniqueNames<L>,
  layers: L,
  options: MaskedOptions = {},
): Layer<K, ParamsOf<L>, StateOf<L>> & { readonly layers: L } => {
  const where = `masked '${name as string}'`
  const own = namedLayer<K>('masked', name)
  checkOptions(where, options, { padding: true })
  const { padding = 0 } = options
  checkSetting(where, 'padding', padding, finiteNumber)
  checkLayerList(where, 'layers', layers)
  const inside = composed<ParamsOf<L>, StateOf<L>>(where, layers)
  return {
    ...inside,
    name: own,
    spec: { kind: 'masked', name, layers: layers.map(({ spec }) => spec), padding },
    layers,
    shape: (input) => {
      if (input.length === 0)
        throw new ShapeError(
          `${where}: expected sequences, of a shape [time] or [time, …], got inputs of shape ${showShape(input)}`,
        )
      return inside.shape(input)
    },
    apply: (mode, params, state, x, tap) => {
      const there = stepsOf(x, padding)
      const told: Mode = { ...mode, mask: mode.mask === undefined ? there : logicalAnd(mode.mask, there) }
      return inside.apply(told, params, state, x, tap)
    },
  }
}

/** {@link masked} as data. */
export const maskedKind = /* @__PURE__ */ layerKind(
  'masked',
  { name: layerName, layers: innerLayers, padding: finiteNumber },
  ({ name, layers, padding }, inside) => masked(name, layers.map(inside), { padding }),
)

/**
 * What describes {@link masked} as plain data.
 *
 * @category Layers
 */
export type MaskedSpec = SpecOfLayer<typeof maskedKind>
