import { add, cast, div, matmul, reshape, sub, tensor } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesWithPaths, mapTree } from '../core/tensor/tree.ts'
import { digestOf } from '../data/digest.ts'
import type { Scaler } from '../data/scale/scaler.ts'
import { baselineOf } from '../evaluation/baseline.ts'
import type { ModelFigure, TrainedModel } from '../model/trained-model.ts'
import type { LayerTrees } from '../tabular/fitted-network.ts'
import { version } from '../tabular/version.ts'
import type { Evaluation } from '../training/evaluate.ts'
import type { ArraySource, Prepared } from './load-data.ts'
import type { Options } from './options.ts'
import type { Result } from './train.ts'

const row = (numbers: readonly number[]): Tensor => tensor([...numbers], { dtype: 'float64' })

/**
 * Parameters for features as they are in the file: ((x − c) / s) W + b = x (W / s) + (b − (c / s) W) in the first dense
 * layer, in float64, since the sums of a column far from 0 cancel.
 */
export const unscaledParams = (
  params: LayerTrees,
  first: string,
  { spec: { centre, remainder, scale } }: Scaler,
): LayerTrees => {
  const found = leavesWithPaths(params).find(({ path }) => path === `${first}.weight`)
  if (found === undefined) throw new RangeError(`unscaledParams: there is no weight in ${first}`)
  const weight = cast(found.leaf, 'float64')
  const n = scale.length
  const shift = reshape(div(add(row(centre), row(remainder)), row(scale)), [1, n])
  return mapTree(params, (leaf, path) =>
    path === `${first}.weight`
      ? div(weight, reshape(row(scale), [n, 1]))
      : path === `${first}.bias`
        ? sub(cast(leaf, 'float64'), reshape(matmul(shift, weight), leaf.shape))
        : cast(leaf, 'float64'),
  )
}

const figuresOf = (part: ModelFigure['part'], measured: Evaluation): readonly ModelFigure[] => {
  const { accuracy, accuracyInterval, loss, lossInterval } = measured
  return [
    { name: 'accuracy', part, value: accuracy, low: accuracyInterval[0], high: accuracyInterval[1] },
    { name: 'log loss', part, value: loss, low: lossInterval[0], high: lossInterval[1] },
  ].filter(({ value, low, high }) => [value, low, high].every(Number.isFinite))
}

/** The network of arrays as a model: it takes examples as they are in their file. */
export const arrayModel = (
  { source, seed }: Options<ArraySource>,
  { parts, settings, scaler }: Prepared,
  { fitted: { network, params, layers }, dev, test }: Result,
): TrainedModel => {
  const { train } = parts
  return {
    network: network.spec,
    params:
      scaler === undefined
        ? params
        : unscaledParams(params, settings.hidden.length === 0 ? 'output' : 'hidden1', scaler),
    state: layers,
    targets: train.targets,
    features: train.featureNames,
    baseline: baselineOf(train),
    record: {
      settings: { recipe: 'network', ...settings },
      seed,
      data: {
        name: source.kind === 'digits16' ? source.kind : source.file,
        rows: train.n + parts.dev.n + test.n,
        digest: digestOf({ x: train.x, y: train.y, devX: parts.dev.x, devY: parts.dev.y }, train.targets),
      },
      figures: [...figuresOf('dev', dev), ...figuresOf('test', test)],
      version,
    },
  }
}
