import { bytesOf, dtypes, isStorage, type DType } from '../../core/tensor/dtype.ts'
import { PuregradError } from '../../core/tensor/errors.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { watchInPlace, type InPlaceWatch } from './check-in-place.ts'
import { extents, isSummed, stepProblem, type RegisterType } from './check-steps.ts'
import { routineOf } from './routines.ts'
import {
  factorDType,
  factorPrecisions,
  largestWord,
  type Accumulation,
  type Extent,
  type Factor,
  type Instruction,
  type KernelProgram,
  type NestBody,
  type Place,
  type StridedPlace,
} from './kernel-program.ts'

/** Elements a place reaches: the size and the stride along each axis, one after another. */
type Reach = readonly number[]

const isSize = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= largestWord

const isStride = (n: number): boolean => Number.isInteger(n) && Math.abs(n) <= largestWord

const sameMemory = (a: Place, b: Place): boolean =>
  a.space === b.space && (a.space !== 'input' || b.space !== 'input' || a.index === b.index)

/** Whether two runs of elements in one memory share a byte. */
const overlap = (a: Place, aType: DType, aCount: number, b: Place, bType: DType, bCount: number): boolean =>
  a.offset * bytesOf(aType) < (b.offset + bCount) * bytesOf(bType) &&
  b.offset * bytesOf(bType) < (a.offset + aCount) * bytesOf(aType)

/** What the instructions call an input, the arena and so on, in messages. */
const nameOf = (place: Place): string =>
  place.space === 'input' ? `input ${String(place.index)}` : `the ${place.space}`

/** The instruction that is looked at, and the program around it. */
interface Site {
  readonly program: KernelProgram
  /** What it is one of, and its number there. */
  readonly path: string
  readonly number: number
  readonly kind: string
  /** How often the loops around it run, outermost first. */
  readonly loops: readonly number[]
  /** The number of the instruction around it that lies in no other, and who follows what becomes of inputs in place. */
  readonly at: number
  readonly watch: InPlaceWatch
}

const pathOf = ({ path, number }: Site): string => `${path} ${String(number)}`

const fail = (site: Site, message: string): never => {
  throw new PuregradError(`kernel program, ${pathOf(site)} (${site.kind}): ${message}`)
}

const requireSizes = (site: Site, list: readonly number[]): void => {
  const odd = list.find((n) => !isSize(n))
  if (odd !== undefined) fail(site, `expected a size from 0 to ${String(largestWord)}, got ${String(odd)}`)
}

const requireStrides = (site: Site, list: readonly number[]): void => {
  const odd = list.find((stride) => !isStride(stride))
  if (odd !== undefined) fail(site, `expected a stride that is a whole number, got ${String(odd)}`)
}

const requireDType = (site: Site, dtype: DType, allowed: readonly DType[] = dtypes): void => {
  if (!allowed.includes(dtype)) fail(site, `expected ${allowed.join(' or ')}, got ${dtype}`)
}

/** Numbers of 16 bits are moved and converted, and nothing else. */
const requireComputing = (site: Site, dtype: DType): void => {
  if (isStorage(dtype)) fail(site, `nothing is computed of ${dtype}`)
}

const bytesAt = (program: KernelProgram, place: Place): number | undefined => {
  switch (place.space) {
    case 'arena':
      return program.arenaBytes
    case 'constant':
      return program.constants.length
    case 'output':
      return program.outputBytes
    case 'input':
      return program.inputBytes[place.index]
  }
}

/** Every element within reach of a place lies in its memory, which may be written where it `writes`. */
const touch = (site: Site, place: Place, dtype: DType, reach: Reach, writes: boolean): void => {
  requireDType(site, dtype)
  const bytes = bytesAt(site.program, place)
  if (bytes === undefined) return fail(site, `there is no memory called ${nameOf(place)}`)
  if (!isSize(place.offset)) fail(site, `expected an offset of 0 or more, got ${String(place.offset)}`)
  let least = place.offset
  let most = least
  let isEmpty = false
  for (let i = 0; i < reach.length; i += 2) {
    const n = reach[i]!
    const stride = reach[i + 1]!
    if (!isSize(n)) requireSizes(site, [n])
    if (!isStride(stride)) requireStrides(site, [stride])
    isEmpty ||= n === 0
    const way = (n - 1) * stride
    if (way < 0) least += way
    else most += way
  }
  if (writes && place.space !== 'arena' && place.space !== 'output') fail(site, `writes to ${nameOf(place)}`)
  if (isEmpty) return
  if (!(least >= 0 && (most + 1) * bytesOf(dtype) <= bytes))
    fail(
      site,
      `elements ${String(least)} to ${String(most)} of ${dtype} do not lie in the ` +
        `${String(bytes)} bytes of ${nameOf(place)}`,
    )
  if (place.space === 'input' && !writes) {
    const problem = site.watch.reads(place.index, site.at)
    if (problem !== undefined) fail(site, problem)
  }
  if (place.space === 'output' && writes)
    site.watch.writes(least * bytesOf(dtype), (most + 1) * bytesOf(dtype), site.at)
}

/** As `touch`, for elements next to each other. */
const reads = (site: Site, place: Place, dtype: DType, count: number): void =>
  touch(site, place, dtype, [count, 1], false)
const writes = (site: Site, place: Place, dtype: DType, count: number): void =>
  touch(site, place, dtype, [count, 1], true)

const outerReach = (site: Site, outer: readonly number[], strides: readonly number[]): number[] => {
  if (strides.length !== outer.length)
    fail(site, `expected ${String(outer.length)} outer strides, got ${String(strides.length)}`)
  const reach: number[] = []
  for (let i = 0; i < outer.length; i++) reach.push(outer[i]!, strides[i]!)
  return reach
}

const requireSpace = (site: Site, outer: readonly number[], ...inner: readonly number[]): void => {
  if (outer.length > 4) fail(site, `at most four outer sizes, got ${String(outer.length)}`)
  const sizes = outer.concat(inner)
  requireSizes(site, sizes)
  let product = 1
  for (let i = 0; i < sizes.length; i++) product *= Math.max(sizes[i]!, 1)
  // A product of sizes that lost digits would be checked against memory as another number.
  if (!Number.isSafeInteger(product)) fail(site, 'the sizes have too large a product')
}

interface Space {
  readonly outer: readonly number[]
  readonly rows: number
  readonly columns: number
}

/** What an access of a register of this extent reaches. Strides along axes the register does not span are not used. */
const reachOf = (
  site: Site,
  { outerStrides, rowStride, columnStride }: StridedPlace,
  extent: Extent,
  { outer, rows, columns }: Space,
): Reach => {
  if (!isStride(rowStride) || !isStride(columnStride)) requireStrides(site, [rowStride, columnStride])
  const reach = outerReach(site, outer, outerStrides)
  if (extent !== 'scalar') reach.push(rows, rowStride)
  if (extent === 'full') reach.push(columns, columnStride)
  return reach
}

const checkAccumulation = (
  site: Site,
  { reduction, over, place, outerStrides, columnStride }: Accumulation,
  { dtype }: RegisterType,
  { outer, columns }: Space,
): void => {
  if (!['sum', 'max'].includes(reduction) || !['rows', 'all'].includes(over))
    fail(site, `there is no ${reduction} over ${over}`)
  if (reduction === 'sum' && !isSummed(dtype)) fail(site, `there is no sum of ${dtype}`)
  requireComputing(site, dtype)
  requireStrides(site, [columnStride])
  const reach = outerReach(site, outer, outerStrides)
  if (over === 'rows') reach.push(columns, columnStride)
  touch(site, place, dtype, reach, true)
}

const checkBody = (site: Site, { loads, steps, stores, accumulations }: NestBody, space: Space): void => {
  const registers: RegisterType[] = []
  const registerAt = (r: number): RegisterType =>
    registers[r] ?? fail(site, `register ${String(r)} has no value yet`)
  for (let i = 0; i < loads.length; i++) {
    const load = loads[i]!
    const { dtype, extent } = load
    if (!extents.includes(extent)) fail(site, `there is no extent ${extent}`)
    touch(site, load.place, dtype, reachOf(site, load, extent, space), false)
    registers.push({ dtype, extent })
  }
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!
    const problem = stepProblem(step, registers)
    if (problem !== undefined) fail(site, problem)
    registers.push({ dtype: step.dtype, extent: step.extent })
  }
  for (let i = 0; i < stores.length; i++) {
    const store = stores[i]!
    const { dtype, extent } = registerAt(store.register)
    touch(site, store.place, dtype, reachOf(site, store, extent, space), true)
  }
  for (const accumulation of accumulations)
    checkAccumulation(site, accumulation, registerAt(accumulation.register), space)
}

type OfKind<K extends Instruction['kind']> = Extract<Instruction, { readonly kind: K }>

const checkMatmul = (site: Site, instruction: OfKind<'matmul'>): void => {
  const { dtype, factors = 'float32', outer, m, n, k, a, b, c, epilogue } = instruction
  requireDType(site, dtype, ['float32', 'float64'])
  if (!factorPrecisions.includes(factors))
    fail(site, `there is no precision of factors ${JSON.stringify(factors)}`)
  if (factors !== 'float32' && dtype !== 'float32')
    fail(site, 'only factors of float32 have another precision')
  requireSpace(site, outer, m, n, k)
  // Numbers of 16 bits are widened to float32 as they are read.
  const taken: readonly DType[] = dtype === 'float32' ? ['float32', 'float16', 'bfloat16'] : [dtype]
  const matrix = (
    access: StridedPlace,
    own: DType,
    rows: number,
    columns: number,
    isWritten: boolean,
  ): void => {
    const { place, outerStrides, rowStride, columnStride } = access
    const reach = outerReach(site, outer, outerStrides)
    reach.push(rows, rowStride, columns, columnStride)
    touch(site, place, own, reach, isWritten)
  }
  const factor = (read: Factor, rows: number, columns: number): void => {
    const own = factorDType(instruction, read)
    requireDType(site, own, taken)
    matrix(read, own, rows, columns, false)
  }
  factor(a, m, k)
  factor(b, k, n)
  matrix(c, dtype, m, n, true)
  if (n > 1 && m > 0 && !outer.includes(0) && c.columnStride !== 1)
    fail(site, 'expected columns of c that lie next to each other')
  if (epilogue !== undefined) checkBody(site, epilogue, { outer, rows: m, columns: n })
}

const checkIndexing = (site: Site, instruction: OfKind<'gather' | 'scatterAdd'>): void => {
  const { kind, dtype, indexDType, batch, outer, n, inner, k, x, indices, out } = instruction
  const problem = site.watch.mayFail(site.at)
  if (problem !== undefined) fail(site, problem)
  requireDType(site, indexDType, ['int32', 'uint32'])
  if (kind === 'scatterAdd') requireComputing(site, dtype)
  requireSpace(site, [batch, outer, inner], n)
  requireSpace(site, [batch, outer, inner], k)
  const [whole, picked] = [sizeOf([batch, outer, n, inner]), sizeOf([batch, outer, k, inner])]
  const [read, written] = kind === 'gather' ? [whole, picked] : [picked, whole]
  reads(site, x, dtype, read)
  reads(site, indices, indexDType, batch * k)
  writes(site, out, dtype, written)
  if (sameMemory(out, indices) && overlap(out, dtype, written, indices, indexDType, batch * k))
    fail(site, 'the output lies over the indices')
}

/** What a routine writes lies over nothing that it reads. */
const checkRoutine = (site: Site, { name, dtype, sizes, reads: from, out }: OfKind<'routine'>): void => {
  requireDType(site, dtype, ['float32', 'float64'])
  requireSizes(site, sizes)
  const arrays = routineOf(name)?.reach(sizes)
  if (arrays === undefined) return fail(site, `there is no routine ${name} of the sizes ${sizes.join(', ')}`)
  if (from.length !== arrays.reads.length)
    fail(site, `expected ${String(arrays.reads.length)} arrays, got ${String(from.length)}`)
  from.forEach((place, i) => {
    const count = arrays.reads[i]!
    reads(site, place, dtype, count)
    if (sameMemory(out, place) && overlap(out, dtype, arrays.writes, place, dtype, count))
      fail(site, `the output lies over array ${String(i)}`)
  })
  writes(site, out, dtype, arrays.writes)
}

const checks: { readonly [K in Instruction['kind']]: (site: Site, instruction: OfKind<K>) => void } = {
  nest: (site, nest) => {
    requireSpace(site, nest.outer, nest.rows, nest.columns)
    checkBody(site, nest, nest)
  },
  matmul: checkMatmul,
  routine: checkRoutine,
  gather: checkIndexing,
  scatterAdd: checkIndexing,
  cumsum: (site, { outer, n, inner, dtype, x, out }) => {
    requireSpace(site, [outer], n, inner)
    if (!isSummed(dtype)) fail(site, `there is no cumsum of ${dtype}`)
    reads(site, x, dtype, sizeOf([outer, n, inner]))
    writes(site, out, dtype, sizeOf([outer, n, inner]))
  },
  argmax: (site, { outer, n, inner, dtype, x, out }) => {
    requireComputing(site, dtype)
    requireSpace(site, [outer], n, inner)
    reads(site, x, dtype, sizeOf([outer, n, inner]))
    writes(site, out, 'int32', outer * inner)
  },
  argsort: (site, { rows, n, dtype, x, out }) => {
    requireComputing(site, dtype)
    requireSpace(site, [], rows, n)
    reads(site, x, dtype, rows * n)
    writes(site, out, 'int32', rows * n)
  },
  threefry: (site, { count, keys, counters, out }) => {
    requireSpace(site, [], count)
    reads(site, keys, 'uint32', 2 * count)
    reads(site, counters, 'uint32', 2 * count)
    writes(site, out, 'uint32', 2 * count)
  },
  randomBits: (site, { batch, count, keys, out }) => {
    requireSpace(site, [], batch, count)
    reads(site, keys, 'uint32', 2 * batch)
    writes(site, out, 'uint32', batch * count)
  },
  loop: (site, { count, body }) => {
    requireSizes(site, [count])
    if (site.loops.length >= 8) fail(site, 'loops nest at most eight deep')
    checkAll({ ...site, path: `${pathOf(site)} body`, loops: [...site.loops, count] }, body)
  },
  copyAt: (site, { dtype, count, depth, from, fromAdvance, to, toAdvance }) => {
    const times = site.loops[depth]
    if (times === undefined) return fail(site, `there is no loop at depth ${String(depth)}`)
    const reach = (advance: number): Reach => [times, advance, count, 1]
    touch(site, from, dtype, reach(fromAdvance), false)
    touch(site, to, dtype, reach(toAdvance), true)
  },
  while: (site, { atMost, condition, predicate, body }) => {
    if (atMost !== null) requireSizes(site, [atMost])
    checkAll({ ...site, path: `${pathOf(site)} condition` }, condition)
    reads(site, predicate, 'bool', 1)
    checkAll({ ...site, path: `${pathOf(site)} body` }, body)
  },
  if: (site, { predicate, onTrue, onFalse }) => {
    reads(site, predicate, 'bool', 1)
    checkAll({ ...site, path: `${pathOf(site)} true` }, onTrue)
    checkAll({ ...site, path: `${pathOf(site)} false` }, onFalse)
  },
}

/** The number of an instruction before there is one. */
const outside = -1

const checkAll = (site: Site, instructions: readonly Instruction[]): void => {
  instructions.forEach((instruction, i) => {
    const { kind } = instruction
    const isOutermost = site.at === outside
    const { program, path, loops, watch } = site
    const own: Site = { program, path, number: i, kind, loops, at: isOutermost ? i : site.at, watch }
    if (!Object.hasOwn(checks, kind)) fail(own, 'there is no such instruction')
    const check = checks[kind] as (site: Site, instruction: Instruction) => void
    check(own, instruction)
    const problem = isOutermost ? site.watch.ended(instruction, i) : undefined
    if (problem !== undefined) fail(own, problem)
  })
}

/**
 * Throws unless every element an instruction can touch lies in the memory the program declares, nothing writes to
 * inputs or constants, registers are computed before they are read, every step is one that there is, of the dtype and
 * extent it says, and no input is read after it was overwritten in its place. What passes here runs on every executor.
 */
export const requireWellFormed = (program: KernelProgram): void => {
  const declared = [program.arenaBytes, program.constants.length, program.outputBytes, ...program.inputBytes]
  const odd = declared.find((bytes) => !isSize(bytes))
  if (odd !== undefined)
    throw new PuregradError(
      `kernel program: expected a number of bytes from 0 to ${String(largestWord)}, got ${String(odd)}`,
    )
  const watch = watchInPlace(program)
  if (typeof watch === 'string') throw new PuregradError(`kernel program: ${watch}`)
  const site: Site = { program, path: 'instruction', number: 0, kind: '', loops: [], at: outside, watch }
  checkAll(site, program.instructions)
}
