import * as E from 'fp-ts/lib/Either.js'

import { toTypedArray } from '../core/autodiff/read.ts'
import { separated } from '../core/codec/separated.ts'
import { viewOf } from '../core/tensor/concrete.ts'
import type { PreparedTable } from '../data/prepare/preparation.ts'
import {
  preparationError,
  type ColumnProblem,
  type PreparationError,
} from '../data/prepare/preparation-error.ts'
import type { Table } from '../data/table/table.ts'

/** The numbers of a column of this name, or what is wrong with it. */
const numbersOf =
  ({ columns, lines }: Table) =>
  (name: string): E.Either<ColumnProblem, Float64Array> => {
    const wrong = (problem: string) => E.left({ column: name, problem })
    const column = columns.find((other) => other.name === name)
    if (column === undefined) return wrong('there is no such column')
    if (column.kind !== 'number') return wrong(`expected numbers, got a column of kind ${column.kind}`)
    const values = Float64Array.from(toTypedArray(column.values))
    const odd = values.findIndex((value) => !Number.isFinite(value))
    return odd < 0
      ? E.right(values)
      : wrong(
          `expected a number in every cell, but line ${Number(toTypedArray(lines)[odd])} has none; a model with a preparation fills it`,
        )
  }

/** The columns of a table that are features as they are, for a model without a preparation. */
export const columnFeatures =
  (features: readonly string[]) =>
  (table: Table): E.Either<PreparationError, PreparedTable> => {
    const { left, right } = separated(features.map(numbersOf(table)))
    if (left.length > 0) return E.left(preparationError('columns', table.file, left))
    const [n, width] = [table.n, features.length]
    const x = Float64Array.from({ length: n * width }, (_, i) => right[i % width]![Math.floor(i / width)]!)
    return E.right({
      x: viewOf(x, 'float64', [n, width]),
      cases: [],
      ignored: table.columns.map(({ name }) => name).filter((name) => !features.includes(name)),
    })
  }
