/* eslint-disable functional/no-let, functional/no-loop-statements --
   rows are passed on one by one as they are read, which only a generator's own loops can do */
import * as E from 'fp-ts/lib/Either.js'
import { showShape, sizeOf } from '../../core/tensor/shape.ts'
import type { ArrayHeader } from '../formats/array-elements.ts'
import { byteChunks } from '../formats/byte-chunks.ts'
import { byteReader, type ByteReader } from '../formats/byte-reader.ts'
import { checkChoice } from '../../core/tensor/check-choice.ts'
import type { Task } from '../formats/csv-format.ts'
import type { DataError } from '../data-error.ts'
import { joinBytes } from '../formats/join-bytes.ts'
import type { LabelledFiles } from '../formats/labelled-arrays.ts'
import { malformed, unsupported } from '../formats/malformed.ts'
import { idxHeader } from '../formats/parse-idx.ts'
import { npyHeader, npyHeaderLength } from '../formats/parse-npy.ts'
import type { RowStream, StreamedRow } from './row-stream.ts'
import { decodeElements, storage } from '../formats/stored-elements.ts'
import { checkedUnfolding, type UnfoldOptions } from '../formats/unfold-options.ts'

const header = async (reader: ByteReader, file: string): Promise<E.Either<DataError, ArrayHeader>> => {
  const first = await reader.read(4)
  if (E.isLeft(first)) return first
  const [a, b, , rank = 0] = first.right
  if (a === 0 && b === 0) {
    const dimensions = await reader.read(4 * rank)
    return E.isLeft(dimensions) ? dimensions : idxHeader(joinBytes([first.right, dimensions.right]), file)
  }
  if (a !== 0x93) return malformed(file, 0, 'magic', 'an IDX or NPY file', 'something else')
  const second = await reader.read(4)
  if (E.isLeft(second)) return second
  const length = await reader.read(second.right[2] === 1 ? 2 : 4)
  if (E.isLeft(length)) return length
  const before = joinBytes([first.right, second.right, length.right])
  const text = await reader.read(npyHeaderLength(before))
  return E.isLeft(text) ? text : npyHeader(joinBytes([before, text.right]), file)
}

/** What is left of a file of so many rows: the next row, checked, or that it ends as it should. */
interface RowReader {
  readonly n: number
  readonly width: number
  readonly row: (index: number) => Promise<E.Either<DataError, ArrayLike<number>>>
  readonly end: () => Promise<E.Either<DataError, undefined>>
}

const rowReader = async (reader: ByteReader, file: string): Promise<E.Either<DataError, RowReader>> => {
  const read = await header(reader, file)
  if (E.isLeft(read)) return read
  const { type, littleEndian, shape, fortranOrder, start } = read.right
  const [n] = shape
  const width = sizeOf(shape.slice(1))
  if (n === undefined || n === 0 || width === 0)
    return E.left({
      kind: 'empty',
      file,
      message: `${file}: expected an array of examples, got shape ${showShape(shape)}`,
    })
  if (fortranOrder && shape.length > 1)
    return unsupported(file, 'fortran_order', 'False, so that rows can be read one after another', 'True')
  const size = width * storage(type).bytes
  return E.right({
    n,
    width,
    row: async (index) => {
      const bytes = await reader.read(size)
      if (E.isLeft(bytes)) return bytes
      const at = start + index * size
      if (bytes.right.length < size)
        return malformed(file, at, `row ${index}`, `${size} bytes`, String(bytes.right.length))
      return E.mapLeft(
        ({ index: column, expected, got }: { index: number; expected: string; got: number }): DataError => ({
          kind: 'unsupported',
          file,
          field: `row ${index}`,
          message: `${file}, row ${index}, element ${column}: expected ${expected}, got ${got}`,
        }),
      )(decodeElements(type, bytes.right, width, littleEndian))
    },
    end: async () => {
      const more = await reader.read(1)
      if (E.isLeft(more)) return more
      return more.right.length === 0
        ? E.right(undefined)
        : malformed(file, start + n * size, 'end', `nothing after ${n} rows`, 'more bytes')
    },
  })
}

const checkedRow = (
  x: ArrayLike<number>,
  label: number,
  index: number,
  { features, labels }: LabelledFiles,
  task: Task,
): E.Either<DataError, StreamedRow> => {
  const place = `row ${index}`
  const feature =
    x instanceof Float32Array || x instanceof Float64Array
      ? x.findIndex((value) => !Number.isFinite(value))
      : -1
  return feature >= 0
    ? E.left({
        kind: 'not-finite',
        file: features,
        place,
        feature,
        message: `${features}, ${place}, feature ${feature}: expected a finite number, got ${x[feature]}`,
      })
    : task === 'regression' && Number.isFinite(label)
      ? E.right({ x, label: String(label), value: label, place })
      : task === 'regression'
        ? unsupported(labels, place, 'a finite number', String(label))
        : Number.isInteger(label)
          ? E.right({ x, label: String(label), place })
          : unsupported(labels, place, 'a whole number', String(label))
}

async function* rowsOf(
  files: LabelledFiles,
  maxBytes: number | undefined,
  task: Task,
): AsyncGenerator<E.Either<DataError, StreamedRow>, void> {
  const [features, labels] = [files.features, files.labels].map((file) =>
    byteReader(byteChunks(file, { maxBytes })),
  ) as [ByteReader, ByteReader]
  try {
    const examples = await rowReader(features, files.features)
    if (E.isLeft(examples)) {
      yield examples
      return
    }
    const classes = await rowReader(labels, files.labels)
    if (E.isLeft(classes)) {
      yield classes
      return
    }
    const { n } = examples.right
    if (classes.right.n !== n || classes.right.width !== 1) {
      yield E.left({
        kind: 'unequal-rows',
        file: files.labels,
        message: `${files.labels}: expected ${n} labels for the examples in ${files.features}, got ${classes.right.n} rows of ${classes.right.width}`,
      })
      return
    }
    for (let index = 0; index < n; index++) {
      const x = await examples.right.row(index)
      if (E.isLeft(x)) {
        yield x
        return
      }
      const label = await classes.right.row(index)
      if (E.isLeft(label)) {
        yield label
        return
      }
      const row = checkedRow(x.right, label.right[0] ?? NaN, index, files, task)
      yield row
      if (E.isLeft(row)) return
    }
    for (const ended of [await examples.right.end(), await classes.right.end()])
      if (E.isLeft(ended)) {
        yield ended
        return
      }
  } finally {
    await features.close()
    await labels.close()
  }
}

/**
 * The examples of two files row by row, each IDX or NPY (rows first) and gzipped or not, such as the images and labels
 * of MNIST. One row and 64 KiB of each file are held at a time. An example is a row of features; a label, a whole
 * number, names its class, or with `task: 'regression'` is itself the target.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { scanRows, streamLabelled } from 'puregrad/data'
 * const images = streamLabelled({ features: 'images.idx.gz', labels: 'labels.idx.gz' })
 * const scanned = await scanRows(images)()
 * E.isLeft(scanned) ? scanned.left.message : '' // => 'images.idx.gz: there is no such file'
 * ```
 * @category Batches and streams
 */
export const streamLabelled = (
  files: LabelledFiles,
  options: UnfoldOptions & { readonly task?: Task } = {},
): RowStream => {
  const { task = 'classification', ...unfolding } = options
  checkChoice('streamLabelled', 'task', task, ['classification', 'regression'])
  const maxBytes = checkedUnfolding('streamLabelled', unfolding)
  return { file: files.features, [Symbol.asyncIterator]: () => rowsOf(files, maxBytes, task) }
}
