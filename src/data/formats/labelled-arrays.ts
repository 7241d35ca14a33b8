import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { cast, reshape, tensor } from '../../core/numeric/index.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import { showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { DataError } from '../data-error.ts'
import { dataset, type Classes, type Dataset } from '../dataset.ts'
import { malformed, unsupported } from './malformed.ts'
import { parseIdx } from './parse-idx.ts'
import { parseNpy } from './parse-npy.ts'
import { checkedMaxBytes } from './max-bytes.ts'
import { readDecompressed } from './read-decompressed.ts'
import type { UnfoldOptions } from './unfold-options.ts'

/**
 * Two files of arrays, or what messages call them.
 *
 * @category Files
 */
export interface LabelledFiles {
  readonly features: string
  readonly labels: string
}

/**
 * Of which dtype the features of {@link readLabelled} are, and which arrays hold what.
 *
 * @category Files
 */
export interface LabelledOptions {
  /** Of the features; `float32` unless told otherwise. */
  readonly dtype?: FloatDType
  readonly files?: LabelledFiles
}

/** Each example of an array `[n, …]` as a row `[n, features]` of finite numbers. */
const rowsOf = (
  features: Tensor,
  { dtype, file }: { readonly dtype: FloatDType; readonly file: string },
): E.Either<DataError, Tensor> => {
  const [n = 0] = features.shape
  if (features.rank === 0 || n === 0 || features.size === 0)
    return E.left({
      kind: 'empty',
      file,
      message: `${file}: expected an array of examples, got shape ${showShape(features.shape)}`,
    })
  const width = features.size / n
  const x = cast(reshape(features, [n, width]), dtype)
  const bad = toTypedArray(x).findIndex((value) => !Number.isFinite(value))
  if (bad < 0) return E.right(x)
  const [row, feature] = [Math.floor(bad / width), bad % width]
  return E.left({
    kind: 'not-finite',
    file,
    place: `row ${row}`,
    feature,
    message: `${file}, row ${row}, feature ${feature}: expected a number within ${dtype}, got ${toTypedArray(features)[bad]}`,
  })
}

const named: LabelledFiles = { features: 'features', labels: 'labels' }

/**
 * A data set from an array of examples `[n, …]`, such as pictures `[n, rows, columns]`, and one of whole numbers `[n]`.
 * Every example becomes a row of features with the values it has; every number that occurs is a class, named by itself.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { ones, tensor, toArray } from 'puregrad'
 * import { labelledArrays } from 'puregrad/data'
 * const read = labelledArrays(ones([3, 28, 28]), tensor([4, 9, 4], { dtype: 'int32' }))
 * E.isRight(read) ? read.right.x.shape : [] // => [3, 784]
 * E.isRight(read) ? [read.right.targets.names, toArray(read.right.y)] : [] // => [['4', '9'], [0, 1, 0]]
 * ```
 * @category Files
 */
export const labelledArrays = (
  features: Tensor,
  labels: Tensor,
  { dtype = 'float32', files = named }: LabelledOptions = {},
): E.Either<DataError, Dataset<'raw', Classes>> => {
  const rows = rowsOf(features, { dtype, file: files.features })
  if (E.isLeft(rows)) return rows
  const x = rows.right
  const [n = 0] = x.shape
  if (labels.size !== n || labels.shape[0] !== n)
    return E.left({
      kind: 'unequal-rows',
      file: files.labels,
      message: `${files.labels}: expected ${n} labels for the examples in ${files.features}, got shape ${showShape(labels.shape)}`,
    })
  const numbers = Array.from(toTypedArray(labels))
  const fraction = numbers.findIndex((label) => !Number.isInteger(label))
  if (fraction >= 0)
    return unsupported(files.labels, `row ${fraction}`, 'a whole number', String(numbers[fraction]))
  const classes = [...new Set(numbers)].sort((a, b) => a - b)
  if (classes.length < 2)
    return E.left({
      kind: 'one-class',
      file: files.labels,
      message: `${files.labels}: expected at least two classes, every label is ${classes[0]}`,
    })
  const positions = new Map(classes.map((label, i) => [label, i]))
  return E.right(
    dataset({
      x,
      y: tensor(
        Int32Array.from(numbers, (label) => positions.get(label) ?? 0),
        { dtype: 'int32' },
      ),
      classNames: classes.map(String),
    }),
  )
}

/** The array in a file, IDX or NPY by what it begins with, gzipped or not. */
const readArray = (file: string, maxBytes: number | undefined): TE.TaskEither<DataError, Tensor> =>
  pipe(
    readDecompressed(file, maxBytes),
    TE.flatMapEither((bytes): E.Either<DataError, Tensor> => {
      const [first, second] = bytes
      return first === 0x93
        ? parseNpy(bytes, { file })
        : first === 0 && second === 0
          ? parseIdx(bytes, { file })
          : malformed(file, 0, 'magic', 'an IDX or NPY file', 'something else')
    }),
  )

/** The examples in a file, IDX or NPY and gzipped or not, as rows `[n, features]` of float64. */
export const readExamples = (file: string): TE.TaskEither<DataError, Tensor> =>
  pipe(
    readArray(file, undefined),
    TE.flatMapEither((features) => rowsOf(features, { dtype: 'float64', file })),
  )

/**
 * {@link labelledArrays} of two files, each IDX or NPY and gzipped or not, such as the images and labels of MNIST.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readLabelled } from 'puregrad/data'
 * const read = await readLabelled({ features: 'images.idx.gz', labels: 'labels.idx.gz' })()
 * E.isLeft(read) ? read.left.message : '' // => 'images.idx.gz: there is no such file'
 * ```
 * @category Files
 */
export const readLabelled = (
  files: LabelledFiles,
  options: Omit<LabelledOptions, 'files'> & UnfoldOptions = {},
): TE.TaskEither<DataError, Dataset<'raw', Classes>> => {
  checkOptions<typeof options>('readLabelled', options, { dtype: true, maxBytes: true })
  const { maxBytes, ...rest } = options
  checkedMaxBytes('readLabelled', maxBytes)
  return pipe(
    readArray(files.features, maxBytes),
    TE.bindTo('features'),
    TE.bind('labels', () => readArray(files.labels, maxBytes)),
    TE.flatMapEither(({ features, labels }) => labelledArrays(features, labels, { ...rest, files })),
  )
}
