import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  argsort,
  cond,
  countOperations,
  greater,
  intervalBounds,
  log,
  matmul,
  mul,
  programFunction,
  scan,
  sigmoid,
  softmax,
  stage,
  sum,
  tanh,
  tensor,
  toArray,
  toLatex,
  toTypedArray,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { programs, runProgram, tensorsOf } from '../../src/testing/index.ts'

const x = tensor([1, 2], { dtype: 'float64' })

describe('counts', () => {
  test('loops, branches, memory', () => {
    const loop = (start: Tensor, xs: Tensor) =>
      scan((carried: Tensor, element: Tensor) => [add(carried, mul(element, 2)), carried], start, xs)
    const { program } = stage(loop)(zeros([]), zeros([10]))
    expect(countOperations(program)).toMatchObject({ operations: { scan: 1, add: 10, mul: 10 }, flops: 20 })
    const choice = (y: Tensor): Tensor =>
      cond(
        greater(sum(y), 0),
        (z: Tensor): Tensor => tanh(tanh(z)),
        (z: Tensor): Tensor => tanh(z),
        y,
      )
    expect(countOperations(stage(choice)(x).program).operations).toMatchObject({ cond: 1, tanh: 2 })
    const chain = (y: Tensor): Tensor => tanh(tanh(tanh(y)))
    expect(countOperations(stage(chain)(zeros([100])).program).peakBytes).toBe(1200)
  })
})

describe('bounds', () => {
  test('hold whatever the inputs are within their intervals', () => {
    fc.assert(
      fc.property(programs({ maxLength: 3 }), tensorsOf([2, 2], { min: -1, max: 1 }), (source, at) => {
        const { program } = stage(runProgram(source))(at)
        const [bounds] = intervalBounds(program, [{ low: add(at, -0.125), high: add(at, 0.125) }])
        const [low, high] = [toTypedArray(bounds!.low), toTypedArray(bounds!.high)]
        for (const shift of [-0.125, -0.0625, 0, 0.03125, 0.125]) {
          const [y] = programFunction(program)(add(at, shift))
          toTypedArray(y!).forEach((value, i) => {
            expect(value).toBeGreaterThanOrEqual(low[i]!)
            expect(value).toBeLessThanOrEqual(high[i]!)
          })
        }
      }),
      { numRuns: 30 },
    )
  })
  test('are refused where there is no rule', () => {
    const sorted = stage((y: Tensor) => argsort(y))(x).program
    expect(() => intervalBounds(sorted, [{ low: 0, high: 1 }])).toThrow('no rule for intervals of argsort')
    const logarithm = stage((y: Tensor) => log(y))(x).program
    expect(() => intervalBounds(logarithm, [{ low: -1, high: 1 }])).toThrow('log: the interval leaves')
    expect(() => intervalBounds(logarithm, [{ low: 2, high: 1 }])).toThrow('expected low ≤ high')
    expect(() => intervalBounds(logarithm, [])).toThrow('expected 1 intervals')
  })
})

describe('formulas', () => {
  test('name what is used twice', () => {
    const layer = ({ w }: { readonly w: Tensor }, y: Tensor) => softmax(matmul(y, w))
    expect(toLatex(stage(layer)({ w: zeros([2, 2]) }, zeros([3, 2])))).toBe(
      [
        String.raw`\begin{aligned}`,
        String.raw`  z_{1} &= e^{x \, w - \max_{2} x \, w} \\`,
        String.raw`  y &= \frac{z_{1}}{\sum_{2} z_{1}}`,
        String.raw`\end{aligned}`,
      ].join('\n'),
    )
    const square = (y: Tensor): Tensor => mul(add(y, 1), add(y, 1))
    expect(toLatex(stage(square)(x).program, { names: ['t'] })).toBe(
      String.raw`y = \left(t + 1\right) \cdot \left(t + 1\right)`,
    )
    expect(toLatex(stage((y: Tensor) => sigmoid(y))(x))).toBe(String.raw`y = \sigma\left(x\right)`)
    expect(() => toLatex(stage(square)(x), { names: [] })).toThrow('toLatex: names: expected 1')
    expect(toArray(square(x))).toEqual([4, 9])
  })
})
