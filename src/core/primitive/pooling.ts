import {
  poolingSizes,
  windowArgmaxRoutine,
  windowAxes,
  windowPutRoutine,
  windowTakeRoutine,
  type WindowParameters,
} from '../kernel/pooling.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { addressable, sameShape, showShape } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { requireImages } from './convolution.ts'
import type { Batch, ParameterizedPrimitive, Primitive, Typed } from './primitive.ts'
import { routinePrimitive } from './routine-primitive.ts'
import { inputAt, requireFloat, requireSameDType } from './typing.ts'

/*
 * Windows over images [n, …space, channels], for every channel by itself. `windowArgmax` says at which tap of each window the
 * largest element is; the other two are linear, and each is the adjoint of the other.
 */

export interface WindowPutParameters extends WindowParameters {
  /** The sizes of the image, along each axis of space. */
  readonly space: readonly number[]
}

const forms = {
  taps: 'counts',
  strides: 'counts',
  dilation: 'counts',
  low: 'counts',
  high: 'counts',
} as const

const requireWindows = (name: string, rank: number, params: WindowParameters): void => {
  const { taps, strides, dilation, low, high } = params
  Object.entries({ taps, strides, dilation, low, high }).forEach(([key, list]) => {
    if (list.length !== rank)
      throw new ArgumentError(
        `${name}: ${key}: expected a number for each of ${String(rank)} axes of space, got ${showShape(list)}`,
      )
  })
  if ([...taps, ...strides, ...dilation].some((n) => n < 1))
    throw new ArgumentError(
      `${name}: expected windows, strides and dilations of 1 or more, got ${showShape(taps)}, ` +
        `${showShape(strides)} and ${showShape(dilation)}`,
    )
  if (taps.some((n, axis) => Math.max(low[axis]!, high[axis]!) > dilation[axis]! * (n - 1)))
    throw new ArgumentError(
      `${name}: padding ${showShape(low)} before and ${showShape(high)} behind leaves windows ` +
        `${showShape(taps)} with nothing in them`,
    )
}

/** The shape of one element for each window. */
const outputOf = ({ shape }: Typed, params: WindowParameters): readonly number[] => [
  shape[0]!,
  ...windowAxes(shape.slice(1, -1), params).map(({ output }) => output),
  shape[shape.length - 1]!,
]

const checkedImages = (name: string, x: Typed, params: WindowParameters): void => {
  requireFloat(x, name)
  requireImages(name, x)
  requireWindows(name, x.shape.length - 2, params)
}

const requireTapsOf = (name: string, taps: Typed, expected: readonly number[]): void => {
  if (!sameShape(taps.shape, expected))
    throw new ShapeError(
      `${name}: expected a tap for each window, ${showShape(expected)}, got ${showShape(taps.shape)}`,
    )
}

/** A batch is more images. */
const moreImages =
  <P>(primitive: () => Primitive<P>): Batch<P> =>
  (o, inputs, batched, size, params) => {
    const images = inputs.map((x, i): Value => {
      const whole = batched[i] === true ? x : o.broadcastTo(x, [size, ...x.shape])
      const [, n = 0, ...rest] = whole.shape
      return o.reshape(whole, [size * n, ...rest])
    })
    const out: Value = o.bind(primitive(), images, params)
    const n = inputs[0]!.shape[batched[0] === true ? 1 : 0]!
    return o.reshape(out, [size, n, ...out.shape.slice(1)])
  }

/** The tap of each window where its largest element is, as a float: the first of several, and of NaNs. */
export const windowArgmax: ParameterizedPrimitive<WindowParameters, 'windowArgmax'> =
  /* @__PURE__ */ routinePrimitive<WindowParameters, 'windowArgmax'>({
    name: 'windowArgmax',
    arity: 1,
    parameters: forms,
    traits: { exact: true },
    type: (inputs, params) => {
      const x = inputAt(inputs, 0, 'windowArgmax')
      checkedImages('windowArgmax', x, params)
      return { shape: addressable(outputOf(x, params), 'windowArgmax'), dtype: x.dtype }
    },
    derivative: { kind: 'zero' },
    batch: moreImages(() => windowArgmax),
    routine: windowArgmaxRoutine,
    sizes: (inputs, params) => poolingSizes(inputAt(inputs, 0, 'windowArgmax').shape, params),
  })

/** Images and a tap for each window → the elements there. */
export const windowTake: ParameterizedPrimitive<WindowParameters, 'windowTake'> =
  /* @__PURE__ */ routinePrimitive<WindowParameters, 'windowTake'>({
    name: 'windowTake',
    arity: 2,
    parameters: forms,
    traits: { exact: true },
    type: (inputs, params) => {
      requireSameDType(inputs, 'windowTake')
      const x = inputAt(inputs, 0, 'windowTake')
      checkedImages('windowTake', x, params)
      const shape = outputOf(x, params)
      requireTapsOf('windowTake', inputAt(inputs, 1, 'windowTake'), shape)
      return { shape: addressable(shape, 'windowTake'), dtype: x.dtype }
    },
    derivative: { kind: 'linear' },
    linear: {
      inputs: [0],
      transpose: (o, ct, [x, taps], _, params) => [
        o.bind(windowPut, [ct, taps as Value], { ...params, space: x!.shape.slice(1, -1) }),
        undefined,
      ],
    },
    batch: moreImages(() => windowTake),
    routine: windowTakeRoutine,
    sizes: (inputs, params) => poolingSizes(inputAt(inputs, 0, 'windowTake').shape, params),
  })

/** One element for each window, and its tap → images of zeros where they are added. */
export const windowPut: ParameterizedPrimitive<WindowPutParameters, 'windowPut'> =
  /* @__PURE__ */ routinePrimitive<WindowPutParameters, 'windowPut'>({
    name: 'windowPut',
    arity: 2,
    parameters: { ...forms, space: 'counts' },
    traits: {},
    type: (inputs, params) => {
      requireSameDType(inputs, 'windowPut')
      const y = inputAt(inputs, 0, 'windowPut')
      checkedImages('windowPut', y, params)
      if (params.space.length !== y.shape.length - 2)
        throw new ArgumentError(
          `windowPut: space: expected a number for each axis of space, got ${showShape(params.space)}`,
        )
      const shape = [y.shape[0]!, ...params.space, y.shape[y.shape.length - 1]!]
      const windows = outputOf({ shape, dtype: y.dtype }, params)
      inputs.forEach((input) => {
        requireTapsOf('windowPut', input, windows)
      })
      return { shape: addressable(shape, 'windowPut'), dtype: y.dtype }
    },
    derivative: { kind: 'linear' },
    linear: {
      inputs: [0],
      transpose: (o, ct, [, taps], _, { space: __, ...params }) => [
        o.bind(windowTake, [ct, taps as Value], params),
        undefined,
      ],
    },
    batch: moreImages(() => windowPut),
    routine: windowPutRoutine,
    sizes: ([y], { space, ...params }) =>
      poolingSizes([y!.shape[0]!, ...space, y!.shape[y!.shape.length - 1]!], params),
  })
