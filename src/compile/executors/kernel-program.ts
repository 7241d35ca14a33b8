import type { DType, StorageDType } from '../../core/tensor/dtype.ts'
import type { StepOperation } from './steps.ts'

/*
 * A kernel program is what a whole compiled function becomes: a flat list of instructions over planned memory,
 * plain data, executed in one call. Four executors run the same list: native, WebAssembly, TypeScript and WebGPU.
 * `docs/kernel-program.md` describes its meaning; `encode-kernel-program.ts` its words.
 */

/**
 * A place in memory: `offset` counts elements of the dtype read or written there. The arena and the constants
 * belong to the loaded program; inputs are contiguous, row-major, one for each input of the program; all outputs
 * lie in one slab.
 */
export type Place =
  | { readonly space: 'arena' | 'constant' | 'output'; readonly offset: number }
  | { readonly space: 'input'; readonly index: number; readonly offset: number }

/** A strided view: one stride (in elements, possibly 0 or negative) for each outer loop, for rows and for columns. */
export interface StridedPlace {
  readonly place: Place
  readonly outerStrides: readonly number[]
  readonly rowStride: number
  readonly columnStride: number
}

/** How much of an iteration space a register spans: every element, one value a row, or one value in all. */
export type Extent = 'full' | 'row' | 'scalar'

/** Reads memory into a register: register i of a nest is load i. */
export interface Load extends StridedPlace {
  readonly dtype: DType
  readonly extent: Extent
}

/** Computes a register from earlier ones: register `loads.length + j` is step j. */
export interface Step {
  readonly operation: StepOperation
  readonly dtype: DType
  readonly extent: Extent
  readonly inputs: readonly number[]
}

/**
 * Writes a register, one value for each position it spans: a row register once a row (its columnStride is 0), a
 * scalar register once (all its strides are 0).
 */
export interface Store extends StridedPlace {
  readonly register: number
}

/**
 * A reduction over a whole iteration space: over `rows` it leaves one value for each column (and outer index),
 * over `all` one value for each outer index. The place is overwritten.
 */
export interface Accumulation {
  readonly register: number
  readonly reduction: 'sum' | 'max'
  readonly over: 'rows' | 'all'
  readonly place: Place
  readonly outerStrides: readonly number[]
  readonly columnStride: number
}

/** The work on every element of an iteration space `[…outer, rows, columns]`. */
export interface NestBody {
  readonly loads: readonly Load[]
  readonly steps: readonly Step[]
  readonly stores: readonly Store[]
  readonly accumulations: readonly Accumulation[]
}

export interface Nest extends NestBody {
  readonly kind: 'nest'
  /** At most four sizes. */
  readonly outer: readonly number[]
  readonly rows: number
  readonly columns: number
}

/**
 * How products of float32 take their factors, the number of each its place:
 *
 * - as they are;
 * - each element rounded to bfloat16, where what is smaller than 2⁻¹²⁶ becomes 0; products of such elements are added in float32;
 * - as they are too, where an executor may take the sum of three numbers in bfloat16 for each element, multiply them with each
 *   other, and add in float32 the six products of them that are more than 2⁻²⁴ of the whole.
 */
export const factorPrecisions = ['float32', 'bfloat16', 'bfloat16x6'] as const
export type FactorPrecision = (typeof factorPrecisions)[number]

/**
 * What a product reads: elements of its dtype unless another is given. A product of float32 takes numbers of 16 bits too,
 * each as the one of float32 that it is.
 */
export interface Factor extends StridedPlace {
  readonly dtype?: StorageDType
}

/** `c[…outer, m, n] = a[…outer, m, k] · b[…outer, k, n]`; any strides, those of c's columns 1. */
export interface MatmulInstruction {
  readonly kind: 'matmul'
  readonly dtype: 'float32' | 'float64'
  /** Of float32; its elements as they are unless given. */
  readonly factors?: FactorPrecision
  readonly outer: readonly number[]
  readonly m: number
  readonly n: number
  readonly k: number
  readonly a: Factor
  readonly b: Factor
  readonly c: StridedPlace
  /**
   * Work on finished rows of c while they are in cache: a nest over `[…outer, m, n]` whose load 0 is c itself.
   * A store may overwrite c in place.
   */
  readonly epilogue?: NestBody
}

/** The dtype of the elements of a factor in memory. */
export const factorDType = ({ dtype }: MatmulInstruction, factor: Factor): DType => factor.dtype ?? dtype

export type Instruction =
  | Nest
  | MatmulInstruction
  /** `x [batch, outer, n, inner]`, `indices [batch, k]` → `out [batch, outer, k, inner]`, all contiguous. */
  | {
      readonly kind: 'gather'
      readonly dtype: DType
      readonly indexDType: 'int32' | 'uint32'
      readonly batch: number
      readonly outer: number
      readonly n: number
      readonly inner: number
      readonly k: number
      readonly x: Place
      readonly indices: Place
      readonly out: Place
    }
  /** `x [batch, outer, k, inner]` added at `indices [batch, k]` into zeros `out [batch, outer, n, inner]`. */
  | {
      readonly kind: 'scatterAdd'
      readonly dtype: DType
      readonly indexDType: 'int32' | 'uint32'
      readonly batch: number
      readonly outer: number
      readonly n: number
      readonly inner: number
      readonly k: number
      readonly x: Place
      readonly indices: Place
      readonly out: Place
    }
  /** Running sums along n of `[outer, n, inner]`. */
  | {
      readonly kind: 'cumsum'
      readonly dtype: DType
      readonly outer: number
      readonly n: number
      readonly inner: number
      readonly reverse: boolean
      readonly x: Place
      readonly out: Place
    }
  /** The first position of the maximum along n of `[outer, n, inner]`, as int32 `[outer, inner]`. */
  | {
      readonly kind: 'argmax'
      readonly dtype: DType
      readonly outer: number
      readonly n: number
      readonly inner: number
      readonly x: Place
      readonly out: Place
    }
  /** Positions in ascending order along the rows of `[rows, n]`, stable, as int32. */
  | {
      readonly kind: 'argsort'
      readonly dtype: DType
      readonly rows: number
      readonly n: number
      readonly x: Place
      readonly out: Place
    }
  /** `keys [count, 2]`, `counters [count, 2]` → `out [count, 2]`, all uint32. */
  | {
      readonly kind: 'threefry'
      readonly count: number
      readonly keys: Place
      readonly counters: Place
      readonly out: Place
    }
  /** `keys [batch, 2]` → `out [batch, count]`, all uint32. */
  | {
      readonly kind: 'randomBits'
      readonly batch: number
      readonly count: number
      readonly keys: Place
      readonly out: Place
    }
  /** Work on whole arrays, all of one float dtype, as the routine of this name says. */
  | {
      readonly kind: 'routine'
      readonly name: string
      readonly dtype: 'float32' | 'float64'
      readonly sizes: readonly number[]
      readonly reads: readonly Place[]
      readonly out: Place
    }
  /** The body, `count` times. Loops nest at most eight deep. */
  | { readonly kind: 'loop'; readonly count: number; readonly body: readonly Instruction[] }
  /**
   * Copies `count` elements; both places advance with the counter of the loop at `depth` (0 is the outermost):
   * `to[i + counter · toAdvance] = from[i + counter · fromAdvance]`.
   */
  | {
      readonly kind: 'copyAt'
      readonly dtype: DType
      readonly count: number
      readonly depth: number
      readonly from: Place
      readonly fromAdvance: number
      readonly to: Place
      readonly toAdvance: number
    }
  /** The condition, then the body if that left true at the predicate, again and again; at most so often, if a number says it. */
  | {
      readonly kind: 'while'
      readonly atMost: number | null
      readonly condition: readonly Instruction[]
      readonly predicate: Place
      readonly body: readonly Instruction[]
    }
  /** One of two bodies, by a boolean. */
  | {
      readonly kind: 'if'
      readonly predicate: Place
      readonly onTrue: readonly Instruction[]
      readonly onFalse: readonly Instruction[]
    }

/** Sizes, offsets and strides are written as words of 32 bits with a sign. */
export const largestWord = 2 ** 31 - 1

/** An input that may lie in the output, from this byte on: what a run writes there takes its place. */
export interface InPlace {
  readonly input: number
  readonly byteOffset: number
}

export interface KernelProgram {
  /**
   * With `true` every executor follows one stated order of operations, without fused roundings, and gives the
   * same bytes.
   */
  readonly reproducible: boolean
  readonly arenaBytes: number
  /** Copied when the program is loaded. */
  readonly constants: Uint8Array<ArrayBuffer>
  readonly inputBytes: readonly number[]
  readonly outputBytes: number
  /**
   * Inputs that the caller may hand over where the output will be, each or none; the results are the same. None unless
   * given. `check-in-place.ts` says which programs may promise that.
   */
  readonly inPlace?: readonly InPlace[]
  readonly instructions: readonly Instruction[]
}
