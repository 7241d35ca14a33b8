import { expect, test } from 'vitest'
import { add, cast, key, mul, normal, sin, sum, tensor, type Tensor } from '../../src/index.ts'
import { evaluateProgram } from '../../src/core/autodiff/evaluate.ts'
import { valuesOf } from '../../src/core/autodiff/leaves.ts'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import { splitProgram } from '../../src/compile/device/split-program.ts'
import { prepare } from '../../src/compile/passes/prepare.ts'
import { toTypedArray } from '../../src/index.ts'
import { adam, applyStep, cosineDecay } from '../../src/optim/index.ts'

const optimizer = adam<readonly Tensor[]>({ learningRate: cosineDecay({ steps: 10, from: 0.1 }) })

const update = (params: Tensor, gradient: Tensor, step: Tensor): readonly unknown[] => {
  const state = optimizer.init([params])
  const at = { params: [params], step, value: 0 }
  const [move, next] = optimizer.update([gradient], state, at)
  return [applyStep([params], move), next, sum(gradient), tensor(3, { dtype: 'float64' }), step]
}

test('the parts of a step of Adam are the step; what is float64 is here, what is not there', () => {
  const inputs = [normal(key(0), [3]), normal(key(1), [3]), tensor(4, { dtype: 'float64' })]
  const { program } = stageFlat((xs) => valuesOf(update(xs[0]!, xs[1]!, xs[2]!)), inputs)
  const whole = prepare(program)
  const { here, hereInputs, device, deviceInputs, outputs } = splitProgram(whole, 3)
  const types = (variables: typeof here): readonly string[] =>
    variables.equations.flatMap(({ outputs: found }) => found.map(({ dtype }) => dtype))
  expect(types(device)).not.toContain('float64')
  expect(here.equations.every(({ outputs: found }) => found.every(({ shape }) => shape.length === 0))).toBe(
    true,
  )
  expect(here.equations.length).toBeGreaterThan(3)
  expect(here.equations.length + device.equations.length).toBe(whole.equations.length)
  const values = inputs as readonly Tensor[] as readonly AnyValue[]
  const known = evaluateProgram(here, hereInputs.map((input) => values[input]!)) // prettier-ignore
  const computed = evaluateProgram(
    device,
    deviceInputs.map(({ of, index }) => (of === 'here' ? known : values)[index]!),
  )
  const found = outputs.map(({ of, index }) => (of === 'here' ? known : computed)[index]!)
  const expected = evaluateProgram(whole, values)
  expect(found.map((x) => [x.dtype, ...toTypedArray(x as Tensor)])).toEqual(
    expected.map((x) => [x.dtype, ...toTypedArray(x as Tensor)]),
  )
})

test('numbers are known here whatever they become; tensors are not', () => {
  const { program } = stageFlat(
    ([x, n]) => valuesOf(mul(x!, cast(sin(cast(add(n!, 1), 'float64')), 'float32'))),
    [tensor([1, 2]), tensor(1)],
  )
  const here = (numbers: number): readonly string[] =>
    splitProgram(program, 2 - numbers).here.equations.map(({ operation }) => operation)
  expect(here(1)).toEqual(['add', 'cast', 'sin', 'cast'])
  expect(here(0)).toEqual([])
})

test('float64 that lies on the device is none of what is known here', () => {
  const { program } = stageFlat(
    ([x, t]) => valuesOf([mul(x!, 2), add(t!, 1)]),
    [tensor([1, 2]), tensor(1, { dtype: 'float64' })],
  )
  const sources = (there: readonly number[]) => splitProgram(program, 2, new Set(there)).outputs
  expect(sources([]).map(({ of }) => of)).toEqual(['device', 'here'])
  expect(sources([1]).map(({ of }) => of)).toEqual(['device', 'device'])
})
