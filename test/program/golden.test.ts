import { describe, expect, it } from 'vitest'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import { lower } from '../../src/compile/lowering/lower.ts'
import { prepare } from '../../src/compile/passes/prepare.ts'
import {
  add,
  concat,
  div,
  grad,
  logSumExp,
  matmul,
  maximum,
  mean,
  mul,
  neg,
  reshape,
  scan,
  slice,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  type Tensor,
} from '../../src/index.ts'
import { kernelCost } from './kernel-cost.ts'
import { printKernelProgram } from './print-kernel-program.ts'

/*
 * What six functions become, word for word: a change of the passes or of the lowering that makes more instructions, takes
 * more memory or moves more bytes shows in a golden file. Where it is meant, `vitest run test/program/golden.test.ts -u`
 * writes the files again; the difference is to be read.
 */

type TensorFunction = (...xs: Tensor[]) => readonly Tensor[]

const crossEntropy = (scores: Tensor, targets: Tensor): Tensor =>
  neg(mean(sum(mul(targets, sub(scores, logSumExp(scores, { axis: 1, keepDims: true }))), { axis: 1 })))

const networkStep: TensorFunction = (x, y, ...params) => {
  const loss = ([w1, b1, w2, b2]: readonly Tensor[]): Tensor =>
    crossEntropy(add(matmul(maximum(add(matmul(x, w1!), b1!), 0), w2!), b2!) as Tensor, y)
  const slopes = grad(loss)(params)
  return params.map((param, i) => sub(param, mul(0.1, slopes[i]!)) as Tensor)
}

const normalized: TensorFunction = (x, scale, shift) => {
  const centred = sub(x, mean(x, { axis: 1, keepDims: true }))
  const deviation = sqrt(add(mean(square(centred), { axis: 1, keepDims: true }), 1e-5))
  return [add(mul(div(centred, deviation), scale), shift) as Tensor]
}

/** A convolution of [batch, 10, 10, 2] by [3, 3, 2, 4] without a border: the nine neighbours beside each other, one product. */
const convolution: TensorFunction = (x, kernel) => {
  const offsets = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => [i, j] as const))
  const patches = offsets.map(([i, j]) => slice(x, [0, i, j, 0], [8, i + 8, j + 8, 2]))
  const product = matmul(reshape(concat(patches, { axis: 3 }), [8 * 64, 18]), reshape(kernel, [18, 4]))
  return [reshape(product, [8, 8, 8, 4]) as Tensor]
}

const recurrence: TensorFunction = (h, xs, w) => {
  const [last, all] = scan(
    (carried: Tensor, x: Tensor): readonly [Tensor, Tensor] => {
      const next = tanh(add(matmul(carried, w), x)) as Tensor
      return [next, sum(next, { axis: 1 }) as Tensor]
    },
    h,
    xs,
  )
  return [last, all]
}

const rosenbrock = (x: Tensor): Tensor => {
  const [a, b] = [slice(x, [0], [-1]), slice(x, [1])]
  return sum(add(mul(100, square(sub(b, square(a)))), square(sub(1, a))))
}

const functions: Readonly<Record<string, readonly [TensorFunction, readonly (readonly number[])[]]>> = {
  'network-step': [networkStep, [[32, 20], [32, 5], [20, 16], [16], [16, 5], [5]]],
  softmax: [(x) => [softmax(x)], [[128, 1024]]],
  'layer-norm': [normalized, [[32, 64], [64], [64]]],
  convolution: [
    convolution,
    [
      [8, 10, 10, 2],
      [3, 3, 2, 4],
    ],
  ],
  scan: [
    recurrence,
    [
      [8, 16],
      [10, 8, 16],
      [16, 16],
    ],
  ],
  'rosenbrock-gradient': [(x) => [grad(rosenbrock)(x)], [[1000]]],
}

const kernelsOf = (f: TensorFunction, shapes: readonly (readonly number[])[]) => {
  const { program } = stageFlat(
    (xs) => f(...(xs as unknown as Tensor[])) as unknown as AnyValue[],
    shapes.map((shape) => ({ shape, dtype: 'float32' })),
  )
  const { kernels, refused } = lower(prepare(program))
  expect(refused).toEqual([])
  return kernels
}

describe('the kernel program of', () => {
  it.each(Object.entries(functions))('%s is the one written down', async (name, [f, shapes]) => {
    const kernels = kernelsOf(f, shapes)
    const { instructions, arenaBytes, bytesMoved } = kernelCost(kernels)
    await expect(
      [
        `instructions ${instructions}`,
        `arena bytes ${arenaBytes}`,
        `bytes moved ${bytesMoved}`,
        '',
        printKernelProgram(kernels),
      ].join('\n'),
    ).toMatchFileSnapshot(`golden/${name}.txt`)
  })
})
