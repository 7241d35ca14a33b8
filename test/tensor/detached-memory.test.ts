import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import {
  add,
  DetachedError,
  fromNdarray,
  item,
  jit,
  jitAsync,
  matmul,
  ones,
  sum,
  tensor,
  toArray,
  toNdarray,
  transpose,
  type Tensor,
} from 'puregrad'

const detach = (buffer: ArrayBufferLike): void => {
  structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
}

/** A tensor on memory of the caller, and that memory. */
const ways: Readonly<Record<string, () => readonly [Tensor, ArrayBufferLike]>> = {
  fromNdarray: () => {
    const data = new Float32Array([1, 2, 3, 4])
    return [fromNdarray(ndarray(data, [2, 2])), data.buffer]
  },
  toNdarray: () => {
    const x = add(tensor([[1, 2], [3, 4]]), 0) // prettier-ignore
    return [x, toNdarray(x).data.buffer]
  },
  'toNdarray of a compiled result': () => {
    const x = jit((y: Tensor) => add(y, 1))(ones([2, 2]))
    return [x, toNdarray(x).data.buffer]
  },
}

describe.each(Object.entries(ways))(
  'a tensor whose memory was shared by %s and transferred away',
  (_, make) => {
    const uses: Readonly<Record<string, (x: Tensor) => unknown>> = {
      add: (x) => add(x, 1),
      sum: (x) => sum(x),
      matmul: (x) => matmul(x, x),
      'a view': (x) => toArray(transpose(x)),
      toArray: (x) => toArray(x),
      toNdarray: (x) => toNdarray(x),
      text: (x) => item(sum(x)),
    }
    it.each(Object.entries(uses))('is an error for %s', (__, use) => {
      const [x, memory] = make()
      use(x)
      detach(memory)
      expect(() => use(x)).toThrow(DetachedError)
      expect(() => use(x)).toThrow(/float32 tensor of shape \[2, 2\] .* memory had been detached/)
    })

    it.each(['native', 'wasm', 'typescript'] as const)(
      'is an error for a function compiled for %s',
      async (backend) => {
        const [x, memory] = make()
        const f = jit((y: Tensor) => sum(add(y, 1)), { backend })
        const g = jitAsync((y: Tensor) => sum(add(y, 1)), { backend })
        expect(item(f(x))).toBe(item(await g(x)))
        detach(memory)
        expect(() => f(x)).toThrow(DetachedError)
        await expect(g(x)).rejects.toThrow(DetachedError)
      },
    )
  },
)

describe('fromNdarray', () => {
  it('refuses memory that can be resized or is shared, and says so', () => {
    const Resizable = ArrayBuffer as unknown as new (
      bytes: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer
    for (const memory of [new Resizable(16, { maxByteLength: 32 }), new SharedArrayBuffer(16)])
      expect(() => fromNdarray(ndarray(new Float32Array(memory as ArrayBuffer), [2, 2]))).toThrow(
        'memory that can be resized or that threads share; copy it first',
      )
  })
})
