import { contentId } from '../core/codec/content-id.ts'
import type { TreeJson } from '../training/tree-json.ts'
import type { PredictingModel } from './trained-model.ts'

/**
 * SHA-256 of the parts of a model, in hexadecimal: equal parts have equal digests, in whatever file they are.
 *
 * @category Models
 */
export interface ModelDigests {
  /** Of parameters and states: names, dtypes, shapes and elements. */
  readonly parameters: string
  readonly preparation: string | null
  readonly schema: string | null
}

/** The digests of a model whose parameters and states are stored as this. */
export const digestsIn = ({ preparation, schema }: PredictingModel, tensors: TreeJson): ModelDigests => ({
  parameters: contentId(tensors),
  preparation: preparation === undefined ? null : contentId(preparation),
  schema: schema === undefined ? null : contentId(schema),
})
