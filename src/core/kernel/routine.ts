import { copyElements, isContiguous, viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { allocate, isFloat, type Buffer } from '../tensor/dtype.ts'
import { PuregradError } from '../tensor/errors.ts'

/*
 * Work on whole arrays that is neither element by element nor a product: factorizations, convolutions, attention,
 * Fourier transforms. A routine is told whole numbers, its sizes, and reads and writes arrays in row-major order, all of
 * one float dtype. What the sizes mean is the routine's own affair; everybody else asks `reach` how long the arrays are.
 * For instance the Cholesky factors of 5 matrices of order 3 have the sizes [5, 3], read one array of 45 elements and
 * write one of 45.
 */

/** The elements a routine works on. */
export type FloatBuffer = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/** How many elements each array has. */
export interface RoutineReach {
  readonly reads: readonly number[]
  readonly writes: number
}

/** A way to compute one array from others, which executors may have code of their own for. */
export interface Routine<N extends string = string> {
  readonly name: N
  /** How long its arrays are; nothing where there are no such sizes. */
  readonly reach: (sizes: readonly number[]) => RoutineReach | undefined
  /** About how many operations it takes. */
  readonly work: (sizes: readonly number[]) => number
  /**
   * Fills `out`, whose elements are anything before. With `portable` the order of operations is the one that every
   * executor follows in reproducible programs, and no function of the engine is used.
   */
  readonly run: (
    sizes: readonly number[],
    reads: readonly FloatBuffer[],
    out: FloatBuffer,
    portable: boolean,
  ) => void
  /** Whether `native/` has it; programs with one that it has not run in the TypeScript executor. */
  readonly native: boolean
}

const isFloatBuffer = (elements: Buffer): elements is FloatBuffer =>
  elements instanceof Float32Array || elements instanceof Float64Array

const rowMajor = (x: ConcreteTensor): Buffer =>
  isContiguous(x) ? x.view.data.subarray(x.view.offset, x.view.offset + x.size) : copyElements(x)

/** A routine on tensors of one float dtype, to a tensor of this shape. */
export const runRoutine = (
  { name, reach, run }: Routine,
  sizes: readonly number[],
  inputs: readonly ConcreteTensor[],
  shape: readonly number[],
  portable: boolean,
): ConcreteTensor => {
  const dtype = inputs[0]?.dtype ?? 'bool'
  const arrays = reach(sizes)
  const elements = inputs.map(rowMajor)
  const reads = elements.filter(isFloatBuffer)
  if (
    arrays === undefined ||
    !isFloat(dtype) ||
    inputs.length !== arrays.reads.length ||
    inputs.some((x, i) => x.dtype !== dtype || x.size !== arrays.reads[i])
  )
    throw new PuregradError(`unreachable: ${name} of the sizes ${sizes.join(', ')} reads other arrays`)
  const out = allocate(dtype, arrays.writes)
  if (isFloatBuffer(out)) run(sizes, reads, out, portable)
  return viewOf(out, dtype, shape)
}
