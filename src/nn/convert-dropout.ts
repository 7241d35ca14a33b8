import { mul } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { joinKey, mapTree, type Path } from '../core/tensor/tree.ts'
import { blockKind } from './block.ts'
import { denseKind, linearKind } from './dense.ts'
import { dropoutKind, scalings, type DropoutOptions } from './dropout.ts'
import type { LayerSpec } from './layer.ts'
import type { NetworkSpec } from './network.ts'

/** Layers that none are inside of, with the path of what they are inside of. */
const leavesOf = (
  layers: readonly LayerSpec[],
  within: Path,
): readonly { readonly spec: LayerSpec; readonly within: Path }[] =>
  layers.flatMap((spec) =>
    blockKind.is(spec) ? leavesOf(spec.layers, joinKey(within, spec.name)) : [{ spec, within }],
  )

const converted = (layers: readonly LayerSpec[], scaling: (typeof scalings)[number]): readonly LayerSpec[] =>
  layers.map((spec) =>
    dropoutKind.is(spec)
      ? { ...spec, scaling }
      : blockKind.is(spec)
        ? { ...spec, layers: converted(spec.layers, scaling) }
        : spec,
  )

/**
 * The same function in the other scaling, in training and in evaluation: the weights that leave a dropout layer are
 * divided by 1 − rate on the way to slide and multiplied on the way back; no other weight changes. Blocks are looked into.
 *
 * @throws ArgumentError where a dropout layer to convert is not directly followed by a dense layer.
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { constant, convertDropout, dense, dropout, network } from 'puregrad/nn'
 * const net = network(1, dropout('drop', 0.5), dense('out', 1, { weight: constant(3) }))
 * const converted = convertDropout(net.spec, net.init(key(0)).params, 'slide')
 * toArray(converted.params.out.weight) // => [[6]]
 * ```
 * @category Layers
 */
export const convertDropout = <P>(
  spec: NetworkSpec,
  params: P,
  to: NonNullable<DropoutOptions['scaling']>,
): { readonly spec: NetworkSpec; readonly params: P } => {
  checkChoice('convertDropout', 'to', to, scalings)
  const leaves = leavesOf(spec.layers, '')
  const factors: ReadonlyMap<Path, number> = new Map(
    leaves.flatMap(({ spec: layer }, i) => {
      if (!dropoutKind.is(layer) || layer.scaling === to || layer.rate === 0) return []
      const next = leaves[i + 1]
      if (next === undefined || !(denseKind.is(next.spec) || linearKind.is(next.spec)))
        throw new ArgumentError(
          `convertDropout: '${layer.name}' has to be followed by a dense layer, got ${next?.spec.kind ?? 'nothing'}`,
        )
      const path = joinKey(joinKey(next.within, next.spec.name), 'weight')
      return [[path, to === 'slide' ? 1 / (1 - layer.rate) : 1 - layer.rate] as const]
    }),
  )
  return {
    spec: { ...spec, layers: converted(spec.layers, to) },
    params: mapTree(params, (leaf, path) => {
      const factor = factors.get(path)
      return factor === undefined ? leaf : mul(leaf, factor)
    }),
  }
}
