import { fftRoutine } from '../kernel/fft.ts'
import { ShapeError } from '../tensor/errors.ts'
import { showShape, sizeOf } from '../tensor/shape.ts'
import { batchOf, rowsAndColumns } from './matrices.ts'
import type { ParameterizedPrimitive } from './primitive.ts'
import { routinePrimitive } from './routine-primitive.ts'
import { inputAt, requireFloat } from './typing.ts'

export interface FftParameters {
  /** With e^(+2πijk/n), not divided by n. */
  readonly inverse: boolean
}

/**
 * Σⱼ xⱼ·e^(∓2πijk/n) of `[…, 2, n]`, real parts over imaginary ones. As a map of reals it is [[C, S], [−S, C]] with the
 * symmetric matrices of the cosines and sines, so that its adjoint is the transform with the other sign.
 */
export const fft: ParameterizedPrimitive<FftParameters, 'fft'> = /* @__PURE__ */ routinePrimitive<
  FftParameters,
  'fft'
>({
  name: 'fft',
  arity: 1,
  parameters: { inverse: 'flag' },
  traits: {},
  type: (inputs) => {
    const x = inputAt(inputs, 0, 'fft')
    requireFloat(x, 'fft')
    if (x.shape[x.shape.length - 2] !== 2)
      throw new ShapeError(
        `fft: expected real parts over imaginary ones, […, 2, n], got ${showShape(x.shape)}`,
      )
    return x
  },
  derivative: { kind: 'linear' },
  linear: {
    inputs: [0],
    transpose: (o, ct, _, __, { inverse }) => [o.bind(fft, [ct], { inverse: !inverse })],
  },
  batch: (o, [x], _, __, params) => o.bind(fft, [x!], params),
  routine: fftRoutine,
  sizes: (inputs, { inverse }) => {
    const x = inputAt(inputs, 0, 'fft')
    return [sizeOf(batchOf(x)), rowsAndColumns(x)[1], Number(inverse)]
  },
})
