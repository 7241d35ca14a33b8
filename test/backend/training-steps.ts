import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import { lower } from '../../src/compile/lowering/lower.ts'
import { copyElements, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import type { Buffer } from '../../src/core/tensor/dtype.ts'
import { prepare } from '../../src/compile/passes/prepare.ts'
import type { KernelProgram } from '../../src/compile/executors/kernel-program.ts'
import {
  add,
  div,
  matmul,
  mul,
  pow,
  relu,
  sqrt,
  square,
  sub,
  tensor,
  valueAndGrad,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { softmaxCrossEntropy } from '../../src/nn/index.ts'

type Tensors = readonly Tensor[]

const product = matmul as (a: Tensor, b: Tensor) => Tensor

/** Weights and biases in turn. */
const forward = (params: Tensors, x: Tensor): Tensor =>
  Array.from({ length: params.length / 2 }, (_, l) => l).reduce((h, l) => {
    const z = add(product(h, params[2 * l]!), params[2 * l + 1]!) as Tensor
    return 2 * l + 2 === params.length ? z : (relu(z) as Tensor)
  }, x)

const gradientOf = (params: Tensors, x: Tensor, y: Tensor) =>
  valueAndGrad((p: Tensors) => softmaxCrossEntropy(forward(p, x), y) as Tensor)(params)

const sgd = (params: Tensors, x: Tensor, y: Tensor): Tensors => {
  const [loss, gradient] = gradientOf(params, x, y)
  return [...params.map((p, i) => sub(p, mul(0.01, gradient[i]!)) as Tensor), loss]
}

const adam = (state: Tensors, x: Tensor, y: Tensor): Tensors => {
  const n = (state.length - 1) / 3
  const [params, m, v] = [0, 1, 2].map((i) => state.slice(i * n, (i + 1) * n)) as unknown as readonly [
    Tensors,
    Tensors,
    Tensors,
  ]
  const [loss, gradient] = gradientOf(params, x, y)
  const count = add(state[3 * n]!, 1) as Tensor
  const first = m.map((each, i) => add(mul(0.9, each), mul(0.1, gradient[i]!)) as Tensor)
  const second = v.map((each, i) => add(mul(0.999, each), mul(0.001, square(gradient[i]!))) as Tensor)
  const rate = div(0.001, sub(1, pow(0.9, count)))
  const root = div(1, sqrt(sub(1, pow(0.999, count))))
  const moved = params.map(
    (p, i) => sub(p, mul(rate, div(first[i]!, add(mul(sqrt(second[i]!), root), 1e-8)))) as Tensor,
  )
  return [...moved, ...first, ...second, count, loss]
}

/** A training step of a network of these sizes as a kernel program, with inputs for it. */
export const trainingStep = (
  kind: 'sgd' | 'adam',
  sizes: readonly number[],
  rows: number,
): { readonly program: KernelProgram; readonly inputs: readonly Buffer[] } => {
  const params = sizes.slice(1).flatMap((out, l) => [
    tensor(
      Float32Array.from({ length: sizes[l]! * out }, (_, i) => Math.sin(i * 1.7 + l) / Math.sqrt(sizes[l]!)),
      { shape: [sizes[l]!, out] },
    ),
    tensor(new Float32Array(out)),
  ]) as Tensors
  const zero = params.map(({ shape }) => zeros(shape) as Tensor)
  const state = kind === 'sgd' ? params : [...params, ...zero, ...zero, tensor(0)]
  const x = tensor(
    Float32Array.from({ length: rows * sizes[0]! }, (_, i) => Math.cos(i * 0.7)),
    { shape: [rows, sizes[0]!] },
  ) as Tensor
  const labels = tensor(Int32Array.from({ length: rows }, (_, i) => i % sizes[sizes.length - 1]!)) as Tensor
  const step = kind === 'sgd' ? sgd : adam
  const inputs = [...state, x, labels]
  const { program } = stageFlat(
    (all) =>
      step(
        all.slice(0, -2),
        all[all.length - 2] as Tensor,
        all[all.length - 1] as Tensor,
      ) as readonly AnyValue[],
    inputs,
  )
  const { kernels } = lower(prepare(program), { apartUpTo: 2 ** 26 })
  return {
    program: kernels,
    inputs: inputs.map((each) => copyElements(each as unknown as ConcreteTensor)),
  }
}
