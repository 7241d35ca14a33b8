/* oxlint-disable typescript/no-unnecessary-type-conversion -- the conversion is what is tested */
import { expect, test } from 'vitest'
import {
  add,
  ArgumentError,
  grad,
  isTensor,
  jit,
  jvp,
  mul,
  tensor,
  vmap,
  type Tensor,
} from '../../src/index.ts'

// What plain JavaScript can write; the type checker refuses all of it.
type Loose = (x: never) => unknown
const uses: Readonly<Record<string, (x: number) => unknown>> = {
  'x * x': (x) => x * x,
  'x + 1': (x) => x + 1,
  '1 - x': (x) => 1 - x,
  '-x': (x) => -x,
  '+x': (x) => +x,
  'x ** 2': (x) => x ** 2,
  'x > 1': (x) => x > 1,
  'x <= x': (x) => x <= x,
  'x == 2': (x) => (x as unknown) == 2,
  "'loss ' + x": (x) => 'loss ' + (x as unknown as string),
  'Number(x)': (x) => Number(x),
  'Math.sin(x)': (x) => Math.sin(x),
  'Math.max(x, 0)': (x) => Math.max(x, 0),
  'isNaN(x)': (x) => globalThis.isNaN(x),
  'parseFloat(x) by a sum': (x) => [x, x].reduce((a, b) => a + b),
  sorting: (x) => [x, x].sort((a, b) => a - b),
}

const contexts: Readonly<Record<string, (use: (x: Tensor) => Tensor) => unknown>> = {
  eager: (use) => use(tensor(2)),
  'of many elements': (use) => use(tensor([1, 2])),
  'under grad': (use) => grad(use)(tensor(3)),
  'under jvp': (use) => jvp(use, [tensor(3)], [tensor(1)]),
  'under vmap': (use) => vmap(use)(tensor([1, 2])),
  compiled: (use) => jit(use)(tensor(2)),
}

test.each(Object.keys(contexts))(
  'a tensor used as a number is an error that names the remedy: %s',
  (name) => {
    for (const [text, use] of Object.entries(uses)) {
      const run = () => contexts[name]?.((x) => add((use as Loose)(x as never) as never, x) as Tensor)
      expect(run, text).toThrow(ArgumentError)
      expect(run, text).toThrow(/not a number.*add, sub, mul, div, pow.*greater, less or equal.*item\(x\)/)
    }
  },
)

test('the product written with an operator has no derivative', () => {
  expect(() => grad(((x: number) => add((x * x) as never, x as never)) as never)(tensor(3) as never)).toThrow(
    /not a number.*mul/,
  )
})

test('text and identity are as ever', () => {
  const x = tensor(2)
  expect(`x = ${x as unknown as string}`).toBe('x = 2.')
  expect(String(x)).toBe('2.')
  expect((x as unknown) == x).toBe(true)
  expect((x as unknown) == null).toBe(false)
  expect(isTensor(x) && Boolean(x)).toBe(true)
  vmap((y: Tensor) => {
    expect(String(y)).toContain('Batched')
    return mul(y, 2)
  })(tensor([1]))
})
