import { reshape } from '../core/numeric/index.ts'
import { ArgumentError, ShapeError } from '../core/tensor/errors.ts'
import { showShape, type Sizes } from '../core/tensor/shape.ts'
import { showValue } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/** @throws ArgumentError for a name that is empty or no text: what a layer keeps is found under its name. */
export const namedLayer = <K extends string>(kind: string, name: K): K => {
  if (name === '') throw new ArgumentError(`${kind}: the layer needs a name`)
  if (typeof name !== 'string')
    throw new ArgumentError(`${kind}: expected the name of the layer, got ${showValue(name)}`)
  return name
}

/** The width of a layer's input, `[…, width]`. @throws ShapeError for an input without an axis. */
export const widthOf = (layer: string, input: Sizes): number => {
  const width = input.at(-1)
  if (width === undefined)
    throw new ShapeError(
      `${layer}: expected inputs of a shape […, width], got inputs of shape ${showShape(input)}`,
    )
  return width
}

/** The shape of an output, from that of an input, where a layer changes the last axis. */
export const withWidth = (input: Sizes, width: number): Sizes => [...input.slice(0, -1), width]

/** @throws ShapeError unless the input is `[rows, …, width]`. */
export const requireWidth = (layer: string, x: Tensor, width: number): void => {
  if (x.rank < 2 || x.shape.at(-1) !== width)
    throw new ShapeError(
      `${layer}: expected an input of shape [rows, …, ${width}], got ${showShape(x.shape)}`,
    )
}

/** A function of a matrix, `[n, width]`, on the last axis of an input of any shape: `[rows, …, width]`. */
export const alongWidth = (x: Tensor, f: (matrix: Tensor) => Tensor): Tensor => {
  const width = x.shape.at(-1) ?? 0
  const before = x.shape.slice(0, -1)
  const y = f(reshape(x, [before.reduce((size, n) => size * n, 1), width]))
  return reshape(y, [...before, y.shape[1] ?? 0])
}
