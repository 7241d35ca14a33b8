/*
 * How much work staging, the passes and the lowering do for programs of growing length, as the number of times every block
 * of their code is run: `node --import tsx test/program/staging-work.ts` prints `{ name: [[length, count], …] }`. A
 * process of its own, since the profiler that counts is one for the whole process.
 */
import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import { lower } from '../../src/compile/lowering/lower.ts'
import { prepare } from '../../src/compile/passes/prepare.ts'
import {
  add,
  cumsum,
  grad,
  matmul,
  mul,
  sin,
  slice,
  square,
  sub,
  sum,
  tanh,
  tensor,
  type Tensor,
} from '../../src/index.ts'

type Build = (length: number) => readonly [f: (x: Tensor) => Tensor, shape: readonly number[]]

const repeated =
  (step: (x: Tensor, first: Tensor, i: number) => Tensor) =>
  (length: number): ((x: Tensor) => Tensor) =>
  (x) =>
    Array.from({ length }, (_, i) => i).reduce((sofar, i) => step(sofar, x, i), x)

const elementwise = repeated((y, x) => sin(add(y, x) as Tensor))
const products = repeated((y, x) => tanh(matmul(y, x) as Tensor))
const reductions = repeated((y) => sub(y, sum(mul(y, y), { axis: 1, keepDims: true })) as Tensor)
const readers = repeated((y, x, i) => add(cumsum(y, { axis: 0 }), mul(x, i + 2)) as Tensor)
/** Each element by itself, added up: as many slices of one value as there are elements. */
const slices =
  (length: number): ((x: Tensor) => Tensor) =>
  (x) =>
    Array.from({ length }, (_, i) => sin(slice(x, [i], [i + 1]))).reduce((a, b) => add(a, b) as Tensor)
/** Constants that differ in their last element. */
const constants = repeated((y, _, i) => mul(y, tensor([0, 0, 0, i], { dtype: 'float64' })) as Tensor)
const loss =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    grad((v: Tensor) => sum(square(f(v))))(x)

const families: Readonly<Record<string, Build>> = {
  elementwise: (length) => [elementwise(length), [8, 8]],
  products: (length) => [products(length), [8, 8]],
  reductions: (length) => [reductions(length), [8, 8]],
  'reads of one input': (length) => [readers(length), [8, 16]],
  'slices of one input': (length) => [slices(length), [length]],
  constants: (length) => [constants(length), [4]],
  'gradient of elementwise': (length) => [loss(elementwise(length)), [8, 8]],
  'gradient of products': (length) => [loss(products(length)), [8, 8]],
  'gradient of reductions': (length) => [loss(reductions(length)), [8, 8]],
}

const sources = fileURLToPath(new URL('../../src/', import.meta.url))

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

/** Runs of blocks in the sources since the last call. */
const takeCount = async (): Promise<number> => {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  return result
    .filter(({ url }) => url.startsWith('file:') && fileURLToPath(url).startsWith(sources))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((total, { count }) => total + count, 0)
}

const work = async (build: Build, length: number): Promise<number> => {
  const [f, shape] = build(length)
  await takeCount()
  const { program } = stageFlat(
    ([x]) => [f(x as unknown as Tensor) as unknown as AnyValue],
    [{ shape, dtype: 'float64' }],
  )
  lower(prepare(program))
  return takeCount()
}

const lengths = [100, 200, 400]
const counts: Record<string, readonly (readonly [number, number])[]> = {}
for (const [name, build] of Object.entries(families)) {
  const pairs: (readonly [number, number])[] = []
  for (const length of lengths) pairs.push([length, await work(build, length)])
  counts[name] = pairs
}
console.log(JSON.stringify(counts))
