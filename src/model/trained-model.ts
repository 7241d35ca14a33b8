import type { Targets } from '../data/dataset.ts'
import type { PreparationSpec } from '../data/prepare/preparation.ts'
import type { TableSchema } from '../data/table/table-schema.ts'
import type { Baseline } from '../evaluation/baseline.ts'
import type { NetworkSpec } from '../nn/network.ts'

/**
 * One figure of a model's worth, as it was measured when the model was made.
 *
 * @category Models
 */
export interface ModelFigure {
  /** What was measured: `accuracy`, `RMSE`. */
  readonly name: string
  /** The part it was measured on. */
  readonly part: 'train' | 'dev' | 'test'
  readonly value: number
  /** The ends of its interval. */
  readonly low?: number
  readonly high?: number
  /** The same of the baseline: the most frequent class, or the mean. */
  readonly baseline?: number
}

/**
 * How a model came about: enough to make it again.
 *
 * @category Models
 */
export interface TrainingRecord {
  /** Whatever the training was told, as plain data: the recipe, the optimizer, the number of epochs. */
  readonly settings: unknown
  /** What all randomness came from: an integer ≥ 0. */
  readonly seed: number
  /** What it was trained on; the digest is the SHA-256 of the file as a rule. */
  readonly data: { readonly name: string; readonly rows: number; readonly digest: string }
  readonly figures: readonly ModelFigure[]
  /** The version of the library that trained it. */
  readonly version: string
}

/**
 * What predictions come from: plain data and tensors.
 *
 * @category Models
 */
export interface PredictingModel {
  /** What `decodeNetwork` reads. */
  readonly network: NetworkSpec
  /** Parameters and states of the layers, by the names of the layers. */
  readonly params: Readonly<Record<string, unknown>>
  readonly state: Readonly<Record<string, unknown>>
  /** What the outputs stand for. Classes: logits of each, or one logit of the second of two. Values: one for each name. */
  readonly targets: Targets
  /** The name of each of the inputs of a network of vectors, in their order. */
  readonly features: readonly string[]
  /** What makes features of the columns of a table, and values of outputs; without it columns are taken as they are. */
  readonly preparation?: PreparationSpec
  /** How the cells of a table are read. */
  readonly schema?: TableSchema
  /** What logits are divided by before they become probabilities; 1 unless it is given. */
  readonly temperature?: number
}

/**
 * A trained model as a file keeps it: what predictions come from, and how it came about.
 *
 * @category Models
 */
export interface TrainedModel extends PredictingModel {
  /** What it has to be better than, for judging it later. */
  readonly baseline?: Baseline
  readonly record: TrainingRecord
}
