import * as t from 'io-ts'
import { refinedCodec } from '../core/codec/refined-codec.ts'
import { ArgumentError, ShapeError } from '../core/tensor/errors.ts'
import { showValue } from '../core/tensor/show-value.ts'

const position = (): t.Type<number> =>
  refinedCodec(
    'the position of a column, from 0',
    (u): u is number => Number.isSafeInteger(u) && Number(u) >= 0,
  )

/** As the setting of a layer: positions of columns of its input. */
export const columnPositions = (): t.Type<readonly number[], unknown> =>
  t.readonlyArray(position(), 'a list of positions')

/** @throws ArgumentError unless these are positions of columns, at least one and each once. */
export const checkColumns = (where: string, columns: unknown): void => {
  const list: readonly unknown[] = Array.isArray(columns) ? columns : []
  if (
    list.length === 0 ||
    new Set(list).size !== list.length ||
    !list.every((at) => Number.isSafeInteger(at) && Number(at) >= 0)
  )
    throw new ArgumentError(
      `${where}: columns: expected positions of columns, whole numbers from 0 and each once, got ${showValue(columns)}`,
    )
}

/** @throws ShapeError unless an input of this width has these columns. */
export const requireColumns = (where: string, columns: readonly number[], width: number): void => {
  const beyond = columns.find((at) => at >= width)
  if (beyond !== undefined)
    throw new ShapeError(`${where}: expected an input with a column ${beyond}, got one of ${width} columns`)
}
