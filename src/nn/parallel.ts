import { add, concat } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError, ShapeError } from '../core/tensor/errors.ts'
import { sameShape, showShape, type Sizes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { insideOf, type ParamsOf, type StateOf, type UniqueNames } from './composed.ts'
import { namedLayer, withWidth } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { checkLayerList, innerLayers, layerName } from './layer-settings.ts'
import type { AnyLayer, Layer } from './layer.ts'

/** How branches become one. */
const joins = ['concat', 'sum'] as const

/**
 * What {@link parallel} makes of the outputs of its branches.
 *
 * @category Layers
 */
export interface ParallelOptions {
  /** Side by side along the last axis, which they are unless told otherwise, or added up. */
  readonly join?: (typeof joins)[number]
}

/** The shape of the outputs together. @throws ShapeError for branches that do not go together. */
const joined = (where: string, join: (typeof joins)[number], outputs: readonly Sizes[]): Sizes => {
  const [first = []] = outputs
  const odd = outputs.find((output) =>
    join === 'sum'
      ? !sameShape(output, first)
      : output.length === 0 || !sameShape(withWidth(output, 1), withWidth(first, 1)),
  )
  if (odd !== undefined)
    throw new ShapeError(
      `${where}: the branches make ${outputs.map((output) => showShape(output)).join(', ')}; expected ${join === 'sum' ? 'one shape' : 'shapes that differ in the last axis at most'}`,
    )
  return join === 'sum'
    ? first
    : withWidth(
        first,
        outputs.reduce((total, output) => total + (output.at(-1) ?? 0), 0),
      )
}

/**
 * Branches that are each given the same input; their outputs are joined along the last axis or added up. A branch is one
 * layer, of several as a `block`; a block of none hands on x itself.
 *
 * Source: C. Szegedy et al., "Going deeper with convolutions", CVPR 2015.
 *
 * @throws ArgumentError for an empty name, another option, no branches, what is no layer and where two have one name;
 * ShapeError where the outputs do not go together.
 * @example
 * ```ts
 * import { activation, block, dense, network, parallel } from 'puregrad/nn'
 * const wide = block('wide', dense('hidden', 8), activation('tanh'))
 * network(4, parallel('both', [wide, dense('linear', 2)])).output // => [10]
 * network(4, parallel('sum', [dense('a', 3), dense('b', 3)], { join: 'sum' })).output // => [3]
 * ```
 * @category Layers
 */
export const parallel = <const K extends string, const L extends readonly AnyLayer[]>(
  name: K & UniqueNames<L>,
  branches: L,
  options: ParallelOptions = {},
): Layer<K, ParamsOf<L>, StateOf<L>> & { readonly layers: L } => {
  const where = `parallel '${name as string}'`
  const own = namedLayer<K>('parallel', name)
  checkOptions(where, options, { join: true })
  const { join = 'concat' } = options
  checkChoice(where, 'join', join, joins)
  checkLayerList(where, 'branches', branches)
  if (branches.length === 0) throw new ArgumentError(`${where}: branches: expected at least one layer`)
  const inside = insideOf<ParamsOf<L>, StateOf<L>>(where, branches)
  const inputs = (input: Sizes): readonly Sizes[] => branches.map(() => input)
  return {
    name: own,
    spec: { kind: 'parallel', name, layers: branches.map(({ spec }) => spec), join },
    layers: branches,
    inputs,
    shape: (input) =>
      joined(
        where,
        join,
        branches.map((_, i) => inside.shapeOf(i, input)),
      ),
    init: (key, input, dtype) => inside.init(key, inputs(input), dtype),
    apply: (mode, params, state, x, tap) => {
      const [outputs, after] = branches.reduce<readonly [readonly Tensor[], StateOf<L>]>(
        ([sofar, states], _, i) => {
          const [y, next] = inside.applyOne(i, mode, params, [x, states], tap)
          return [[...sofar, y], next]
        },
        [[], state],
      )
      return [
        join === 'concat'
          ? concat(outputs, { axis: -1 })
          : outputs.reduce((total: Tensor, output) => add(total, output)),
        after,
      ]
    },
  }
}

/** {@link parallel} as data; its layers are the branches. */
export const parallelKind = /* @__PURE__ */ layerKind(
  'parallel',
  { name: layerName, layers: innerLayers, join: joins },
  ({ name, layers, join }, inside) => parallel(name, layers.map(inside), { join }),
)

/**
 * What describes {@link parallel} as plain data.
 *
 * @category Layers
 */
export type ParallelSpec = SpecOfLayer<typeof parallelKind>
