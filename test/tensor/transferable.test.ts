import fc from 'fast-check'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { expect, test } from 'vitest'
import {
  add,
  cast,
  concat,
  flip,
  fromTransferable,
  grad,
  isTensor,
  jit,
  leavesOf,
  mapTree,
  mul,
  reshape,
  slice,
  sum,
  tensor,
  toArray,
  toTransferable,
  toTypedArray,
  transpose,
  vmap,
  zipTrees,
  type DType,
  type Tensor,
} from '../../src/index.ts'

const posted = (message: unknown): unknown => {
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(message)
  const received = receiveMessageOnPort(port2) as { readonly message: unknown }
  port1.close()
  return received.message
}

const leaf: fc.Arbitrary<Tensor> = fc
  .tuple(
    fc.array(fc.double({ noDefaultInfinity: false }), { maxLength: 6 }),
    fc.constantFrom<DType>('float32', 'float64', 'int32', 'uint32', 'bool'),
    fc.constantFrom<(x: Tensor) => Tensor>(
      (x) => x,
      (x) => flip(x),
      (x) => slice(x, [1]),
      (x) => transpose(reshape(x, [1, -1]) as Tensor) as Tensor,
    ),
  )
  .map(([elements, dtype, view]) => view(cast(tensor(elements, { dtype: 'float64' }), dtype) as Tensor))
const tree = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.constantFrom<unknown>(null, 3, 'text', undefined),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('w', 'b', '__proto__', 'puregrad'), tie('tree'), { noNullPrototype: true }),
  ),
})).tree

test('a tree is the same after a journey, bit for bit', () => {
  fc.assert(
    fc.property(tree, (before) => {
      for (const travel of [posted, structuredClone]) {
        const after = fromTransferable(travel(toTransferable(before)) as never)
        expect(() => zipTrees(before, [after], ([a]) => a)).not.toThrow()
        expect(leavesOf(after).map((x) => [x.dtype, x.shape, toTypedArray(x)])).toEqual(
          leavesOf(before).map((x) => [x.dtype, x.shape, toTypedArray(x)]),
        )
      }
    }),
  )
})

test('writing to what was sent or received leaves the tensors alone', () => {
  const x = tensor([1, 2])
  const sent = toTransferable(x)
  sent.elements[0] = 9
  const y = fromTransferable<Tensor>(sent)
  sent.elements[0] = 7
  expect([toArray(x), toArray(y)]).toEqual([
    [1, 2],
    [9, 2],
  ])
})

test('what a structured clone leaves of a tensor is named, with the remedy', () => {
  const x = tensor([1, 2])
  const clone = structuredClone(x) as never
  expect(isTensor(clone)).toBe(false)
  const remedy = /structured clone.*toTransferable.*fromTransferable/
  const uses: readonly (() => unknown)[] = [
    () => add(clone, 1),
    () => add(x, clone),
    () => grad((y: Tensor) => sum(y))(clone),
    () => grad((p: { readonly w: Tensor }) => sum(p.w))({ w: clone }),
    () => jit((y: Tensor) => mul(y, 2))(clone),
    () => sum(clone),
    () => concat([x, clone]),
    () => zipTrees({ w: x }, [{ w: clone }], ([a]) => a),
    () => fromTransferable({ params: [clone] } as never),
    () => toArray(clone),
    () => vmap((y: Tensor) => y)(clone),
  ]
  for (const use of uses) expect(use).toThrow(remedy)
  expect(() => fromTransferable({ params: [clone] } as never)).toThrow(/at params\[0\]/)
})

test('a malformed tensor in a message is refused with its path', () => {
  const good = toTransferable({ w: tensor([1, 2]) })
  const bad: readonly (readonly [object, RegExp])[] = [
    [{ dtype: 'float8' }, /at w: "float8" is no dtype/],
    [{ shape: 3 }, /at w: expected a shape/],
    [{ shape: [3] }, /at w: expected 3 elements of float32/],
    [{ shape: [-2] }, /at w.*non-negative/],
    [{ elements: [1, 2] }, /at w: expected 2 elements of float32/],
    [{ elements: new Float64Array(2) }, /got a Float64Array/],
    [{ dtype: 'bool', elements: new Uint8Array([1, 2]) }, /booleans are 0 or 1/],
  ]
  for (const [change, message] of bad)
    expect(() => fromTransferable({ w: { ...good.w, ...change } } as never)).toThrow(message)
})

test('JSON of a tensor is its elements', () => {
  const x = tensor([
    [1, NaN],
    [-Infinity, 0.5],
  ])
  expect(JSON.parse(JSON.stringify({ loss: tensor(2), x, ok: tensor([true]) }))).toEqual({
    loss: { dtype: 'float32', shape: [], elements: 2 },
    x: {
      dtype: 'float32',
      shape: [2, 2],
      elements: [
        [1, 'NaN'],
        ['-Infinity', 0.5],
      ],
    },
    ok: { dtype: 'bool', shape: [1], elements: [true] },
  })
  grad((y: Tensor) => {
    expect(JSON.stringify(y)).toBe('{"dtype":"float32","shape":[],"elements":3}')
    return y
  })(tensor(3))
  for (const transform of [jit, vmap])
    transform((y: Tensor) => {
      expect(JSON.stringify(y)).toMatch(/^\{"dtype":"float32","shape":\[\d?\],"elements":"(Staged|Batched)/)
      return mapTree(y, (z) => z)
    })(tensor([3]))
})
