import { chooseExecutor } from '../executors/choose-backend.ts'
import type { BackendName } from '../executors/executor.ts'
import type { Instruction, Place } from '../executors/kernel-program.ts'
import type { StepOperation } from '../executors/steps.ts'
import { runInstruction } from './run-instruction.ts'
import { walkOf } from '../../core/kernel/strided.ts'
import { copyElements, isContiguous, viewOf, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { isFloat, isStorage } from '../../core/tensor/dtype.ts'
import { sizeOf, stridesOf } from '../../core/tensor/shape.ts'
import type { Lowering, Primitive, Typed } from '../../core/primitive/primitive.ts'
import { meet } from '../../core/primitive/met.ts'
import type { OwnName, Parameters } from '../../core/primitive/table.ts'

/*
 * One primitive on concrete tensors, as a kernel program of one instruction: the fast kernels of the addon or of
 * WebAssembly serve work that is not compiled too. For instance `matmul` of [384, 384] by a transposed [384, 384] is
 *
 *   { kind: 'matmul', m: 384, n: 384, k: 384, a: input 0, rows 384 apart, b: input 1, rows 1 apart, c: output }
 *
 * loaded once for these shapes and strides and kept. Below a size that was measured the TypeScript kernel is as fast.
 */

const output: Place = { space: 'output', offset: 0 }

/** The operands as they lie in memory; `places[i]` is where the first element of operand i is. */
type Build = (
  inputs: readonly ConcreteTensor[],
  places: readonly Place[],
  params: object,
  type: Typed,
) => Instruction | undefined

/** An elementwise primitive is one step of a nest over the axes that the operands walk together. */
const elementwise =
  (operation: StepOperation): Build =>
  (inputs, places, _, { shape, dtype }) => {
    const walk = walkOf(shape, [...inputs.map(({ view }) => view.stride), stridesOf(shape)])
    const rank = walk.sizes.length
    if (rank > 6) return undefined
    const strided = (place: Place, strides: readonly number[]) => ({
      place,
      outerStrides: strides.slice(0, Math.max(0, rank - 2)),
      rowStride: strides[rank - 2] ?? 0,
      columnStride: strides[rank - 1] ?? 0,
    })
    return {
      kind: 'nest',
      outer: walk.sizes.slice(0, Math.max(0, rank - 2)),
      rows: walk.sizes[rank - 2] ?? 1,
      columns: walk.sizes[rank - 1] ?? 1,
      loads: inputs.map((x, i) => ({
        dtype: x.dtype,
        extent: 'full',
        ...strided(places[i]!, walk.strides[i] ?? []),
      })),
      steps: [{ operation, dtype, extent: 'full', inputs: [...inputs.keys()] }],
      stores: [{ register: inputs.length, ...strided(output, walk.strides[inputs.length] ?? []) }],
      accumulations: [],
    }
  }

/** A reduction of contiguous elements over neighbouring axes: `[outer, n, inner]` to `[outer, inner]`. */
const reduced =
  (reduction: 'sum' | 'max'): Build =>
  ([x], [place], params) => {
    const { axes } = params as Parameters['sum']
    const sorted = [...axes].sort((a, b) => a - b)
    const first = sorted[0]
    if (x === undefined || place === undefined || first === undefined || !isContiguous(x)) return undefined
    if (sorted.some((axis, i) => axis !== first + i)) return undefined
    const outer = sizeOf(x.shape.slice(0, first))
    const n = sizeOf(x.shape.slice(first, first + axes.length))
    // A view, without work, and −0 stays.
    if (n === 1) return undefined
    const inner = sizeOf(x.shape.slice(first + axes.length))
    const load = { dtype: x.dtype, extent: 'full', place } as const
    const space = { kind: 'nest', steps: [], stores: [], accumulations: [] } as const
    if (inner === 1 && outer > 1)
      return {
        ...space,
        outer: [],
        rows: outer,
        columns: n,
        loads: [{ ...load, outerStrides: [], rowStride: n, columnStride: 1 }],
        steps: [
          {
            operation: reduction === 'sum' ? 'rowSum' : 'rowMax',
            dtype: x.dtype,
            extent: 'row',
            inputs: [0],
          },
        ],
        stores: [{ register: 1, place: output, outerStrides: [], rowStride: 1, columnStride: 0 }],
      }
    const [rows, columns] = inner === 1 ? [1, n] : [n, inner]
    return {
      ...space,
      outer: outer === 1 ? [] : [outer],
      rows,
      columns,
      loads: [
        { ...load, outerStrides: outer === 1 ? [] : [rows * columns], rowStride: columns, columnStride: 1 },
      ],
      accumulations: [
        {
          register: 0,
          reduction,
          over: inner === 1 ? 'all' : 'rows',
          place: output,
          outerStrides: outer === 1 ? [] : [inner],
          columnStride: inner === 1 ? 0 : 1,
        },
      ],
    }
  }

const matmul: Build = ([a, b], [aPlace, bPlace], _, { shape, dtype }) => {
  if (a === undefined || b === undefined || aPlace === undefined || bPlace === undefined) return undefined
  const rank = shape.length
  const batch = shape.slice(0, rank - 2)
  if (batch.length > 4 || !isFloat(dtype)) return undefined
  const strided = (place: Place, strides: readonly number[]) => ({
    place,
    outerStrides: strides.slice(0, rank - 2),
    rowStride: strides[rank - 2] ?? 0,
    columnStride: strides[rank - 1] ?? 0,
  })
  return {
    kind: 'matmul',
    dtype,
    outer: batch,
    m: shape[rank - 2] ?? 0,
    n: shape[rank - 1] ?? 0,
    k: a.shape[rank - 1] ?? 0,
    a: strided(aPlace, a.view.stride),
    b: strided(bPlace, b.view.stride),
    c: { ...strided(output, stridesOf(shape)), columnStride: 1 },
  }
}

const argsort: Build = ([x], [place]) => {
  if (x === undefined || place === undefined || !isContiguous(x)) return undefined
  const n = x.shape[x.shape.length - 1] ?? 1
  return { kind: 'argsort', dtype: x.dtype, rows: x.size / n, n, x: place, out: output }
}

/** Places are one contiguous piece each, of which there are keys and counters. */
const threefry: Build = (inputs, [keys, counters], _, { shape }) =>
  keys === undefined || counters === undefined || !inputs.every(isContiguous)
    ? undefined
    : { kind: 'threefry', count: sizeOf(shape) / 2, keys, counters, out: output }

const randomBits: Build = ([key], [keys], params) => {
  if (key === undefined || keys === undefined || !isContiguous(key)) return undefined
  const count = sizeOf((params as Parameters['randomBits']).shape)
  return { kind: 'randomBits', batch: key.size / 2, count, keys, out: output }
}

type RoutineLowering = Extract<Lowering<never>, { readonly kind: 'routine' }>

const routine =
  ({ routine: { name }, sizes }: RoutineLowering): Build =>
  (inputs, places, params, { dtype }) =>
    isFloat(dtype)
      ? { kind: 'routine', name, dtype, sizes: sizes(inputs, params as never), reads: places, out: output }
      : undefined

const workOfRoutine =
  ({ routine: { work }, sizes }: RoutineLowering): NonNullable<Way['work']> =>
  (inputs, params) =>
    work(sizes(inputs, params as never))

/**
 * From how many elements on (multiplications, of a product) each kind of work is faster on an executor. Measured on
 * Zen 4, one thread: a call takes about 4 µs, and WebAssembly copies what it reads and writes besides.
 */
const worth = {
  matmul: { native: 4_000, wasm: 8_000 },
  /** Functions that take many operations an element. */
  function: { native: 1_000, wasm: 2_000 },
  arithmetic: { native: 2_000, wasm: 4_000 },
  reduction: { native: 2_000, wasm: 4_000 },
  argsort: { native: 500, wasm: 500 },
  random: { native: 500, wasm: 1_000 },
  /** Operations, of a routine. */
  routine: { native: 2_000, wasm: 4_000 },
} as const satisfies Readonly<Record<string, Readonly<Record<Exclude<BackendName, 'typescript'>, number>>>>

/** The least work any of these has: below it nothing else is looked at. */
const leastWork = 500

interface Way {
  readonly kind: keyof typeof worth
  readonly build: Build
  /** How much work it is, where its elements do not tell. */
  readonly work?: (inputs: readonly ConcreteTensor[], params: object) => number
}

const others: { readonly [N in OwnName]?: Way } = {
  matmul: { kind: 'matmul', build: matmul },
  sum: { kind: 'reduction', build: reduced('sum') },
  reduceMax: { kind: 'reduction', build: reduced('max') },
  argsort: { kind: 'argsort', build: argsort },
  threefry: { kind: 'random', build: threefry },
  randomBits: { kind: 'random', build: randomBits },
}

/** One step, or one instruction of another kind; `undefined` where the executors have no code for it. */
const wayOf = <P>({ name, lowering, traits }: Primitive<P>): Way | undefined => {
  if (lowering.kind === 'own') return Object.hasOwn(others, name) ? others[name as OwnName] : undefined
  if (lowering.kind === 'routine')
    return lowering.routine.native
      ? { kind: 'routine', build: routine(lowering), work: workOfRoutine(lowering) }
      : undefined
  if (lowering.kind === 'decompose' || !lowering.step.native) return undefined
  return {
    kind: traits.exact === true ? 'arithmetic' : 'function',
    build: elementwise(lowering.step.operation as StepOperation),
  }
}

const ways = new WeakMap<object, Way | 'none'>()

const knownWay = <P>(primitive: Primitive<P>): Way | undefined => {
  const known = ways.get(primitive)
  if (known !== undefined) return known === 'none' ? undefined : known
  meet(primitive)
  const way = wayOf(primitive)
  ways.set(primitive, way ?? 'none')
  return way
}

const workOf = (kind: Way['kind'], [x]: readonly ConcreteTensor[], type: Typed): number =>
  kind === 'matmul'
    ? sizeOf(type.shape) * (x?.shape[x.shape.length - 1] ?? 0)
    : Math.max(x === undefined ? 0 : sizeOf(x.shape), sizeOf(type.shape))

/**
 * A primitive on concrete tensors by a fast kernel; `undefined` where there is none, or where the work is too small to
 * gain. Rounding is that of compiled programs.
 */
export const offload = <P>(
  primitive: Primitive<P>,
  inputs: readonly ConcreteTensor[],
  params: P,
  type: Typed,
): ConcreteTensor | undefined => {
  const way = knownWay(primitive)
  if (way === undefined) return undefined
  const work = way.work?.(inputs, params as object) ?? workOf(way.kind, inputs, type)
  if (work < leastWork || sizeOf(type.shape) === 0) return undefined
  if (isStorage(type.dtype) || inputs.some(({ dtype }) => isStorage(dtype))) return undefined
  const executor = chooseExecutor(undefined)
  if (executor.name === 'typescript' || work < worth[way.kind][executor.name]) return undefined
  const operands = way.kind === 'routine' ? inputs.map(rowMajor) : inputs
  return runInstruction(executor, `${primitive.name} ${JSON.stringify(params)}`, operands, type, (places) =>
    way.build(operands, places, params as object, type),
  )
}

/** Routines read rows one after another: the copy of a view is little beside their work. */
const rowMajor = (x: ConcreteTensor): ConcreteTensor =>
  isContiguous(x) ? x : viewOf(copyElements(x), x.dtype, x.shape)
