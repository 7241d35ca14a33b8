// Run in a copy of the sources to which the recipe has added `log3`: throws where something of it does not hold.
import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import * as puregrad from '../../src/index.ts'
import {
  add,
  cond,
  decodeProgram,
  encodeProgram,
  grad,
  item,
  jit,
  jvp,
  less,
  matmul,
  mul,
  outer,
  printProgram,
  programFunction,
  scan,
  stage,
  sum,
  tensor,
  toArray,
  vmap,
  type BackendName,
  type DType,
  type Tensor,
} from '../../src/index.ts'
import { checkGrad, printSource, sources } from '../../src/testing/index.ts'

const { log3 } = puregrad as unknown as { readonly log3: (x: Tensor) => Tensor }

const numbers = [0.3, 1, 2, 7.5, 1024]
const vector = (dtype: DType): Tensor => tensor(numbers, { dtype })
const valuesOf = (x: Tensor): readonly number[] => toArray(x) as readonly number[]

const log3Of = (n: number): number => Math.log(n) / Math.log(3)

const near = (actual: readonly number[], expected: readonly number[], relative: number): void => {
  assert.equal(actual.length, expected.length)
  actual.forEach((x, i) => {
    assert.ok(
      Math.abs(x - expected[i]!) <= relative * (1 + Math.abs(expected[i]!)),
      `${x} for ${expected[i]!}`,
    )
  })
}

const ln3 = Math.log(3)
const x = vector('float64')
const one = tensor(1, { dtype: 'float64' })
const at = (n: number): Tensor => tensor(n, { dtype: 'float64' })
const f = (t: Tensor): Tensor => log3(t)

// Values.
near(valuesOf(log3(x)), numbers.map(log3Of), 1e-15)

// Both modes and their nestings: 1 / (x ln 3), −1 / (x² ln 3).
const along = (g: (t: Tensor) => Tensor) => (t: Tensor) => jvp(g, [t], [one])[1] as Tensor
const back = (g: (t: Tensor) => Tensor) => (t: Tensor) => grad(g)(t) as Tensor
for (const mode of [along, back]) near([item(mode(f)(at(3)))], [1 / (3 * ln3)], 1e-14)
for (const outer of [along, back])
  for (const inner of [along, back]) near([item(outer(inner(f))(at(3)))], [-1 / (9 * ln3)], 1e-14)
assert.equal(checkGrad((t: Tensor) => sum(mul(log3(t), log3(t))))(x).kind, 'agrees')

// A batch.
near(valuesOf(vmap(f)(x)), numbers.map(log3Of), 1e-15)
near(
  valuesOf(vmap(grad(f))(x)),
  numbers.map((n) => 1 / (n * ln3)),
  1e-14,
)

// Compiled everywhere, with its gradient, alone and among others.
const loss = (t: Tensor): Tensor => sum(mul(log3(mul(t, 2)), t))
for (const backend of ['native', 'wasm', 'typescript'] as readonly BackendName[])
  for (const reproducible of [false, true])
    for (const dtype of ['float32', 'float64'] as const) {
      const relative = dtype === 'float32' ? 1e-6 : 1e-14
      const t = vector(dtype)
      const options = { backend, reproducible }
      near(valuesOf(jit(f, options)(t)), valuesOf(log3(t)), relative)
      near([item(jit(loss, options)(t))], [item(loss(t))], relative)
      near(valuesOf(jit(grad(loss), options)(t)), valuesOf(grad(loss)(t)), relative)
    }

// Inside loops, branches and behind products, which programs are cut at.
const everywhere = (t: Tensor): Tensor => {
  const [total] = scan((sum_: Tensor, row: Tensor) => [add(sum_, sum(log3(row))), row], sum(t), outer(t, t))
  const product = log3(matmul(outer(t, t), outer(t, t)))
  const chosen = cond(
    less(total as Tensor, 0),
    () => sum(t),
    () => sum(log3(t)),
  )
  return add(add(total as Tensor, sum(product)), chosen)
}
for (const backend of ['native', 'wasm', 'typescript'] as readonly BackendName[])
  for (const reproducible of [false, true]) {
    const options = { backend, reproducible }
    near([item(jit(everywhere, options)(x))], [item(everywhere(x))], 1e-13)
    near(valuesOf(jit(grad(everywhere), options)(x)), valuesOf(grad(everywhere)(x)), 1e-12)
    near(
      valuesOf(jit(vmap(grad(f)), options)(x)),
      numbers.map((n) => 1 / (n * ln3)),
      1e-14,
    )
  }

// As a program: printed, written, read again.
const { program } = stage(f)(x)
assert.match(printProgram(program), /= log3\(a\)/)
const read = decodeProgram(JSON.parse(JSON.stringify(encodeProgram(program))))
assert.ok(E.isRight(read))
assert.equal(printProgram(read.right), printProgram(program))
assert.deepEqual(toArray(programFunction(read.right)(x)[0]!), toArray(log3(x)))

// Drawn by the random programs.
assert.ok(
  fc.sample(sources(), { numRuns: 400, seed: 1 }).some((source) => printSource(source).includes('log3(')),
)
console.log('log3 holds')
