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

/** The width of a layer's input. @throws ShapeError unless the input is a vector. */
export const widthOf = (layer: string, input: Sizes): number => {
  const [width] = input
  if (width === undefined || input.length !== 1)
    throw new ShapeError(
      `${layer}: expected vectors, of a shape [width], got inputs of shape ${showShape(input)}`,
    )
  return width
}

/** @throws ShapeError unless the input is `[rows, width]`. */
export const requireWidth = (layer: string, x: Tensor, width: number): void => {
  if (x.rank !== 2 || x.shape[1] !== width)
    throw new ShapeError(`${layer}: expected an input of shape [rows, ${width}], got ${showShape(x.shape)}`)
}
