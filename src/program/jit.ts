import { asTree, valuesOf } from '../autodiff/leaves.ts'
import { stageFlat } from '../autodiff/stage.ts'
import type { AnyValue } from '../autodiff/value.ts'
import { chooseExecutor } from '../backend/choose-backend.ts'
import type { BackendName } from '../backend/executor.ts'
import { outputTypes, type Program } from '../primitive/program.ts'
import { copyElements, isContiguous, tensorIn, viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { bytesOf, viewBytes } from '../tensor/dtype.ts'
import { frozenSizes, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { leavesOf, withLeaves } from '../tensor/tree.ts'
import { isContiguousLayout } from './lowering/layout.ts'
import { lower, type OutputPlace } from './lowering/lower.ts'
import { isAlone, isWorthTakingBack, lendingMemory, type LentMemory } from './donation.ts'
import { outputMemory, type OutputMemory } from './output-memory.ts'
import { simplify } from './simplify.ts'
import { structureOf } from './structure.ts'
import { builderOf, readerOf, type Builder, type Reader } from './tree-code.ts'

export interface JitOptions {
  /** What runs the compiled program; without it `PUREGRAD_BACKEND`, else the fastest there is. */
  readonly backend?: BackendName
  /** The same bytes on every backend and machine, for some loss of speed. */
  readonly reproducible?: boolean
  /**
   * Positions of arguments that are given up: their memory may serve for later results, which saves the time of fresh
   * memory where they are large. Such an argument must not be used again; where its memory was taken, using it or a
   * view of it throws a DonatedError. `state = step(state, batch)` gives up position 0.
   */
  readonly donate?: readonly number[]
}

/** Runs on the leaves of the arguments, some of which are given up. */
type Run<R> = (leaves: readonly ConcreteTensor[], givenUp: readonly ConcreteTensor[]) => R

interface Compiled {
  /** Whether memory that is given up is used again. */
  readonly recycles: boolean
  /** Which inputs come back among the outputs, on the same memory. */
  readonly passedOn: ReadonlySet<number>
  readonly run: Run<readonly ConcreteTensor[]>
  readonly runAsync: Run<Promise<readonly ConcreteTensor[]>>
}

/** A program compiled for one structure of arguments. */
interface Entry {
  readonly read: Reader
  readonly build: Builder
  readonly compiled: Compiled
  /** The leaves that are given up. */
  readonly donated: (leaves: readonly ConcreteTensor[]) => readonly ConcreteTensor[]
}

const none: readonly ConcreteTensor[] = []

const donatedBy = (
  args: readonly unknown[],
  { donate = [] }: JitOptions,
  { passedOn, recycles }: Compiled,
): Entry['donated'] => {
  if (donate.length === 0 || !recycles) return () => none
  const given = args
    .flatMap((arg, position) => leavesOf(arg).map(() => donate.includes(position)))
    .flatMap((flag, i) => (flag && !passedOn.has(i) ? [i] : []))
  return (leaves) => given.map((i) => leaves[i] as ConcreteTensor)
}

/** Inputs of kernel programs are contiguous and aligned; anything else is copied. */
const prepared = (x: ConcreteTensor): ConcreteTensor =>
  isContiguous(x) && x.firstByte % 8 === 0 ? x : viewOf(copyElements(x), x.dtype, x.shape)

/** Results of a donating function up to this size lie in memory of their own. */
const separateElements = 256

/** Makes one output of a call from its inputs and the memory of its outputs. */
type Result = (inputs: readonly ConcreteTensor[], memory: ArrayBuffer, byteOffset: number) => ConcreteTensor

const compile = (program: Program, options: JitOptions): Compiled => {
  const { backend, reproducible = false, donate = [] } = options
  const { kernels, outputs } = lower(program, { reproducible })
  const types = outputTypes(program)
  const loaded = chooseExecutor(backend).load(kernels)
  /** The result at a place: a function for each, so that a call decides nothing it could know before. */
  const resultAt = (place: OutputPlace, i: number): Result => {
    const { strides, offset } = place.layout
    const shape = frozenSizes(place.layout.shape)
    const dtype = types[i]?.dtype ?? 'float32'
    switch (place.kind) {
      case 'slab': {
        const first = place.byteOffset
        if (isContiguousLayout(place.layout))
          return (_, memory, byteOffset) => tensorIn(memory, byteOffset + first, dtype, shape)
        // The elements up to the last one the layout reaches.
        const reach = strides.reduce((sum, s, k) => sum + Math.max(0, ((shape[k] ?? 1) - 1) * s), offset)
        const bytes = (sizeOf(shape) === 0 ? 0 : reach + 1) * bytesOf(dtype)
        return (_, memory, byteOffset) =>
          viewOf(viewBytes(dtype, memory, byteOffset + first, bytes), dtype, shape, strides, offset)
      }
      case 'input':
        return (inputs) => {
          const { view } = inputs[place.index] as ConcreteTensor
          return viewOf(view.data, dtype, shape, strides, view.offset + offset)
        }
      case 'constant': {
        const tensor = viewOf(copyElements(place.tensor), dtype, shape, strides, offset)
        return () => tensor
      }
    }
  }
  const resultOf = outputs.map(resultAt)
  const bytes = kernels.outputBytes
  const lending = donate.length > 0 && isWorthTakingBack(bytes) ? lendingMemory(bytes) : undefined
  /** Whether all results of a call stay on its memory. */
  const onSlab = !isAlone(bytes) && outputs.every(({ kind }) => kind === 'slab')
  const nextMemory = (): OutputMemory | LentMemory => lending?.lend() ?? outputMemory(bytes)
  /** Small results leave the memory, so that keeping one, such as a loss, does not keep all of it from being reused. */
  const separated = (results: readonly ConcreteTensor[]): readonly ConcreteTensor[] =>
    results.map((x, i) =>
      outputs[i]?.kind === 'slab' && x.size <= separateElements
        ? viewOf(copyElements(x), x.dtype, x.shape)
        : x,
    )
  const results = (
    inputs: readonly ConcreteTensor[],
    place: OutputMemory | LentMemory,
  ): readonly ConcreteTensor[] => {
    const { memory, byteOffset } = place
    const made = resultOf.map((result) => result(inputs, memory, byteOffset))
    if (lending === undefined || !('loan' in place)) return made
    const given = isAlone(bytes) ? separated(made) : made
    lending.hold(
      place.loan,
      onSlab ? given : given.filter((x, i) => outputs[i]?.kind === 'slab' && x === made[i]),
    )
    return given
  }
  const startOf = (x: ConcreteTensor): number => x.firstByte
  const bufferOf = (x: ConcreteTensor): ArrayBuffer => x.elementMemory
  return {
    recycles: lending !== undefined,
    passedOn: new Set(outputs.flatMap((place) => (place.kind === 'input' ? [place.index] : []))),
    run: (leaves, givenUp) => {
      const inputs = leaves.map(prepared)
      const place = nextMemory()
      loaded.run(inputs.map(bufferOf), inputs.map(startOf), place.memory, place.byteOffset)
      lending?.giveUp(givenUp)
      return results(inputs, place)
    },
    runAsync: async (leaves, givenUp) => {
      const inputs = leaves.map(prepared)
      const place = nextMemory()
      const [buffers, byteOffsets] = [inputs.map(bufferOf), inputs.map(startOf)]
      if (loaded.runAsync === undefined) loaded.run(buffers, byteOffsets, place.memory, place.byteOffset)
      else await loaded.runAsync(buffers, byteOffsets, place.memory, place.byteOffset)
      lending?.giveUp(givenUp)
      return results(inputs, place)
    },
  }
}

const traceCounts = new WeakMap<object, () => number>()

/** Finds or makes the program for the arguments; `undefined` where the function itself has to be used. */
const compiler = <A extends readonly unknown[], B>(f: (...args: A) => B, options: JitOptions) => {
  const entries: Entry[] = []
  const find = (args: A): { readonly entry: Entry; readonly leaves: readonly Tensor[] } | undefined => {
    for (const entry of entries) {
      const leaves = entry.read(args)
      if (leaves !== undefined) return { entry, leaves }
    }
    return undefined
  }
  const trace = (args: A): Entry | undefined => {
    let result: B | undefined
    const { program, captured } = stageFlat((inputs) => {
      result = asTree(f(...withLeaves(args, inputs)))
      return valuesOf(result)
    }, valuesOf(args))
    // Values of a transformation around this call belong to this call alone.
    if (captured.length > 0) return undefined
    const compiled = compile(simplify(program), options)
    const entry = {
      read: readerOf(structureOf(args)),
      build: builderOf(structureOf(result)),
      compiled,
      donated: donatedBy(args, options, compiled),
    }
    entries.unshift(entry)
    return entry
  }
  const isKnown = (leaves: readonly Tensor[]): leaves is readonly ConcreteTensor[] =>
    (leaves as readonly AnyValue[]).every(({ kind }) => kind === 'concrete')
  return {
    traces: () => entries.length,
    prepare: (args: A): { readonly entry: Entry; readonly leaves: readonly ConcreteTensor[] } | undefined => {
      const found = find(args)
      const leaves = found?.leaves ?? (valuesOf(args) as readonly Tensor[])
      if (!isKnown(leaves)) return undefined
      const entry = found?.entry ?? trace(args)
      return entry === undefined ? undefined : { entry, leaves }
    },
  }
}

const checkDonate = ({ donate = [] }: JitOptions): void => {
  const odd = donate.find((position) => !Number.isInteger(position) || position < 0)
  if (odd !== undefined)
    throw new ArgumentError(`jit: donate holds positions of arguments from 0 on, got ${String(odd)}`)
}

/**
 * Compiles a function: at the first call with arguments of a structure (trees, shapes, dtypes, and every leaf that is
 * not a tensor) the function runs once and is written down as a program, which is simplified, fused and planned; later
 * calls run that. The result is the function's own, up to rounding, and has its type.
 *
 * Tensors the function closes over are fixed at that moment. Under `grad`, `vmap` and other transformations, and inside
 * another `jit`, the function itself is used, so they compose in any order; `jit(grad(f))` is the fast one.
 *
 * @throws UnknownValueError where the function reads elements of its arguments; ArgumentError for a backend that is
 * not available or a donated position that is none.
 * @example
 * ```ts
 * import { grad, jit, square, sub, sum, tensor, toArray, traceCount, type Tensor } from 'puregrad'
 * const loss = (w: Tensor, x: Tensor) => sum(square(sub(w, x)))
 * const step = jit((w: Tensor, x: Tensor) => sub(w, grad(loss)(w, x)))
 * toArray(step(tensor([1, 2]), tensor([0, 0]))) // => [-1, -2]
 * toArray(step(tensor([3, 4]), tensor([3, 3]))) // => [3, 2]
 * traceCount(step) // => 1
 * ```
 */
export const jit = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  options: JitOptions = {},
): ((...args: A) => B) => {
  checkDonate(options)
  const { prepare, traces } = compiler(f, options)
  const compiled = (...args: A): B => {
    const ready = prepare(args)
    if (ready === undefined) return f(...args)
    const { entry, leaves } = ready
    return entry.build(entry.compiled.run(leaves, entry.donated(leaves))) as B
  }
  traceCounts.set(compiled, traces)
  return compiled
}

/**
 * {@link jit} with results that arrive later: where the backend has threads the work is done on another one, and the
 * event loop goes on.
 *
 * @throws As {@link jit}, by a rejected promise.
 * @example
 * ```ts
 * import { item, jitAsync, square, sum, tensor, type Tensor } from 'puregrad'
 * const energy = jitAsync((x: Tensor) => sum(square(x)))
 * const result = await energy(tensor([3, 4]))
 * item(result) // => 25
 * ```
 */
export const jitAsync = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  options: JitOptions = {},
): ((...args: A) => Promise<B>) => {
  checkDonate(options)
  const { prepare, traces } = compiler(f, options)
  const compiled = async (...args: A): Promise<B> => {
    const ready = prepare(args)
    if (ready === undefined) return f(...args)
    const { entry, leaves } = ready
    return entry.build(await entry.compiled.runAsync(leaves, entry.donated(leaves))) as B
  }
  traceCounts.set(compiled, traces)
  return compiled
}

/**
 * How many times a compiled function has been written down: once for each structure of arguments it met.
 *
 * @example
 * ```ts
 * import { jit, sin, tensor, traceCount } from 'puregrad'
 * const f = jit(sin)
 * const results = [f(tensor(1)), f(tensor(2)), f(tensor([1, 2]))]
 * traceCount(f) // => 2
 * ```
 */
export const traceCount = (f: (...args: never[]) => unknown): number => traceCounts.get(f)?.() ?? 0
