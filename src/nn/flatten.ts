import type * as t from 'io-ts'
import { reshape } from '../core/numeric/index.ts'
import { refinedCodec } from '../core/codec/refined-codec.ts'
import { ArgumentError, ShapeError } from '../core/tensor/errors.ts'
import { showShape, sizeOf, type Sizes } from '../core/tensor/shape.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * All axes but the rows as one: `[rows, …]` → `[rows, width]`, as `dense` takes it.
 *
 * @example
 * ```ts
 * import { flatten, network } from 'puregrad/nn'
 * network([4, 4, 3], flatten()).output // => [48]
 * ```
 * @category Layers
 */
export const flatten = (): Layer<'', NoState, NoState> => ({
  name: '',
  spec: { kind: 'flatten' },
  shape: (input) => [sizeOf(input)],
  init: () => ({ params: {}, state: {} }),
  apply: (_, __, state, x) => [reshape(x, [x.shape[0] ?? 0, sizeOf(x.shape.slice(1))]), state],
})

/** {@link flatten} as data. */
export const flattenKind = /* @__PURE__ */ layerKind('flatten', {}, () => flatten())

/**
 * What describes {@link flatten} as plain data.
 *
 * @category Layers
 */
export type FlattenSpec = SpecOfLayer<typeof flattenKind>

const isShape = (u: unknown): u is Sizes =>
  Array.isArray(u) &&
  u.length > 0 &&
  u.every((n) => typeof n === 'number' && Number.isSafeInteger(n) && n >= 1)

const shapeWords = 'a list of whole numbers of 1 or more'

/**
 * Vectors as arrays of this shape, in row-major order: `[rows, width]` → `[rows, ...shape]`, as rows of a table become images.
 *
 * @throws ArgumentError for what is no shape; ShapeError for inputs of another number of elements.
 * @example
 * ```ts
 * import { flatten, network, unflatten } from 'puregrad/nn'
 * network(64, unflatten([8, 8, 1])).output // => [8, 8, 1]
 * network(64, unflatten([8, 8, 1]), flatten()).output // => [64]
 * ```
 * @category Layers
 */
export const unflatten = (shape: readonly number[]): Layer<'', NoState, NoState> => {
  if (!isShape(shape))
    throw new ArgumentError(`unflatten: shape: expected ${shapeWords}, got ${showValue(shape)}`)
  return {
    name: '',
    spec: { kind: 'unflatten', shape },
    shape: (input) => {
      if (sizeOf(input) !== sizeOf(shape))
        throw new ShapeError(
          `unflatten: inputs of shape ${showShape(input)} have ${sizeOf(input)} elements, ` +
            `${showShape(shape)} asks for ${sizeOf(shape)}`,
        )
      return shape
    },
    init: () => ({ params: {}, state: {} }),
    apply: (_, __, state, x) => [reshape(x, [x.shape[0] ?? 0, ...shape]), state],
  }
}

/** {@link unflatten} as data. */
export const unflattenKind = /* @__PURE__ */ layerKind(
  'unflatten',
  { shape: (): t.Type<Sizes> => refinedCodec(shapeWords, isShape) },
  ({ shape }) => unflatten(shape),
)

/**
 * What describes {@link unflatten} as plain data.
 *
 * @category Layers
 */
export type UnflattenSpec = SpecOfLayer<typeof unflattenKind>
