/*
 * How much work staging, the passes, the lowering and the encoding do for programs of growing length: how often every
 * block of their code is run, and the bytes they allocate, which a list copied for each of its elements has too many of:
 * `node --no-opt --import tsx test/program/staging-work.ts` prints `{ name: [[length, count, bytes], …] }`. A process of its own,
 * since the profiler that counts is one for the whole process, and without optimized code, which does not count all.
 */
import type { HeapProfiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import { deepNetworkStep } from '../../bench/deep-network.ts'
import { encodeKernelProgram } from '../../src/compile/executors/encode-kernel-program.ts'
import { lower } from '../../src/compile/lowering/lower.ts'
import { prepare } from '../../src/compile/passes/prepare.ts'
import { buildTree, structureOf } from '../../src/compile/program/structure.ts'
import { valuesOf } from '../../src/core/autodiff/leaves.ts'
import type { Program } from '../../src/core/primitive/program.ts'
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

/** What stages a program of a length. */
type Build = (length: number) => () => Program

const functionOf =
  (f: (length: number) => (x: Tensor) => Tensor, shapeAt: (length: number) => readonly number[]): Build =>
  (length) =>
  () =>
    stageFlat(
      ([x]) => [f(length)(x as unknown as Tensor) as unknown as AnyValue],
      [{ shape: shapeAt(length), dtype: 'float64' }],
    ).program

const network: Build = (blocks) => {
  const { step, args } = deepNetworkStep(blocks)
  const structure = structureOf(args)
  return () =>
    stageFlat(
      (inputs) => valuesOf(step(...(buildTree(structure, inputs[Symbol.iterator]()) as typeof args))),
      valuesOf(args),
    ).program
}

const square8 = () => [8, 8]
const lengths = [100, 200, 400]
const blocks = [20, 40, 80]
const families: Readonly<Record<string, readonly [build: Build, lengths: readonly number[]]>> = {
  elementwise: [functionOf(elementwise, square8), lengths],
  products: [functionOf(products, square8), lengths],
  reductions: [functionOf(reductions, square8), lengths],
  'reads of one input': [functionOf(readers, () => [8, 16]), lengths],
  'slices of one input': [functionOf(slices, (length) => [length]), lengths],
  constants: [functionOf(constants, () => [4]), lengths],
  'gradient of elementwise': [functionOf((n) => loss(elementwise(n)), square8), lengths],
  'gradient of products': [functionOf((n) => loss(products(n)), square8), lengths],
  'gradient of reductions': [functionOf((n) => loss(reductions(n)), square8), lengths],
  'training step of a deep network': [network, blocks],
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

type HeapNode = HeapProfiler.SamplingHeapProfileNode
const bytesIn = ({ selfSize, children }: HeapNode): number =>
  children.reduce((total, child) => total + bytesIn(child), selfSize)

/**
 * Bytes allocated while this runs, those soon collected too: a sample of them, scaled up. What the engine allocates for
 * itself when it compiles falls into some runs only, so the least of several is asked for.
 */
const bytesAllocated = async (run: () => void): Promise<number> => {
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 4096,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as HeapProfiler.StartSamplingParameterType)
  run()
  const { profile } = await session.post('HeapProfiler.stopSampling')
  return bytesIn(profile.head)
}

const measured: Record<string, readonly (readonly [length: number, count: number, bytes: number])[]> = {}
for (const [name, [build, sizes]] of Object.entries(families)) {
  const found: (readonly [number, number, number])[] = []
  for (const length of sizes) {
    const stage = build(length)
    const run = (): void => {
      encodeKernelProgram(lower(prepare(stage())).kernels)
    }
    await takeCount()
    const bytes = [await bytesAllocated(run)]
    const counts = [await takeCount()]
    bytes.push(await bytesAllocated(run))
    counts.push(await takeCount())
    found.push([length, Math.max(...counts), Math.min(...bytes)])
  }
  measured[name] = found
}
console.log(JSON.stringify(measured))
