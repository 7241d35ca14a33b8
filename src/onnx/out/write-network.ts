import type { FloatDType } from '../../core/tensor/dtype.ts'
import { TreeError } from '../../core/tensor/errors.ts'
import type { Sizes } from '../../core/tensor/shape.ts'
import { isTensor } from '../../core/tensor/tensor.ts'
import type { LayerTree } from '../../nn/layer.ts'
import type { AnyLayer } from '../../nn/layer.ts'
import { evalMode } from '../../nn/mode.ts'
import type { Graph } from './graph.ts'
import { writeLayer, type LayerInUse } from './layer-forms.ts'
import { writtenFunction } from './written-function.ts'

/** The value between two layers: rows of a shape. */
interface Between {
  readonly name: string
  readonly shape: Sizes
}

const entryOf = (tree: LayerTree, name: string): LayerTree => {
  if (name === '') return {}
  const entry = tree[name]
  if (entry === undefined || isTensor(entry))
    throw new TreeError(`onnx: the layer '${name}' has no record of parameters and states`)
  return entry
}

/** Layers one after another; where one has others inside and nothing else, these. */
export const writeLayers = (
  g: Graph,
  layers: readonly AnyLayer[],
  params: LayerTree,
  state: LayerTree,
  x: Between,
  dtype: FloatDType,
  path: readonly string[] = [],
): Between =>
  layers.reduce<Between>((before, layer) => {
    const use: LayerInUse = {
      layer,
      params: entryOf(params, layer.name),
      state: entryOf(state, layer.name),
      path: layer.name === '' ? path : [...path, layer.name],
    }
    if (layer.spec.kind === 'block' && layer.layers !== undefined)
      return writeLayers(g, layer.layers, use.params, use.state, before, dtype, use.path)
    return {
      name:
        writeLayer(g, before.name, before.shape, dtype, use) ??
        writtenFunction(
          g,
          { ...before, dtype },
          (input) => layer.apply(evalMode, use.params, use.state, input)[0],
        ),
      shape: layer.shape(before.shape),
    }
  }, x)
