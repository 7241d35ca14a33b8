import { expect, test } from 'vitest'
import {
  add,
  broadcastTo,
  full,
  grad,
  jit,
  jvp,
  matmul,
  mul,
  randomBits,
  key,
  reshape,
  scan,
  slice,
  square,
  sum,
  take,
  tensor,
  toArray,
  transpose,
  uniform,
  vmap,
  zeros,
  type Tensor,
} from '../../src/index.ts'

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
])

const made: Readonly<Record<string, () => Tensor>> = {
  tensor: () => tensor([1, 2]),
  scalar: () => tensor(1),
  'typed array': () => tensor(new Float64Array(4), { shape: [2, 2] }),
  zeros: () => zeros([2, 3]),
  sum: () => add(x, x),
  product: () => matmul(x, transpose(x)),
  reduction: () => sum(x, { axis: 0 }) as Tensor,
  transpose: () => transpose(x),
  slice: () => slice(x, [1]),
  reshape: () => reshape(x, [3, 2]),
  take: () => take(x, [1, 0]),
  random: () => uniform(key(0), [3, 2]),
  gradient: () => grad((y: Tensor) => sum(square(y)))(x),
  compiled: () => jit((y: Tensor) => mul(y, 2))(x),
  'compiled view': () => jit((y: Tensor) => transpose(y))(x),
  'compiled in TypeScript': () => jit((y: Tensor) => mul(y, 2), { backend: 'typescript' })(x),
  mapped: () => vmap((y: Tensor) => sum(y))(x),
}

test.each(Object.entries(made))('nothing of a value can be changed: %s', (_, make) => {
  const value = make() as unknown as Record<string, unknown> & { readonly view: Record<string, unknown> }
  const shape = value['shape'] as number[]
  const before = [[...shape], toArray(value as never)]
  expect(Object.isFrozen(shape)).toBe(true)
  expect(Object.isFrozen(value.view['shape'])).toBe(true)
  expect(Object.isFrozen(value.view['stride'])).toBe(true)
  expect(() => (shape[0] = 7)).toThrow(TypeError)
  expect(() => shape.push(1)).toThrow(TypeError)
  for (const name of ['shape', 'dtype', 'rank', 'size', 'view'])
    expect(() => (value[name] = [9])).toThrow(TypeError)
  expect([[...shape], toArray(value as never)]).toEqual(before)
})

test('values under a transformation cannot be changed either', () => {
  const frozen = (value: Tensor): Tensor => {
    expect(Object.isFrozen(value)).toBe(true)
    expect(Object.isFrozen(value.shape)).toBe(true)
    expect(() => ((value as { shape: unknown }).shape = [])).toThrow(TypeError)
    return mul(value, 2)
  }
  const through = (y: Tensor): Tensor => sum(frozen(frozen(y)))
  grad(through)(x)
  jvp(through, [x], [x])
  vmap(through)(x)
  jit(through)(x)
  jit(vmap(grad(through)))(x)
  scan((total: Tensor, row: Tensor) => [add(total, through(row)), row] as const, tensor(0), x)
  expect.hasAssertions()
})

test('arguments are copied, not frozen', () => {
  const shape = [2, 3]
  const results = [
    zeros(shape),
    full(shape, 2),
    reshape(x, shape),
    broadcastTo(tensor(1), shape),
    uniform(key(0), shape),
    randomBits(key(0), shape),
    tensor(new Float32Array(6), { shape }),
  ]
  expect(Object.isFrozen(shape)).toBe(false)
  shape[0] = 99
  for (const result of results) expect(result.shape).toEqual([2, 3])
})
