import { expect, test } from 'vitest'
import {
  ArgumentError,
  custom,
  foriLoop,
  grad,
  jacobian,
  jit,
  jvp,
  linearize,
  scan,
  tensor,
  valueAndGrad,
  valueAndGradWithAux,
  vjp,
  vmap,
  whileLoop,
} from '../../src/index.ts'

const calls: Readonly<Record<string, (f: never) => unknown>> = {
  grad,
  valueAndGrad,
  valueAndGradWithAux,
  jit,
  vmap,
  scan: (f) => scan(f, tensor(0), tensor([1])),
  jacobian,
  custom: (f) => custom(f, { jvp: () => tensor(0) }),
  jvp: (f) => jvp(f, [tensor(1)], [tensor(1)]),
  linearize: (f) => linearize(f, tensor(1)),
  vjp: (f) => vjp(f, tensor(1)),
  whileLoop: (f) => whileLoop(f, f, tensor(0)),
  foriLoop: (f) => foriLoop(0, 1, f, tensor(0)),
}

test.each(
  Object.entries(calls).flatMap(([name, call]) =>
    [3, undefined, null, 'f', {}, tensor([1, 2])].map((value) => ({ name, call, value })),
  ),
)('$name of $value says what was expected', ({ name, call, value }) => {
  const run = (): unknown => call(value as never)
  expect(run).toThrow(ArgumentError)
  expect(run).toThrow(new RegExp(`^${name}: expected a function of .*, got `))
})
