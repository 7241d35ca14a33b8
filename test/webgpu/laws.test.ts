import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import {
  exp,
  grad,
  jit,
  key,
  leavesOf,
  matmul,
  mul,
  neg,
  normal,
  programFunction,
  randomBits,
  stack,
  stage,
  softmax,
  sum,
  toTypedArray,
  transpose,
  uniform,
  vmap,
  type Key,
  type Program,
  type Tensor,
  type Tree,
} from '../../src/index.ts'
import type { ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { asValue } from '../../src/core/autodiff/value.ts'
import { programs, runProgram, runScalarProgram } from '../../src/testing/programs.ts'
import { closeDevice, deviceWork, fromDevice } from '../../src/webgpu/index.ts'
import { constantCases, indexedCases, smoothCases } from '../laws/primitives.ts'
import { cases } from '../program/compiled-cases.ts'
import { inFloat32, narrowed } from './in-float32.ts'
import { softwareDevice } from './software-device.ts'

const found = await softwareDevice()
const gpu = found!
afterAll(() => {
  if (found !== undefined) closeDevice(found)
})

/**
 * Within so much of the largest element: sums are in other orders, and a device rounds its functions in its own ways
 * (WGSL, section 15.7.4: exp to 3 + 2·|x| units in the last place).
 */
const tolerance = 2e-5

const expectClose = (actual: Tree, expected: Tree, within = tolerance, name = ''): void => {
  const [as, es] = [leavesOf(actual), leavesOf(expected)]
  expect(as.map(({ shape, dtype }) => [shape, dtype])).toEqual(es.map(({ shape, dtype }) => [shape, dtype]))
  as.forEach((a, i) => {
    const [x, y] = [Array.from(toTypedArray(a)), Array.from(toTypedArray(es[i]!))]
    const scale = 1 + y.reduce((most, e) => Math.max(most, Number.isFinite(e) ? Math.abs(e) : 0), 0)
    y.forEach((e, k) => {
      if (!Object.is(x[k], e) && !(Math.abs(x[k]! - e) <= within * scale))
        expect.fail(
          `${name} leaf ${String(i)}, element ${String(k)}: expected ${String(e)}, got ${String(x[k])}`,
        )
    })
  })
}

const bytesOf = (tree: Tree): readonly string[] =>
  leavesOf(tree).map((leaf) => {
    const { buffer, byteOffset, byteLength } = toTypedArray(leaf)
    return Buffer.from(buffer, byteOffset, byteLength).toString('hex')
  })

const run = async (f: (...xs: readonly Tensor[]) => unknown, xs: readonly Tensor[]): Promise<Tree> =>
  fromDevice(await jit(f, { backend: gpu })(...xs))

const inputsOf = (inputs: readonly Tensor[]): readonly Tensor[] =>
  inputs.map((x) => narrowed(asValue(x) as ConcreteTensor))

const functionOf = (program: Program) => programFunction(inFloat32(program))

describe.skipIf(found === undefined)(
  'compiled for a device, a function is the function',
  { timeout: 180_000 },
  () => {
    const all = [...smoothCases, ...constantCases, ...indexedCases].map(({ name, f, inputs }) => ({
      name,
      g: functionOf(stage(f)(...inputs).program),
      xs: inputsOf(inputs),
    }))

    // Several are one program, since every pipeline costs; not many, since those of long shaders cost more than their parts.
    const groups = Array.from({ length: Math.ceil(all.length / 6) }, (_, i) => all.slice(6 * i, 6 * i + 6))
    test.each(groups.map((group) => [group.map(({ name }) => name).join(', '), group] as const))(
      '%s',
      async (_, group) => {
        const f = jit((xs: readonly (readonly Tensor[])[]) => group.map(({ g }, i) => g(...xs[i]!)), {
          backend: gpu,
        })
        const given = group.map(({ xs }) => xs)
        const results = await fromDevice(await f(given))
        const work = await deviceWork(f)(given)
        expect(work.onProcessor).toEqual([])
        group.forEach(({ name, g, xs }, i) => {
          expectClose(results[i], g(...xs), tolerance, name)
        })
      },
    )

    test.each(Object.entries(cases))('%s', async (_, [f, ...args]) => {
      expectClose(await run(f, args), f(...args))
    })

    test('random programs, their gradients and batches', async () => {
      await fc.assert(
        fc.asyncProperty(programs({ maxLength: 5 }), fc.integer({ min: 1, max: 4 }), async (p, size) => {
          const x = mul(normal(key(5), [size, size]), 0.5)
          const [f, loss] = [runProgram(p), runScalarProgram(p)]
          const all = (y: Tensor): Tree => [f(y), grad(loss)(y), vmap(f)(stack([y, neg(y)]))]
          expectClose(await run(all, [x]), all(x), 1e-4)
        }),
        { numRuns: 4 },
      )
    })
  },
)

describe.skipIf(found === undefined)('a device', () => {
  test('draws the bits that every other backend draws', async () => {
    const draw = (k: Key): Tree => [randomBits(k, [37]), randomBits(k, [4, 3]), uniform(k, [9])]
    expect(bytesOf(await fromDevice(await jit(draw, { backend: gpu })(key(7))))).toEqual(
      bytesOf(draw(key(7))),
    )
  })

  test('gives the same bytes in every run', async () => {
    const x = normal(key(1), [17, 35])
    const f = jit((y: Tensor) => [sum(exp(y)), sum(y, { axis: 0 }), matmul(y, transpose(y)), softmax(y)], {
      backend: gpu,
    })
    const [first, ...others] = await fromDevice([await f(x), await f(x), await f(x)])
    others.forEach((other) => expect(bytesOf(other)).toEqual(bytesOf(first)))
  })
})
