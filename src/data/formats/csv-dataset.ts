/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   millions of cells are written once, into buffers made here */
import * as E from 'fp-ts/lib/Either.js'
import { tensor } from '../../core/numeric/index.ts'
import { tensorIn } from '../../core/tensor/concrete.ts'
import { allocate } from '../../core/tensor/dtype.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { emptyTable, notANumber, type CsvColumns } from './csv-columns.ts'
import type { CsvFormat } from './csv-format.ts'
import { csvReader, readFeatures } from './csv-reader.ts'
import type { DataError } from '../data-error.ts'
import { dataset, regressionDataset, type Classes, type Dataset, type Values } from '../dataset.ts'
import { naturalOrder } from './natural-order.ts'
import { strictNumber, within } from './strict-number.ts'
import { mayBeNumbers } from '../targets-task.ts'

/** A data set on its way. */
export interface CsvDataset {
  /** Takes bytes of the table; `last` says that no more follow. */
  readonly push: (bytes: Uint8Array, last: boolean) => E.Either<DataError, undefined>
  /** The data set, once the last bytes were taken. */
  readonly finish: () => E.Either<DataError, Dataset<'raw', Classes> | Dataset<'raw', Values>>
}

/** Room for so many features is made at first. */
const firstRoom = 2 ** 20

const mostElements = 2 ** 31 - 1

type Features = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

const tooLarge = ({ file }: CsvFormat, rows: number): DataError => ({
  kind: 'too-large',
  file,
  message: `${file}: ${rows} rows or more do not fit in memory as one data set; read them with streamCsv`,
})

/** The classes of rows, or their numbers, in the order of the rows. */
const targetsOf = (format: CsvFormat) => {
  const { task, decimal, dtype } = format
  const classes = new Map<string, number>()
  let codes = new Float64Array(1024)
  let rows = 0
  return {
    /** Whether the target is one. */
    add: (target: string): boolean => {
      if (rows === codes.length) {
        const more = new Float64Array(2 * rows)
        more.set(codes)
        codes = more
      }
      if (task === 'regression') {
        const value = within(strictNumber(target, decimal), dtype)
        codes[rows++] = value
        return !Number.isNaN(value)
      }
      const known = classes.get(target)
      if (known === undefined) classes.set(target, classes.size)
      codes[rows++] = known ?? classes.size - 1
      return true
    },
    names: (): readonly string[] => [...classes.keys()],
    codes: (): Float64Array => codes.subarray(0, rows),
  }
}

/**
 * How many elements there will be, if all rows are as long as those read so far and the text is of a known length; else
 * twice as many as there are. What is not filled of the room for them costs nothing: memory is given out when it is written.
 */
const roomFor = (elements: number, read: number, size: number | undefined): number =>
  size === undefined || read >= size
    ? 2 * elements
    : Math.max(Math.ceil(1.25 * elements), Math.ceil(1.02 * elements * (size / Math.max(1, read))))

const classTargets = (
  { file, label, task, decimal }: CsvFormat,
  found: readonly string[],
  codes: Float64Array,
): E.Either<DataError, { readonly y: Tensor; readonly classNames: readonly string[] }> => {
  const classNames = [...found].sort(naturalOrder)
  const column = `${file}, column ${showText(label, 60)}`
  if (classNames.length < 2)
    return E.left({
      kind: 'one-class',
      file,
      message: `${column}: expected at least two classes, every row is '${showText(classNames[0] ?? '', 60)}'`,
    })
  const doubt = task === undefined ? mayBeNumbers(found, codes.length, decimal) : undefined
  if (doubt !== undefined)
    return E.left({
      kind: 'undecided',
      file,
      option: 'task',
      message: `${column}: ${doubt}; say with the option task: 'regression' that they are to be estimated, or task: 'classification' that each is a class`,
    })
  const numbers = new Map(classNames.map((name, i) => [name, i]))
  const position = Int32Array.from(found, (name) => numbers.get(name) ?? 0)
  return E.right({ y: tensor(Int32Array.from(codes, (code) => position[code] ?? 0)), classNames })
}

/** A data set from the bytes of a table as they come, of which there are so many; holds its numbers and no text. */
export const csvDataset = (format: CsvFormat, size?: number): CsvDataset => {
  const { dtype, task, label } = format
  const reader = csvReader(format)
  const targets = targetsOf(format)
  let features: Features | undefined
  /** How many features are read, and bytes of the text before the latest piece. */
  let [at, read, latest] = [0, 0, 0]
  let rows = 0
  let columns: CsvColumns | undefined

  const take = (): E.Either<DataError, undefined> => {
    for (;;) {
      const next = reader.next()
      if (E.isLeft(next)) return next
      if (next.right === undefined) return E.right(undefined)
      const found = next.right
      columns = found.columns
      const width = columns.featuresAt.length
      if (features === undefined || at + width > features.length) {
        if ((rows + 1) * width > mostElements) return E.left(tooLarge(format, rows))
        const room = features === undefined ? firstRoom : Math.min(mostElements, roomFor(at, read, size))
        const wider = allocate(dtype, Math.max(room, at + width)) as Features
        if (features !== undefined) wider.set(features)
        features = wider
      }
      if (!targets.add(found.target)) return E.left(notANumber(format, columns, found.row, columns.labelAt))
      const wrong = readFeatures(found, format, features, at)
      if (wrong >= 0) return E.left(notANumber(format, columns, found.row, wrong))
      at += width
      rows++
    }
  }

  const finish = (): ReturnType<CsvDataset['finish']> => {
    if (columns === undefined || features === undefined) return E.left(emptyTable(format, reader.hasHeader()))
    const { featureNames } = columns
    const codes = targets.codes()
    const made = task === 'regression' ? undefined : classTargets(format, targets.names(), codes)
    if (made !== undefined && E.isLeft(made)) return made
    const shape = [rows, featureNames.length]
    const x = tensorIn(features.buffer, 0, dtype, shape)
    return E.right(
      made === undefined
        ? regressionDataset({ x, y: tensor(codes, { dtype }), featureNames, targetNames: [label] })
        : dataset({ x, y: made.right.y, featureNames, classNames: made.right.classNames }),
    )
  }

  /** What memory refuses comes as a RangeError; everything else that is thrown is a mistake of ours. */
  const held = <A>(work: () => E.Either<DataError, A>): E.Either<DataError, A> => {
    try {
      return work()
    } catch (error) {
      if (error instanceof RangeError && /alloc|array length|buffer/i.test(error.message))
        return E.left(tooLarge(format, rows))
      throw error
    }
  }

  return {
    push: (bytes, last) =>
      held(() => {
        const pushed = reader.push(bytes, last)
        read += latest
        latest = bytes.length
        return E.isLeft(pushed) ? pushed : take()
      }),
    finish: () => held(finish),
  }
}
