import * as t from 'io-ts'
import {
  add,
  logicalAnd,
  cast,
  concat,
  greaterEqual,
  less,
  normal,
  reshape,
  take,
  tensor,
  where as select,
} from '../core/numeric/index.ts'
import { settingCodec } from '../core/codec/setting-codec.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, countOrNone } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { checkColumns, requireColumns } from './feature-columns.ts'
import { alongWidth, namedLayer, requireWidth, widthOf, withWidth } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * A column of codes, and how many different ones there are: 0 to `levels` − 1.
 *
 * @category Layers
 */
export interface CodedColumn {
  readonly at: number
  readonly levels: number
}

/**
 * The vectors that {@link embedding} learns.
 *
 * @category Layers
 */
export interface EmbeddingParams {
  /** `[levels of all columns, width]`, column after column. */
  readonly vectors: Tensor
}

/**
 * What {@link embedding} takes for codes, and how wide its vectors are.
 *
 * @category Layers
 */
export interface EmbeddingOptions {
  readonly columns: readonly CodedColumn[]
  /** Of each vector; 8 unless told otherwise. */
  readonly width?: number
}

/**
 * How many codes {@link embedding} knows where every number of its input is one, and how wide its vectors are.
 *
 * @category Layers
 */
export interface TokenEmbeddingOptions {
  /** Codes are 0 to `levels` − 1. */
  readonly levels: number
  /** Of each vector; 8 unless told otherwise. */
  readonly width?: number
}

const codedColumns = (): t.Type<readonly CodedColumn[], unknown> =>
  t.readonlyArray(
    strictRecord('a coded column', { at: settingCodec(countOrNone), levels: settingCodec(count) }),
    'a list of coded columns',
  )

/** Codes as indices; what is none of its levels is 0. */
const known = (x: Tensor, levels: Tensor): Tensor => {
  const codes = cast(x, 'int32')
  return select(logicalAnd(greaterEqual(codes, 0), less(codes, levels)), codes, 0)
}

const isOfTokens = (options: EmbeddingOptions | TokenEmbeddingOptions): options is TokenEmbeddingOptions =>
  typeof options === 'object' && (options as object | null) !== null && 'levels' in options

/** An input of any shape, each number a code: `[rows, …]` → `[rows, …, width]`. */
const ofTokens = <const K extends string>(
  name: K,
  where: string,
  options: TokenEmbeddingOptions,
): Layer<K, EmbeddingParams, NoState> => {
  checkOptions(where, options, { levels: true, width: true })
  const { levels, width = 8 } = options
  checkSetting(where, 'levels', levels, count)
  checkSetting(where, 'width', width, count)
  return {
    name,
    spec: { kind: 'tokenEmbedding', name, levels, width },
    shape: (input) => [...input, width],
    init: (key, _, dtype) => ({
      params: { vectors: normal(key, [levels, width], { dtype }) },
      state: {},
    }),
    apply: (_, { vectors }, state, x) => [take(vectors, known(x, tensor(levels, { dtype: 'int32' }))), state],
  }
}

/**
 * Codes of categories become vectors that are learned: the columns that hold codes are taken out, the others stay in
 * their order, and the vectors follow after them, in the order of `columns`. A code that is none of its column's is 0,
 * which preparations keep for what is missing or was never seen. Vectors begin as N(0, 1).
 *
 * With the columns `[x, code, z]`, one code column and width 2: `[x, z, v₁, v₂]`.
 *
 * Told `levels` in place of columns, every number of the input is a code, as the words of a text are: inputs of any shape
 * `[…]` become `[…, width]`.
 *
 * Source: C. Guo, F. Berkhahn, "Entity embeddings of categorical variables", arXiv:1604.06737, 2016.
 *
 * @throws ArgumentError for an empty name, another option, columns that are none or named twice, and a width or number
 * of levels that is not a positive integer; ShapeError for an input without such a column.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { embedding, evalMode, network } from 'puregrad/nn'
 * const net = network(2, embedding('towns', { columns: [{ at: 0, levels: 3 }], width: 2 }))
 * const params = { towns: { vectors: tensor([[0, 0], [1, 2], [3, 4]]) } }
 * toArray(net.apply(evalMode, params, { towns: {} }, tensor([[2, 0.5], [1, 7]]))[0]) // => [[0.5, 3, 4], [7, 1, 2]]
 * network([12], embedding('words', { levels: 1000, width: 16 })).output // => [12, 16]
 * ```
 * @category Layers
 */
export const embedding = <const K extends string>(
  name: K,
  options: EmbeddingOptions | TokenEmbeddingOptions,
): Layer<K, EmbeddingParams, NoState> => {
  const where = `embedding '${name}'`
  namedLayer('embedding', name)
  if (isOfTokens(options)) return ofTokens(name, where, options)
  checkOptions(where, options, { columns: true, width: true })
  const { columns, width = 8 } = options
  checkColumns(
    where,
    Array.isArray(columns) ? (columns as readonly CodedColumn[]).map((column) => column.at) : columns,
  )
  columns.forEach(({ levels }, i) => checkSetting(where, `columns[${i}].levels`, levels, count))
  checkSetting(where, 'width', width, count)
  const positions = columns.map(({ at }) => at)
  const starts = columns.map((_, i) => columns.slice(0, i).reduce((sum, { levels }) => sum + levels, 0))
  const all = columns.reduce((sum, { levels }) => sum + levels, 0)
  const others = (input: number): readonly number[] =>
    Array.from({ length: input }, (_, at) => at).filter((at) => !positions.includes(at))
  return {
    name,
    spec: { kind: 'embedding', name, columns, width },
    shape: (input) => {
      const before = widthOf(where, input)
      requireColumns(where, positions, before)
      return withWidth(input, before - positions.length + positions.length * width)
    },
    init: (key, _, dtype) => ({ params: { vectors: normal(key, [all, width], { dtype }) }, state: {} }),
    apply: (_, { vectors }, state, x) => {
      const before = x.shape.at(-1) ?? 0
      requireWidth(where, x, before)
      requireColumns(where, positions, before)
      const levels = tensor(
        columns.map((column) => column.levels),
        { dtype: 'int32' },
      )
      const kept = others(before)
      const widened = (z: Tensor): Tensor => {
        const codes = known(take(z, positions, { axis: 1 }), levels)
        const places = add(codes, tensor(starts, { dtype: 'int32' }))
        const found = reshape(take(vectors, places), [z.shape[0] ?? 0, positions.length * width])
        return kept.length === 0 ? found : concat([take(z, kept, { axis: 1 }), found], { axis: 1 })
      }
      return [alongWidth(x, widened), state]
    },
  }
}

/** {@link embedding} as data. */
export const embeddingKind = /* @__PURE__ */ layerKind(
  'embedding',
  { name: layerName, columns: codedColumns, width: count },
  ({ name, columns, width }) => embedding(name, { columns, width }),
)

/** {@link embedding} of inputs whose every number is a code, as data. */
export const tokenEmbeddingKind = /* @__PURE__ */ layerKind(
  'tokenEmbedding',
  { name: layerName, levels: count, width: count },
  ({ name, levels, width }) => embedding(name, { levels, width }),
)

/**
 * What describes {@link embedding} of inputs whose every number is a code as plain data.
 *
 * @category Layers
 */
export type TokenEmbeddingSpec = SpecOfLayer<typeof tokenEmbeddingKind>

/**
 * What describes {@link embedding} as plain data.
 *
 * @category Layers
 */
export type EmbeddingSpec = SpecOfLayer<typeof embeddingKind>
