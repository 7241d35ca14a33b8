import { describe, expect, test } from 'vitest'
import { jit, tensor, toTypedArray, type Tensor } from '../../src/index.ts'
import {
  adadelta,
  adagrad,
  adam,
  adamW,
  amsGrad,
  lamb,
  lion,
  nAdam,
  rAdam,
  rmsProp,
  type Optimizer,
} from '../../src/optim/index.ts'

interface Params {
  readonly w: Tensor
}
const learningRate = 0.1
const optimizers: Readonly<Record<string, Optimizer<Params, readonly unknown[]>>> = {
  adadelta: adadelta({ learningRate }),
  adagrad: adagrad({ learningRate }),
  adam: adam({ learningRate }),
  adamW: adamW({ learningRate }),
  amsGrad: amsGrad({ learningRate }),
  lamb: lamb({ learningRate }),
  lion: lion({ learningRate }),
  nAdam: nAdam({ learningRate }),
  rAdam: rAdam({ learningRate, b2: 0.9 }),
  rmsProp: rmsProp({ learningRate }),
  'rmsProp centred': rmsProp({ learningRate, centered: true }),
}

/** The steps of a run along gradients, each times a factor. */
const steps = (
  optimizer: Optimizer<Params, readonly unknown[]>,
  gradients: readonly number[],
  dtype: 'float32' | 'float64',
  compile: boolean,
): readonly number[] => {
  const params = { w: tensor([2, 2], { dtype }) }
  const update = (g: Params, state: readonly unknown[], step: Tensor) =>
    optimizer.update(g, state, { params, step, value: 0 })
  const run = compile ? jit(update) : update
  return gradients.reduce<{ readonly made: readonly number[]; readonly state: readonly unknown[] }>(
    ({ made, state }, g, i) => {
      const [move, next] = run({ w: tensor([g, -g], { dtype }) }, state, tensor(i, { dtype: 'float64' }))
      return { made: [...made, ...Array.from(toTypedArray(move.w), Number)], state: next }
    },
    { made: [], state: optimizer.init(params) },
  ).made
}

const shape = [1, 1, -0.5, 1, 0.25, -1, 1, 1]
const cases = Object.entries(optimizers).flatMap(([name, optimizer]) =>
  (['float32', 'float64'] as const).flatMap((dtype) =>
    [false, true].map((compile) => ({ name, optimizer, dtype, compile })),
  ),
)

describe.each(cases)('$name in $dtype, compiled: $compile', ({ name, optimizer, dtype, compile }) => {
  const [large, huge] = dtype === 'float32' ? [1e12, 1e30] : [1e100, 1e300]

  test('steps along gradients whose squares the dtype cannot hold are those along large ones', () => {
    // Saturated elements are alike in size, so the run has signs alone.
    const signs = (size: number) =>
      steps(
        optimizer,
        shape.map((g) => Math.sign(g) * size),
        dtype,
        compile,
      )
    // RAdam's first four steps are proportional to the gradient.
    const first = name === 'rAdam' ? 8 : 0
    const found = signs(huge).slice(first)
    const expected = signs(large).slice(first)
    // Adadelta's first steps depend on the unit of the gradient.
    const tolerance = name === 'adadelta' ? 1e-2 : 1e-5
    found.forEach((step, i) => {
      expect(Math.abs(step)).toBeGreaterThan(0)
      expect(Math.abs(step - (expected[i] ?? NaN))).toBeLessThanOrEqual(
        tolerance * Math.max(Math.abs(step), learningRate),
      )
    })
  })

  test('and go on after one of them', () => {
    const after = steps(optimizer, [huge, huge, ...Array.from({ length: 6 }, () => huge / 4)], dtype, compile)
    expect(after.every((step) => Number.isFinite(step) && step !== 0)).toBe(true)
  })

  test('an infinite one is not hidden', () => {
    if (name === 'lion') return
    const [step] = steps(optimizer, [Infinity], dtype, compile)
    expect(Number.isFinite(step)).toBe(false)
  })
})
