// Writes the kernel programs that nest_bench.cc runs into a folder:
//   node --import tsx bench/nest-programs.ts build/nests
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stageFlat } from '../src/core/autodiff/stage.ts'
import type { AnyValue } from '../src/core/autodiff/value.ts'
import { encodeKernelProgram } from '../src/compile/executors/encode-kernel-program.ts'
import {
  add,
  div,
  grad,
  mul,
  slice,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  type Tensor,
} from '../src/index.ts'
import { lower } from '../src/compile/lowering/lower.ts'
import { prepare } from '../src/compile/passes/prepare.ts'

const folder = process.argv[2] ?? 'build/nests'
mkdirSync(folder, { recursive: true })

const write = (
  name: string,
  f: (...xs: Tensor[]) => readonly Tensor[],
  shapes: readonly (readonly number[])[],
): void => {
  const { program } = stageFlat(
    (inputs) => f(...(inputs as unknown as Tensor[])) as unknown as AnyValue[],
    shapes.map((shape) => ({ shape, dtype: 'float32' })),
  )
  const { kernels } = lower(prepare(program))
  const { buffer } = encodeKernelProgram(kernels)
  writeFileSync(join(folder, `${name}.words`), new Uint8Array(buffer))
  writeFileSync(join(folder, `${name}.constants`), kernels.constants)
}

const rosenbrock = (x: Tensor): Tensor => {
  const [a, b] = [slice(x, [0], [-1]), slice(x, [1])]
  return sum(add(mul(100, square(sub(b, square(a)))), square(sub(1, a))))
}
for (const n of [10, 1000, 100_000]) write(`rosenbrock-${String(n)}`, (x) => [grad(rosenbrock)(x)], [[n]])
write('tanh', (x) => [tanh(x)], [[1_000_000]])
write('softmax', (x) => [softmax(x)], [[128, 1024]])
const adam = (...[p, m, v, g]: Tensor[]): readonly Tensor[] => {
  const first = add(mul(0.9, m as Tensor), mul(0.1, g as Tensor))
  const second = add(mul(0.999, v as Tensor), mul(0.001, square(g as Tensor)))
  return [sub(p as Tensor, mul(0.001, div(first, add(sqrt(second), 1e-8)))), first, second]
}
write('adam', adam, [[1_000_000], [1_000_000], [1_000_000], [1_000_000]])
