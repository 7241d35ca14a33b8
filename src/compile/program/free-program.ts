import type { Typed } from '../../core/primitive/primitive.ts'
import type { Equation, OperationName, Program } from '../../core/primitive/program.ts'
import { broadcasted, sliced } from '../../core/kernel/movement.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { copyElements, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { count } from '../../core/tensor/setting-ranges.ts'
import { sameShape } from '../../core/tensor/shape.ts'
import { isRecord, joinIndex, joinKey, type Path } from '../../core/tensor/tree.ts'
import { atRows, extentAt, extentOf, withExtents, type Extent } from './extent.ts'

/**
 * A shape in which the number of rows is free, and a dtype.
 *
 * @category Programs
 */
export interface FreeTyped {
  readonly shape: readonly Extent[]
  readonly dtype: DType
}

/**
 * A constant: the elements of `tensor`, repeated along the axes of its own that have length 1 and another extent here.
 *
 * @category Programs
 */
export interface FreeConstant {
  readonly tensor: ConcreteTensor
  readonly shape: readonly Extent[]
}

/**
 * One application in a {@link FreeProgram}: an {@link Equation} in whose shapes and parameters numbers may be extents.
 * Programs within parameters are free programs.
 *
 * @category Programs
 */
export interface FreeEquation {
  readonly operation: OperationName
  readonly inputs: readonly number[]
  readonly params: Readonly<Record<string, unknown>>
  readonly outputs: readonly FreeTyped[]
}

/**
 * A program for every number of rows: variables are numbered as in a {@link Program}.
 *
 * @category Programs
 */
export interface FreeProgram {
  readonly inputs: readonly FreeTyped[]
  readonly constants: readonly FreeConstant[]
  readonly equations: readonly FreeEquation[]
  readonly outputs: readonly number[]
}

/** Equal bits. */
const sameElements = (a: ConcreteTensor, b: ConcreteTensor): boolean => {
  const [x, y] = [copyElements(a), copyElements(b)]
  return x.length === y.length && x.every((element, i) => Object.is(element, y[i]))
}

/** What is left of a constant that repeats along axes. */
const once = (x: ConcreteTensor, shape: readonly Extent[]): ConcreteTensor =>
  sliced(
    x,
    shape.map(() => 0),
    shape.map(() => 1),
    x.shape.map((size, axis) => (typeof shape[axis] === 'number' ? size : 1)),
  )

const constantOf = (
  samples: readonly ConcreteTensor[],
  rows: readonly number[],
  path: Path,
): FreeConstant => {
  const [first] = samples
  const axes = first!.shape.map((_, axis) => axis)
  const fits = samples.every(({ rank, dtype }) => rank === first!.rank && dtype === first!.dtype)
  const shape = fits
    ? axes.map((axis) =>
        extentOf(
          samples.map((x) => x.shape[axis]!),
          rows,
          `${path}.shape[${String(axis)}]`,
        ),
      )
    : []
  const tensor = once(first!, shape)
  const same = samples.every(
    (x) =>
      (sameShape(x.shape, tensor.shape) || sameElements(broadcasted(once(x, shape), x.shape), x)) &&
      sameElements(once(x, shape), tensor),
  )
  if (!fits || !same)
    throw new ArgumentError(
      `freeBatch: the function depends on the number of rows: ${path} has other elements for ${rows.join(' than for ')} rows, as 1/n of a mean over the rows has`,
    )
  return { tensor, shape }
}

/** Lists of one length, and what is made of the items at each place. */
const zipped = <A, B>(
  lists: readonly (readonly A[])[],
  rows: readonly number[],
  path: Path,
  make: (items: readonly A[], path: Path) => B,
): readonly B[] => {
  const [first] = lists
  if (lists.some(({ length }) => length !== first!.length))
    throw new ArgumentError(
      `freeBatch: the function depends on the number of rows: there are ${lists.map(({ length }, i) => `${String(length)} ${path} for ${String(rows[i])} rows`).join(', ')}`,
    )
  return first!.map((_, i) =>
    make(
      lists.map((list) => list[i]!),
      joinIndex(path, i),
    ),
  )
}

/** What is the same in all. */
const fixed = <A>(samples: readonly A[], path: Path): A => {
  const [first] = samples
  if (samples.some((sample) => sample !== first))
    throw new ArgumentError(`freeBatch: the function depends on the number of rows: ${path} differs`)
  return first!
}

const isProgram = (node: unknown): node is Program => isRecord(node) && 'equations' in node

const typedOf = (samples: readonly Typed[], rows: readonly number[], path: Path): FreeTyped => ({
  shape: zipped(
    samples.map(({ shape }) => shape),
    rows,
    `${path}.shape`,
    (sizes, at) => extentOf(sizes, rows, at),
  ),
  dtype: fixed(
    samples.map(({ dtype }) => dtype),
    `${path}.dtype`,
  ),
})

const equationOf = (samples: readonly Equation[], rows: readonly number[], path: Path): FreeEquation => {
  const parameters = samples.map(({ params }) => new Map<string, unknown>(Object.entries(params)))
  return {
    operation: fixed(
      samples.map(({ operation }) => operation),
      `${path}.operation`,
    ),
    inputs: zipped(
      samples.map(({ inputs }) => inputs),
      rows,
      `${path}.inputs`,
      fixed,
    ),
    params: Object.fromEntries(
      [...parameters[0]!.keys()].map((key) => {
        const values = parameters.map((params) => params.get(key))
        const at = joinKey(`${path}.params`, key)
        return [
          key,
          values.every(isProgram) ? freeProgramOf(values, rows, at) : withExtents(values, rows, at),
        ]
      }),
    ),
    outputs: zipped(
      samples.map(({ outputs }) => outputs),
      rows,
      `${path}.outputs`,
      (types, at) => typedOf(types, rows, at),
    ),
  }
}

/**
 * The one program that these are for their numbers of rows.
 *
 * @throws ArgumentError naming the first place where they differ by more than sizes that follow the rows.
 */
export const freeProgramOf = (
  programs: readonly Program[],
  rows: readonly number[],
  path: Path = '',
): FreeProgram => {
  const within = (key: string): Path => joinKey(path, key)
  return {
    inputs: zipped(
      programs.map(({ inputs }) => inputs),
      rows,
      within('inputs'),
      (types, at) => typedOf(types, rows, at),
    ),
    constants: zipped(
      programs.map(({ constants }) => constants),
      rows,
      within('constants'),
      (constants, at) => constantOf(constants, rows, at),
    ),
    equations: zipped(
      programs.map(({ equations }) => equations),
      rows,
      within('equations'),
      (equations, at) => equationOf(equations, rows, at),
    ),
    outputs: zipped(
      programs.map(({ outputs }) => outputs),
      rows,
      within('outputs'),
      fixed,
    ),
  }
}

const typedAt = ({ shape, dtype }: FreeTyped, n: number): Typed => ({
  shape: shape.map((extent) => extentAt(extent, n)),
  dtype,
})

/** Whether a parameter is a program of its own. */
export const isFreeProgram = (node: unknown): node is FreeProgram => isRecord(node) && 'equations' in node

const programAt = ({ inputs, constants, equations, outputs }: FreeProgram, n: number): Program => ({
  inputs: inputs.map((type) => typedAt(type, n)),
  constants: constants.map(({ tensor, shape }) =>
    broadcasted(
      tensor,
      shape.map((extent) => extentAt(extent, n)),
    ),
  ),
  equations: equations.map(
    ({ params, outputs: types, ...equation }) =>
      ({
        ...equation,
        params: Object.fromEntries(
          Object.entries(params).map(([key, value]) => [
            key,
            isFreeProgram(value) ? programAt(value, n) : atRows(value, n),
          ]),
        ),
        outputs: types.map((type) => typedAt(type, n)),
      }) as Equation,
  ),
  outputs,
})

/**
 * The program for a number of rows, as any other: to run, print, compile or differentiate.
 *
 * @throws ArgumentError unless `n` is a whole number of 1 or more.
 * @example
 * ```ts
 * import { atBatch, freeBatch, mul, programFunction, tensor, toArray, type Tensor } from 'puregrad'
 * const double = freeBatch((x: Tensor) => mul(x, 2))(tensor([[1, 2]]))
 * programFunction(atBatch(double, 3))(tensor([[1, 2], [3, 4], [5, 6]])).map(toArray) // => [[[2, 4], [6, 8], [10, 12]]]
 * ```
 * @category Programs
 */
export const atBatch = (program: FreeProgram, n: number): Program => {
  checkSetting('atBatch', 'the number of rows', n, count)
  return programAt(program, n)
}
