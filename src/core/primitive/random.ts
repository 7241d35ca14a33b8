import { randomBitsKernel, threefryKernel } from '../kernel/threefry.ts'
import { ShapeError } from '../tensor/errors.ts'
import { addressable, showShape } from '../tensor/shape.ts'
import { repeated } from './elementwise-record.ts'
import type { NoParameters, OwnPrimitive, Typed } from './primitive.ts'
import { inputAt, requireDType, requireSameShape } from './typing.ts'

export interface ShapeParameters {
  readonly shape: readonly number[]
}

const requireKey = (key: Typed, name: string): void => {
  requireDType(key, ['uint32'], `${name} key`)
  if (key.shape[key.shape.length - 1] !== 2)
    throw new ShapeError(`${name}: a random key has shape [2], got ${showShape(key.shape)}`)
}

/** One block of the cipher: `key […b, 2]`, `counter […b, 2]` → `[…b, 2]`. */
export const threefry: OwnPrimitive<NoParameters, 'threefry'> = {
  name: 'threefry',
  arity: 2,
  parameters: {},
  traits: { exact: true },
  type: (inputs) => {
    requireSameShape(inputs, 'threefry')
    requireKey(inputAt(inputs, 0, 'threefry'), 'threefry')
    return inputAt(inputs, 0, 'threefry')
  },
  kernel: ([key, counter]) => threefryKernel(key!, counter!),
  derivative: { kind: 'zero' },
  batch: (o, inputs, batched, size) => o.bind(threefry, repeated(o, inputs, batched, size), {}),
  lowering: { kind: 'own' },
}

/** Independent bits for every element: `key […b, 2]` → `[…b, …shape]`. */
export const randomBits: OwnPrimitive<ShapeParameters, 'randomBits'> = {
  name: 'randomBits',
  arity: 1,
  parameters: { shape: 'counts' },
  traits: { exact: true },
  type: (inputs, { shape }) => {
    const key = inputAt(inputs, 0, 'randomBits')
    requireKey(key, 'randomBits')
    return { shape: addressable([...key.shape.slice(0, -1), ...shape], 'randomBits'), dtype: 'uint32' }
  },
  kernel: ([key], { shape }) => randomBitsKernel(key!, shape),
  derivative: { kind: 'zero' },
  batch: (o, inputs, _, __, params) => o.bind(randomBits, [inputs[0]!], params),
  lowering: { kind: 'own' },
}
