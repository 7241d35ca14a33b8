import { meetAll } from './step-operations.ts'
import {
  factorPrecisions,
  type Accumulation,
  type Extent,
  type Factor,
  type Instruction,
  type KernelProgram,
  type Load,
  type MatmulInstruction,
  type NestBody,
  type Place,
  type Step,
  type Store,
  type StridedPlace,
} from '../../src/compile/executors/kernel-program.ts'
import type { StepOperation } from '../../src/compile/executors/steps.ts'
import type { Executor } from '../../src/compile/executors/executor.ts'
import {
  bufferFrom,
  bytesOf,
  dtypes,
  isFloat,
  isStorage,
  viewBytes,
  type Buffer,
  type DType,
  type FloatDType,
} from '../../src/core/tensor/dtype.ts'

/** What a program leaves in the output, one entry for each thing stored. */
interface Stored {
  readonly dtype: DType
  readonly offset: number
  readonly count: number
}

/** A random program, inputs for it, and how far two orders of operation may differ. */
export interface RandomProgram {
  readonly program: KernelProgram
  readonly inputs: readonly Buffer[]
  readonly stored: readonly Stored[]
  /** The largest value any register can hold. */
  readonly bound: number
}

meetAll()

const sizes = [0, 1, 2, 3, 5, 16, 33, 64, 130, 520, 1100]

/** Numbers from a seed; the same seed gives the same numbers. */
const numbersFrom = (seed: number) => {
  let state = seed >>> 0
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d)
    return ((mixed ^ (mixed >>> 12)) >>> 0) / 4294967296
  }
  const below = (n: number): number => Math.floor(next() * n)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  return { next, below, pick, chance: (p: number): boolean => next() < p }
}

/** Exact programs use every operation and wrap; others only what different roundings change little. */
export const randomProgram = (
  seed: number,
  exact: boolean,
  floats: readonly FloatDType[] = ['float32', 'float64'],
): RandomProgram => {
  // Numbers of 16 bits are only converted, which `half.test.ts` tries, and factors of products.
  const computing = dtypes.filter((dtype) => !isStorage(dtype) && (!isFloat(dtype) || floats.includes(dtype)))
  const { next, below, pick, chance } = numbersFrom(seed)
  const inputs: Buffer[] = []
  const constants: number[] = []
  const stored: Stored[] = []
  const instructions: Instruction[] = []
  let arenaBytes = 0
  let outputBytes = 0
  let bound = 2
  const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64

  const inArena = (dtype: DType, count: number): Place => {
    const offset = arenaBytes / bytesOf(dtype)
    arenaBytes += aligned(count * bytesOf(dtype))
    return { space: 'arena', offset }
  }
  const inOutput = (dtype: DType, count: number): Place => {
    const offset = outputBytes / bytesOf(dtype)
    stored.push({ dtype, offset, count })
    outputBytes += aligned(count * bytesOf(dtype))
    return { space: 'output', offset }
  }
  const elements = (dtype: DType, count: number): Buffer =>
    bufferFrom(
      dtype,
      Array.from({ length: count }, () =>
        dtype === 'bool'
          ? below(2)
          : dtype === 'uint32'
            ? below(exact ? 4294967296 : 3)
            : dtype === 'int32'
              ? below(5) - 2
              : exact && chance(0.02)
                ? pick([NaN, Infinity, -Infinity, 0, -0, 1e30])
                : 4 * next() - 2,
      ),
    )
  const copy = (dtype: DType, count: number, from: Place, to: Place): Instruction => ({
    kind: 'nest',
    outer: [],
    rows: 1,
    columns: count,
    loads: [{ dtype, extent: 'full', place: from, outerStrides: [], rowStride: 0, columnStride: 1 }],
    steps: [],
    stores: [{ register: 0, place: to, outerStrides: [], rowStride: 0, columnStride: 1 }],
    accumulations: [],
  })
  const given = (dtype: DType, count: number, space?: Place['space']): Place => {
    const data = elements(dtype, count)
    const where = space ?? pick(['input', 'input', 'constant', 'arena'] as const)
    if (where === 'constant') {
      while (constants.length % 8 !== 0) constants.push(0)
      const offset = constants.length / bytesOf(dtype)
      for (const byte of new Uint8Array(data.buffer)) constants.push(byte)
      return { space: 'constant', offset }
    }
    inputs.push(data)
    const input: Place = { space: 'input', index: inputs.length - 1, offset: 0 }
    if (where === 'input') return input
    const place = inArena(dtype, count)
    instructions.push(copy(dtype, count, input, place))
    return place
  }

  interface Space {
    readonly outer: readonly number[]
    readonly rows: number
    readonly columns: number
  }
  const denseOuter = (outer: readonly number[], inner: number): readonly number[] =>
    outer.map((_, k) => outer.slice(k + 1).reduce((a, b) => a * b, inner))

  /** Strides over a space, and the memory they need. */
  const strided = (
    { outer, rows, columns }: Space,
    extent: Extent,
    writes: boolean,
    at: (count: number) => Place,
  ): StridedPlace => {
    const kinds = writes
      ? (['dense', 'dense', 'padded', 'transposed', 'reversed', 'spread'] as const)
      : (['dense', 'dense', 'padded', 'transposed', 'rows', 'columns', 'reversed', 'spread'] as const)
    const kind = pick(kinds)
    const [rowStride, columnStride, inner] =
      extent === 'scalar'
        ? [0, 0, 1]
        : extent === 'row'
          ? kind === 'spread'
            ? [2, 0, 2 * rows]
            : kind === 'reversed'
              ? [-1, 0, rows]
              : kind === 'rows'
                ? [0, 0, 1]
                : [1, 0, rows]
          : {
              dense: [columns, 1, rows * columns],
              padded: [columns + 3, 1, rows * (columns + 3)],
              transposed: [1, rows, rows * columns],
              rows: [0, 1, columns],
              columns: [1, 0, rows],
              reversed: [columns, -1, rows * columns],
              spread: [2 * columns, 2, 2 * rows * columns],
            }[kind]
    const outerStrides =
      !writes && chance(0.3) ? outer.map(() => 0) : denseOuter(outer, Math.max(inner as number, 1))
    const spans = [
      ...outer.map((n, k) => [n, outerStrides[k]!] as const),
      [rows, rowStride!] as const,
      [columns, columnStride!] as const,
    ].map(([n, s]) => (n === 0 ? 0 : (n - 1) * s))
    const least = spans.reduce((sum, s) => sum + Math.min(0, s), 0)
    const most = spans.reduce((sum, s) => sum + Math.max(0, s), 0)
    const place = at(most - least + 1)
    return {
      place: { ...place, offset: place.offset - least },
      outerStrides,
      rowStride: rowStride!,
      columnStride: columnStride!,
    }
  }

  const body = (space: Space, first: Load | undefined, later: Instruction[]): NestBody => {
    const { outer, rows, columns } = space
    const loads: Load[] = first === undefined ? [] : [first]
    const inPlace: { readonly load: number; readonly count: number }[] = []
    const bounds: number[] = loads.map(() => 200)
    const wanted = loads.length + 1 + below(4)
    while (loads.length < wanted) {
      const dtype = chance(0.7) ? pick(floats) : pick(computing)
      const extent = pick(['full', 'full', 'full', 'row', 'scalar'] as const)
      let dense: number | undefined
      const place = strided(space, extent, false, (count) => {
        const at = given(dtype, count)
        dense = at.space === 'arena' ? count : undefined
        return at
      })
      if (dense !== undefined && extent === 'full' && place.columnStride === 1 && place.rowStride === columns)
        if (place.outerStrides.every((s, k) => s === denseOuter(outer, rows * columns)[k]))
          inPlace.push({ load: loads.length, count: dense })
      loads.push({ dtype, extent, ...place })
      bounds.push(dtype === 'uint32' ? 3 : 2)
    }
    const dtypeOf: DType[] = loads.map(({ dtype }) => dtype)
    const extentOf: Extent[] = loads.map(({ extent }) => extent)
    const steps: Step[] = []
    const widest = (registers: readonly number[]): Extent =>
      registers.some((r) => extentOf[r] === 'full')
        ? 'full'
        : registers.some((r) => extentOf[r] === 'row')
          ? 'row'
          : 'scalar'
    const step = (operation: StepOperation, dtype: DType, registers: readonly number[], limit: number) => {
      if (!exact && limit > 1e4) return
      const reduces = operation === 'rowSum' || operation === 'rowMax'
      steps.push({ operation, dtype, extent: reduces ? 'row' : widest(registers), inputs: registers })
      dtypeOf.push(dtype)
      extentOf.push(reduces ? 'row' : widest(registers))
      bounds.push(limit)
      bound = Math.max(bound, limit)
    }
    const like = (dtype: DType): number => pick(dtypeOf.flatMap((other, r) => (other === dtype ? [r] : [])))
    for (let i = below(9); i > 0; i--) {
      const a = chance(0.5) ? dtypeOf.length - 1 : below(dtypeOf.length)
      const dtype = dtypeOf[a]!
      const b = like(dtype)
      const [x, y] = [bounds[a]!, bounds[b]!]
      const float = dtype === 'float32' || dtype === 'float64'
      const condition = dtypeOf.indexOf('bool')
      const choice = below(12)
      if (choice === 0 && extentOf[a] === 'full' && dtype !== 'bool')
        step('rowSum', dtype, [a], x * Math.max(columns, 1))
      else if (choice === 1 && extentOf[a] === 'full' && columns > 0) step('rowMax', dtype, [a], x)
      else if (choice === 2 && condition >= 0) step('select', dtype, [condition, a, b], Math.max(x, y))
      else if (choice === 3 && (exact || !float))
        step(pick(['equal', 'less', 'lessEqual']), 'bool', [a, b], 1)
      else if (choice === 4) {
        const to = exact ? pick(computing) : pick(floats)
        step('cast', to, [a], x)
      } else if (dtype === 'bool') step(pick(['max', 'min']), dtype, [a, b], 1)
      else if (choice === 5) step('mulAdd', dtype, [a, b, like(dtype)], x * y + 1e3)
      else if (choice < 8) {
        step(pick(['add', 'sub']), dtype, [a, b], x + y)
        if (chance(0.3)) step('mul', dtype, [dtypeOf.length - 1, b], (x + y) * y)
      } else if (choice === 8) step(pick(['max', 'min']), dtype, [a, b], Math.max(x, y))
      else if (choice === 9) step(pick(['neg', 'abs']), dtype, [a], x)
      else if (float && exact)
        step(
          pick(['exp', 'log', 'sin', 'cos', 'floor', 'round', 'sign', 'sqrt', 'rsqrt', 'erf', 'tanh']),
          dtype,
          [a],
          x,
        )
      else if (float) step(pick(['tanh', 'sigmoid', 'erf']), dtype, [a], 1)
    }
    const registers = [...dtypeOf.keys()]
    const stores: Store[] = []
    const accumulations: Accumulation[] = []
    const free = [...inPlace]
    for (let i = 1 + below(3); i > 0; i--) {
      const register = chance(0.6) ? registers.length - 1 : pick(registers)
      const dtype = dtypeOf[register]!
      const extent = extentOf[register]!
      const into = free.findIndex(({ load }) => loads[load]!.dtype === dtype && extent === 'full')
      if (into >= 0 && chance(0.7)) {
        const [{ load, count }] = free.splice(into, 1) as [{ load: number; count: number }]
        const { place, outerStrides, rowStride, columnStride } = loads[load]!
        stores.push({ register, place, outerStrides, rowStride, columnStride })
        later.push(copy(dtype, count, place, inOutput(dtype, count)))
        continue
      }
      if (extent === 'full' && dtype !== 'bool' && chance(0.35)) {
        const over = pick(['rows', 'all'] as const)
        const width = over === 'rows' ? columns : 1
        const step = chance(0.8) ? 1 : 2
        const total = outer.reduce((a, b) => a * b, 1) * Math.max(width * step, 1)
        accumulations.push({
          register,
          reduction: pick(['sum', 'max']),
          over,
          place: inOutput(dtype, total),
          outerStrides: denseOuter(outer, Math.max(width * step, 1)),
          columnStride: over === 'rows' ? step : 0,
        })
        bound = Math.max(bound, bounds[register]! * Math.max(1, rows) * Math.max(1, columns))
        continue
      }
      stores.push({ register, ...strided(space, extent, true, (count) => inOutput(dtype, count)) })
    }
    return { loads, steps, stores, accumulations }
  }

  const sizesBelow = (limit: number): readonly [number, number] => {
    const rows = pick(sizes)
    const fitting = sizes.filter((n) => n * rows <= limit)
    return [rows, pick(fitting)]
  }
  for (let i = 1 + below(2); i > 0; i--) {
    const outer = pick([[], [], [], [2], [3, 2], [1, 2, 1, 2]] as const)
    const later: Instruction[] = []
    if (chance(0.3)) {
      const [m, n] = sizesBelow(6000)
      const k = pick([0, 1, 3, 17, 40])
      const dtype = pick(floats)
      const factor = (rows: number, columns: number): Factor => {
        const kept = dtype === 'float32' && chance(0.3) ? pick(['float16', 'bfloat16'] as const) : undefined
        const read = strided({ outer, rows, columns }, 'full', false, (count) => given(kept ?? dtype, count))
        return kept === undefined ? read : { ...read, dtype: kept }
      }
      const a = factor(m, k)
      const b = factor(k, n)
      const total = outer.reduce((x, y) => x * y, m * n)
      const place = chance(0.5) ? inOutput(dtype, total) : inArena(dtype, total)
      const c: StridedPlace = {
        place,
        outerStrides: denseOuter(outer, m * n),
        rowStride: n,
        columnStride: 1,
      }
      const factors = dtype === 'float32' && chance(0.5) ? pick(factorPrecisions) : undefined
      const product: MatmulInstruction = {
        kind: 'matmul',
        dtype,
        ...(factors === undefined ? {} : { factors }),
        outer,
        m,
        n,
        k,
        a,
        b,
        c,
      }
      bound = Math.max(bound, 4 * k)
      const space = { outer, rows: m, columns: n }
      instructions.push(
        chance(0.7) ? { ...product, epilogue: body(space, { dtype, extent: 'full', ...c }, later) } : product,
      )
    } else {
      const [rows, columns] = sizesBelow(8000)
      const space = { outer, rows, columns }
      const made = body(space, undefined, later)
      instructions.push({ kind: 'nest', ...space, ...made })
    }
    instructions.push(...later)
  }
  // Routines of reproducible programs give the same bytes, whatever their matrices hold.
  if (exact && chance(0.4)) {
    const dtype = pick(floats)
    const [batch, n, m] = [pick([0, 1, 3]), pick([0, 1, 3, 17, 40]), pick([0, 1, 5])]
    const a = given(dtype, batch * n * n)
    const b = given(dtype, batch * n * m)
    const factors = inArena(dtype, batch * n * (n + 1))
    instructions.push(
      { kind: 'routine', name: 'luFactor', dtype, sizes: [batch, n], reads: [a], out: factors },
      {
        kind: 'routine',
        name: 'solve',
        dtype,
        sizes: [batch, n, m, below(2)],
        reads: [a, factors, b],
        out: inOutput(dtype, batch * n * m),
      },
    )
  }
  return {
    program: {
      reproducible: exact,
      arenaBytes,
      constants: Uint8Array.from(constants),
      inputBytes: inputs.map(({ byteLength }) => byteLength),
      outputBytes,
      instructions,
    },
    inputs,
    stored,
    bound,
  }
}

/** The bytes an executor writes for a program. */
export const outputOf = (
  executor: Executor,
  program: KernelProgram,
  inputs: readonly Buffer[],
): ArrayBuffer => {
  const output = new ArrayBuffer(program.outputBytes)
  executor.load(program).run(
    inputs.map(({ buffer }) => buffer),
    inputs.map(({ byteOffset }) => byteOffset),
    output,
    0,
  )
  return output
}

/** The elements that differ: equal numbers and NaN with NaN are alike, others to a tolerance. */
export const differences = (
  { stored }: Pick<RandomProgram, 'stored'>,
  actual: ArrayBuffer,
  expected: ArrayBuffer,
  tolerance: Readonly<Record<'float32' | 'float64', number>>,
): readonly string[] =>
  stored.flatMap(({ dtype, offset, count }) => {
    const size = bytesOf(dtype)
    const a = viewBytes(dtype, actual, offset * size, count * size)
    const b = viewBytes(dtype, expected, offset * size, count * size)
    const allowed = dtype === 'float32' || dtype === 'float64' ? tolerance[dtype] : 0
    const found: string[] = []
    for (let i = 0; i < count && found.length < 3; i++)
      if (!Object.is(a[i], b[i]) && !(allowed > 0 && Math.abs(a[i]! - b[i]!) <= allowed))
        found.push(`${dtype} ${offset + i}: expected ${b[i]}, got ${a[i]}`)
    return found
  })
