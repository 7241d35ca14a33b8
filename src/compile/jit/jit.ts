import { checkFunction } from '../../core/tensor/check-function.ts'
import { valuesOf } from '../../core/autodiff/leaves.ts'
import { stageFlat } from '../../core/autodiff/stage.ts'
import type { AnyValue } from '../../core/autodiff/value.ts'
import type { BackendName } from '../executors/executor.ts'
import { factorPrecisions } from '../executors/kernel-program.ts'
import { wasmArrival, wasmArrivals } from '../executors/wasm.ts'
import { useExecutors } from '../offload/backend.ts'
import { checkChoice } from '../../core/tensor/check-choice.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { areNumbersLifted } from '../../core/tensor/lifted-numbers.ts'
import { showValue } from '../../core/tensor/show-value.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { isTracedNumber, tracedNumber } from '../../core/tensor/traced-number.ts'
import { leavesOf } from '../../core/tensor/tree.ts'
import { argumentStructure, structureKey, type ArgumentStructure } from './argument-structure.ts'
import { compile, type Compiled } from './compile.ts'
import { refuseDecisions } from './decided-by-number.ts'
import { noDeviceWork, type DeviceBackend, type DeviceProgram, type DeviceWork } from './device-backend.ts'
import { numberPosition, numberTypes, withoutUnusedNumbers } from './number-inputs.ts'
import { programCache } from './program-cache.ts'
import { retraceReason, retracesWithoutWarning, warnOfRetracing } from './retrace-warning.ts'
import { prepare } from '../passes/prepare.ts'
import { checkPlaces, isPosition, positionOf, staticPlaces, type Place } from './static-places.ts'
import { buildTree, structureOf, type Structure } from '../program/structure.ts'
import {
  builderOf,
  numberReaderOf,
  readerOf,
  type Builder,
  type NumberReader,
  type Reader,
} from './tree-code.ts'

/**
 * How {@link jit} compiles.
 *
 * @category Compilation
 */
export interface JitOptions {
  /** What runs the compiled program; without it `PUREGRAD_BACKEND`, else the fastest there is. */
  readonly backend?: BackendName
  /** The same bytes on every backend and machine, those of NaN left out, for some loss of speed. */
  readonly reproducible?: boolean
  /**
   * How products of matrices take their factors, where these are float32:
   *
   * - `'float32'`, as they are. An element of the result is within k·2⁻²³ Σ|aᵢ||bᵢ| of the exact one, k the length of the sum,
   *   where it is no smaller than 2⁻¹²⁶.
   * - `'bfloat16'`, each element rounded to 8 significant bits and added in float32, which is about twice as fast on processors
   *   that have such products (AVX-512 BF16). An element of the result is then within (2⁻⁷ + k·2⁻²³) Σ|aᵢ||bᵢ| of the exact
   *   one, where nothing is smaller than 2⁻¹²⁶ (it counts as 0) and no element is 2¹²⁸ − 2¹¹⁹ or more (it counts as infinite).
   * - `'bfloat16x6'`, each element as the sum of three numbers of 8 bits, of whose products the six largest are added in float32.
   *   The result is as near to the exact one as that of `'float32'`, within k·2⁻²³ Σ|aᵢ||bᵢ| + k·2⁻¹²². It is for processors
   *   whose matrix unit multiplies bfloat16 many times as fast as others float32 (AMX); elsewhere, and for factors that have
   *   infinities, NaN, numbers below 2⁻¹⁰³ or such as might reach 2¹²⁷ in a sum, it does what `'float32'` does. It was
   *   never run on such a processor, only on an imitation of its registers.
   *
   * Derivatives that are taken inside of the function are products too. Convolutions and attention are not changed.
   */
  readonly products?: 'float32' | 'bfloat16' | 'bfloat16x6'
  /**
   * Positions of arguments that are given up: results may be written over them, or their memory serves for later
   * results, which saves time where they are large. Such an argument must not be used again; where its memory was taken,
   * using it or a view of it throws a DonatedError. `state = step(state, batch)` gives up position 0. Results are the
   * same as without, to the last bit.
   *
   * An argument is given up when its call has succeeded, and not before every run of `jitAsync` that reads it has ended;
   * a call that throws leaves it as it was. Memory that comes back as a result, or that was shown by `toNdarray`, is not
   * taken. A result is written over an argument where that is the whole state an earlier call of `jit` returned, in the
   * same order, and none of it is used elsewhere; `jitAsync` never does so.
   */
  readonly donate?: readonly number[]
  /**
   * What has to be known while the function is written down, because it is a shape, an axis, a count or decides an
   * `if`: positions of arguments, or paths of parts of them such as `'1.depth'`. There is a program for each value.
   * Tensors there are traced as everywhere.
   */
  readonly static?: readonly Place[]
  /**
   * How many programs are kept, 64 unless told otherwise: where there are more structures of arguments, the program
   * that has not been used for the longest time is dropped.
   */
  readonly cacheSize?: number
}

/**
 * How {@link jit} compiles for a device, from which results come as promises.
 *
 * @category Compilation
 */
export interface DeviceJitOptions extends Omit<JitOptions, 'backend'> {
  /** The device, from `requestWebGpu` of `puregrad/webgpu`. */
  readonly backend: DeviceBackend
}

/** A program compiled for one structure of arguments. */
interface Entry<C> {
  readonly key: string
  readonly read: Reader
  readonly numbers: NumberReader
  readonly build: Builder
  readonly compiled: C
  /** The indices of the leaves that are given up. */
  readonly donated: readonly number[]
  /** What the numbers have to satisfy where the function would refuse others. */
  readonly checks: readonly NumberCheck[]
}

interface NumberCheck {
  readonly index: number
  readonly check: (value: number) => void
}

interface Ready<C> {
  readonly entry: Entry<C>
  readonly leaves: readonly ConcreteTensor[]
}

/** A function of arguments of one structure, written down. */
interface Traced {
  readonly program: ReturnType<typeof withoutUnusedNumbers>
  readonly result: Structure
  readonly checks: readonly NumberCheck[]
}

/** Runs the function on values that stand for the tensors and numbers; `undefined` where the function itself is used. */
const traced = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  { structure, numbers: paths }: ArgumentStructure,
  leaves: readonly AnyValue[],
): Traced | undefined => {
  const checks: NumberCheck[] = []
  let result: Structure = { kind: 'fixed', value: undefined }
  let foreign = 0
  const { program, captured } = stageFlat(
    (inputs) => {
      const numbers = paths.map((path, index) =>
        tracedNumber(index, path, {
          scalar: (dtype) => inputs[leaves.length + numberPosition(index, dtype)]!,
          require: (check) => checks.push({ index, check }),
        }),
      )
      const output = f(...(buildTree(structure, inputs[Symbol.iterator](), numbers) as never as A))
      if (output instanceof Promise)
        throw new ArgumentError(
          'jit: the function returns a promise; compile one that returns its result at once (jitAsync makes it a promise)',
        )
      result = structureOf(output, (leaf) => {
        if (!isTracedNumber(leaf)) return undefined
        if (numbers[leaf.index] !== leaf) foreign += 1
        return leaf.index
      })
      return valuesOf(output)
    },
    [...leaves, ...numberTypes(paths.length)],
  )
  // Values of a transformation around this call belong to this call alone.
  return captured.length > 0 || foreign > 0
    ? undefined
    : { program: withoutUnusedNumbers(program, leaves.length), result, checks }
}

const isKnown = (leaves: readonly Tensor[]): leaves is readonly ConcreteTensor[] => {
  for (let i = 0; i < leaves.length; i++) if ((leaves[i] as AnyValue).kind !== 'concrete') return false
  return true
}

const donatedIndices = (args: readonly unknown[], donate: readonly number[]): readonly number[] =>
  args
    .flatMap((arg, position) => leavesOf(arg).map(() => donate.includes(position)))
    .flatMap((flag, i) => (flag ? [i] : []))

type ProgramOf = ReturnType<typeof withoutUnusedNumbers>

/** Finds or makes the program for the arguments; `undefined` where the function itself has to be used. */
const compiler = <A extends readonly unknown[], B, C>(
  where: string,
  f: (...args: A) => B,
  options: JitOptions | DeviceJitOptions,
  compileProgram: (program: ProgramOf, donated: readonly number[]) => C,
  recycles: (compiled: C) => boolean,
) => {
  checkFunction(where, 'a function of tensors', f)
  checkJitOptions(where, options)
  const { donate = [], static: fixed = [], cacheSize = 64, backend } = options
  const places = staticPlaces(where, fixed)
  const keyOf = structureKey(places)
  let cache = programCache<Entry<C>>(cacheSize, keyOf)
  let arrivals = wasmArrivals()
  useExecutors()
  let traces = 0
  let last: readonly Structure[] | undefined
  const noteTrace = (items: readonly Structure[]): void => {
    traces += 1
    if (traces === retracesWithoutWarning && last !== undefined)
      warnOfRetracing(where, f.name, traces, retraceReason(last, items))
    last = items
  }
  const trace = (args: A, key: string, leaves: readonly ConcreteTensor[]): Entry<C> | undefined => {
    checkPositions(where, options, args)
    const structure = argumentStructure(args, places)
    const found = traced(f, structure, leaves)
    if (found === undefined) return undefined
    refuseDecisions(f, args, structure, leaves)
    const { program, numbers } = found.program
    const donated = donatedIndices(args, donate)
    const compiled = compileProgram({ program: prepare(program), numbers }, donated)
    const entry = {
      key,
      read: readerOf(structure.structure),
      numbers: numberReaderOf(structure.structure),
      build: builderOf(found.result),
      compiled,
      donated: recycles(compiled) ? donated : [],
      checks: found.checks,
    }
    cache.keep(entry)
    noteTrace(structure.structure.items)
    return entry
  }
  const make = (args: A): Ready<C> | undefined => {
    const leaves = valuesOf(args) as readonly Tensor[]
    const key = keyOf(args)
    if (key === undefined || !isKnown(leaves)) return undefined
    const entry = trace(args, key, leaves)
    return entry && { entry, leaves }
  }
  return {
    traces: () => traces,
    find: (args: A): Ready<C> | undefined => {
      if (areNumbersLifted()) return undefined
      if (arrivals !== wasmArrivals()) {
        arrivals = wasmArrivals()
        if (backend === undefined) cache = programCache<Entry<C>>(cacheSize, keyOf)
      }
      const found = cache.find(args)
      if (found === undefined) return make(args)
      return isKnown(found.leaves) ? (found as Ready<C>) : undefined
    },
  }
}

/** The traced numbers of a call, which satisfy what the function asks of them. */
const numbersOf = ({ numbers, checks }: Entry<unknown>, args: readonly unknown[]): readonly number[] => {
  const found = numbers(args)
  for (let i = 0; i < checks.length; i++) {
    const { index, check } = checks[i]!
    check(found[index]!)
  }
  return found
}

const checkJitOptions = (where: string, options: JitOptions | DeviceJitOptions): void => {
  checkOptions<JitOptions | DeviceJitOptions>(where, options, {
    backend: true,
    reproducible: true,
    products: true,
    donate: true,
    static: true,
    cacheSize: true,
  })
  const { backend, reproducible = false, donate = [], cacheSize = 64, products = 'float32' } = options
  if (backend !== undefined && !isBackend(backend))
    throw new ArgumentError(
      `${where}: backend: expected a name such as 'native', or a device of requestWebGpu, got ${showValue(backend)}`,
    )
  checkChoice(where, 'reproducible', reproducible, [true, false])
  checkChoice(where, 'products', products, factorPrecisions)
  checkSetting(where, 'cacheSize', cacheSize, { min: 1, whole: true, infinite: true })
  checkPlaces(where, 'donate', 'positions of arguments from 0 on', donate, isPosition)
}

/** What it names is looked for when it is needed: a backend may have to be fetched first. */
const isBackend = (backend: unknown): boolean =>
  typeof backend === 'string' ||
  (typeof backend === 'object' &&
    backend !== null &&
    'compile' in backend &&
    typeof backend.compile === 'function')

const checkPositions = (
  where: string,
  { donate = [], static: fixed = [] }: JitOptions | DeviceJitOptions,
  args: readonly unknown[],
): void => {
  const count = args.length
  const check = (name: string, places: readonly Place[]): void => {
    const odd = places.find((place) => positionOf(place) >= count)
    if (odd !== undefined)
      throw new ArgumentError(
        `${where}: ${name} names argument ${String(odd)}, the call has only ${String(count)} (from 0 on)`,
      )
  }
  check('donate', donate)
  check('static', fixed)
  const both = donate.find((position) => fixed.includes(position) && leavesOf(args[position]).length === 0)
  if (both !== undefined)
    throw new ArgumentError(
      `${where}: argument ${String(both)} is both in donate and static, and holds no tensor that could be given up`,
    )
}

/** What else a compiled function can do than be called. */
interface Handle {
  readonly traces: () => number
  readonly precompile: (args: readonly unknown[]) => Promise<unknown>
  /** What a call takes, of what was compiled for a device. */
  readonly deviceWork?: (args: readonly unknown[]) => Promise<DeviceWork | undefined>
}

const handles = new WeakMap<object, Handle>()

const onProcessor = <A extends readonly unknown[], B>(
  where: string,
  f: (...args: A) => B,
  options: JitOptions,
) =>
  compiler<A, B, Compiled>(
    where,
    f,
    options,
    ({ program, numbers }, donated) =>
      compile(program, {
        backend: options.backend,
        reproducible: options.reproducible,
        products: options.products,
        donates: (options.donate ?? []).length > 0,
        givenUp: donated,
        numbers,
      }),
    ({ recycles }) => recycles,
  )

/** A call whose program runs beside this thread. */
const promised = async <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  find: (args: A) => Ready<Pick<Compiled, 'runAsync'>> | undefined,
  args: A,
): Promise<B> => {
  const ready = find(args)
  if (ready === undefined) return f(...args)
  const { entry, leaves } = ready
  const numbers = numbersOf(entry, args)
  return entry.build(await entry.compiled.runAsync(leaves, numbers, entry.donated), numbers) as B
}

/** Runs on a device, where what is still to be waited for is part of each program. */
const onDevice = <A extends readonly unknown[], B>(
  where: string,
  f: (...args: A) => B,
  options: DeviceJitOptions,
): ((...args: A) => Promise<B>) => {
  const { reproducible = false, products = 'float32' } = options
  const { find, traces } = compiler<A, B, DeviceProgram>(
    where,
    f,
    options,
    ({ program, numbers }) => options.backend.compile(program, { reproducible, products, numbers }),
    () => true,
  )
  const compiled = (...args: A): Promise<B> => promised(f, find, args)
  const deviceWork = async (args: readonly unknown[]): Promise<DeviceWork | undefined> => {
    const ready = find(args as A)
    return ready?.entry.compiled.ready(ready.leaves)
  }
  handles.set(compiled, { traces, precompile: deviceWork, deviceWork })
  return compiled
}

const isForDevice = (options: JitOptions | DeviceJitOptions): options is DeviceJitOptions =>
  (options as Partial<DeviceJitOptions> | null)?.backend?.kind === 'webgpu'

/**
 * Compiles a function: at the first call with arguments of a structure the function runs and is written down as a
 * program, which is simplified, fused and planned; later calls run that. The result is the function's own, up to
 * rounding, and has its type.
 *
 * The structure is: the trees of the arguments with the order of their keys, the shapes and dtypes of their tensors, and
 * every other leaf (text, booleans, `null`, functions and other objects, which are told apart by identity). Records whose
 * keys come in another order are compiled for again, as `Object.values` tells them apart. A **number** is no structure: it is
 * traced like a tensor, and one program serves for all its values. It takes the dtype of the tensor it meets, as a
 * number does everywhere, and comes back as the number where the function returns it. While the function is written
 * down its value is not known: JavaScript's own operators on it (`2 * rate`, `rate > 0.5`, `Math.sqrt(rate)`), and
 * using it as a shape, an axis or a count, throw an UnknownValueError; numeric functions (`mul(rate, 2)`,
 * `greater(rate, 0.5)`) work. What has to be known is named in `static`. JavaScript does not let `if (n)`, `n === 3` or
 * `typeof n` be noticed while they happen, so a function with numbers among its arguments is run a few times more, with
 * the numbers of the call and with zeros as plain numbers: where it then takes another course, it is refused too. (A test
 * for a number that neither is, `n === 7` at a first call with 3, is not seen.)
 *
 * At most `cacheSize` programs are kept. A function that is compiled 16 times says so once, with the part of the
 * arguments that differs (`process.emitWarning` with the code `PUREGRAD_RETRACED`; in browsers `console.warn`).
 *
 * Tensors the function closes over are fixed at that moment. Under `grad`, `vmap` and other transformations, and inside
 * another `jit`, the function itself is used and nothing is given up, so they compose in any order; `jit(grad(f))` is
 * the fast one.
 *
 * @throws UnknownValueError where the function reads elements of its arguments or computes with traced numbers;
 * ArgumentError for a backend that is not available, an option that is none, and a donated or static position that is
 * none; whatever the function would throw for the value of a number.
 * @example
 * ```ts
 * import { grad, jit, mul, square, sub, sum, tensor, toArray, traceCount, type Tensor } from 'puregrad'
 * const loss = (w: Tensor, x: Tensor) => sum(square(sub(w, x)))
 * const step = jit((w: Tensor, x: Tensor, rate: number) => sub(w, mul(rate, grad(loss)(w, x))))
 * toArray(step(tensor([1, 2]), tensor([0, 0]), 1)) // => [-1, -2]
 * toArray(step(tensor([3, 4]), tensor([3, 3]), 0.5)) // => [3, 3]
 * traceCount(step) // => 1
 * ```
 * @example
 * ```ts
 * import { jit, sum, tensor, toArray, type Tensor } from 'puregrad'
 * const total = jit((x: Tensor, axis: number) => sum(x, { axis }), { static: [1] })
 * toArray(total(tensor([[1, 2], [3, 4]]), 0)) // => [4, 6]
 * toArray(total(tensor([[1, 2], [3, 4]]), 1)) // => [3, 7]
 * ```
 * @example
 * ```ts
 * import { jit, matmul, tensor, toArray, type Tensor } from 'puregrad'
 * const rough = jit((a: Tensor, b: Tensor): Tensor => matmul(a, b), { products: 'bfloat16' })
 * toArray(rough(tensor([[1 + 2 ** -10, 3]]), tensor([[1], [2]]))) // => [[7]]
 * ```
 * @category Compilation
 */
export function jit<A extends readonly unknown[], B>(
  f: (...args: A) => B,
  options?: JitOptions,
): (...args: A) => B
/**
 * {@link jit} for a device, the one that `requestWebGpu` of `puregrad/webgpu` gives. Tensors among the arguments lie on the
 * device already, as results of such functions and of `toDevice` do, or are sent there at each call; results stay there
 * until `fromDevice` reads them. The promise is settled when the work is handed to the device, not when it is done.
 *
 * @throws By a rejected promise: as {@link jit}; DTypeError for float64, which WebGPU has not; DeviceError where the device
 * was lost or has no memory.
 * @example
 * ```ts no-run
 * import * as E from 'fp-ts/lib/Either.js'
 * import { jit, square, sum, tensor, toArray, type Tensor } from 'puregrad'
 * import { fromDevice, requestWebGpu } from 'puregrad/webgpu'
 * const gpu = await requestWebGpu()()
 * if (E.isRight(gpu)) {
 *   const energy = jit((x: Tensor) => sum(square(x)), { backend: gpu.right })
 *   toArray(await fromDevice(await energy(tensor([3, 4])))) // 25
 * }
 * ```
 */
export function jit<A extends readonly unknown[], B>(
  f: (...args: A) => B,
  options: DeviceJitOptions,
): (...args: A) => Promise<B>
export function jit<A extends readonly unknown[], B>(
  f: (...args: A) => B,
  options: JitOptions | DeviceJitOptions = {},
): (...args: A) => B | Promise<B> {
  if (isForDevice(options)) return onDevice('jit', f, options)
  const { find, traces } = onProcessor('jit', f, options)
  const compiled = (...args: A): B => {
    const ready = find(args)
    if (ready === undefined) return f(...args)
    const { entry, leaves } = ready
    const numbers = numbersOf(entry, args)
    return entry.build(entry.compiled.run(leaves, numbers, entry.donated), numbers) as B
  }
  handles.set(compiled, {
    traces,
    precompile: async (args) => {
      find(args as A)
      return Promise.resolve()
    },
  })
  return compiled
}

/**
 * {@link jit} with results that arrive later: where the backend has threads the work is done on another one, and the
 * event loop goes on; where a backend has to be fetched, it is waited for. Any number of calls may be under way at a time, also on tensors that are given up meanwhile:
 * their memory is taken when the last of them has been read.
 *
 * @throws As {@link jit}, by a rejected promise.
 * @example
 * ```ts
 * import { item, jitAsync, square, sum, tensor, type Tensor } from 'puregrad'
 * const energy = jitAsync((x: Tensor) => sum(square(x)))
 * const result = await energy(tensor([3, 4]))
 * item(result) // => 25
 * ```
 * @category Compilation
 */
export const jitAsync = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  options: JitOptions | DeviceJitOptions = {},
): ((...args: A) => Promise<B>) => {
  if (isForDevice(options)) return onDevice('jitAsync', f, options)
  const { find, traces } = onProcessor('jitAsync', f, options)
  const awaited = (): Promise<unknown> | undefined =>
    options.backend === 'typescript' ? undefined : wasmArrival()
  const compiled = async (...args: A): Promise<B> => {
    const arrival = awaited()
    if (arrival !== undefined) await arrival
    return promised(f, find, args)
  }
  handles.set(compiled, {
    traces,
    precompile: async (args) => {
      await awaited()
      find(args as A)
    },
  })
  return compiled
}

/**
 * How many times a compiled function has been written down: once for each structure of arguments it met, and again
 * for one whose program had been dropped.
 *
 * @example
 * ```ts
 * import { jit, sin, tensor, traceCount } from 'puregrad'
 * const f = jit(sin)
 * const results = [f(tensor(1)), f(tensor(2)), f(tensor([1, 2])), f(3), f(4)]
 * traceCount(f) // => 3
 * ```
 * @category Compilation
 */
export const traceCount = (f: (...args: never[]) => unknown): number => handles.get(f)?.traces() ?? 0

/**
 * Compiles a compiled function for arguments of one structure without running it, so that the first call waits for
 * nothing. On a device the pipelines are built in the background, while the program goes on.
 *
 * @throws ArgumentError for a function that `jit` did not make; by a rejected promise: whatever its call would throw before
 * anything is computed.
 * @example
 * ```ts
 * import { jit, precompile, sin, traceCount, zeros } from 'puregrad'
 * const f = jit(sin)
 * await precompile(f)(zeros([3]))
 * traceCount(f) // => 1
 * ```
 * @category Compilation
 */
export const precompile = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
): ((...args: A) => Promise<void>) => {
  const handle = handles.get(f)
  if (handle === undefined)
    throw new ArgumentError('precompile: expected a function that jit or jitAsync has made')
  return async (...args) => {
    await handle.precompile(args)
  }
}

/**
 * What a call of a function that was compiled for a device takes, for arguments of one structure; nothing is run. A device
 * has no shaders for everything: what is named in `onProcessor` works, at the price of a round trip in each call.
 *
 * @throws ArgumentError for a function that was not compiled for a device; by a rejected promise: whatever its call would
 * throw before anything is computed.
 * @example
 * ```ts no-run
 * const values = jit(singularValues, { backend: gpu })
 * const { dispatches, onProcessor } = await deviceWork(values)(x)
 * ```
 * @category Devices
 */
export const deviceWork = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
): ((...args: A) => Promise<DeviceWork>) => {
  const found = handles.get(f)?.deviceWork
  if (found === undefined)
    throw new ArgumentError('deviceWork: expected a function that jit has compiled for a device')
  return async (...args) => (await found(args)) ?? noDeviceWork
}
