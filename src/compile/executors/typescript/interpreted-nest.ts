import type { Buffer, DType } from '../../../core/tensor/dtype.ts'
import type {
  Accumulation,
  Extent,
  Load,
  NestBody,
  Place,
  Step,
  Store,
  StridedPlace,
} from '../kernel-program.ts'
import { initialOf, isReduction, levelsOf, reductionOf, type Run, type SlotOf, type Space } from './nest.ts'
import { stepFunction, type Mathematics } from './step-functions.ts'
import { stepLoop } from './step-loops.ts'

type Register = Float64Array<ArrayBuffer>

/** Registers of this many elements stay in the cache. */
const tileElements = 1024

const none: Register = new Float64Array(0)

const fold = (reduction: 'sum' | 'max', dtype: DType): ((a: number, b: number) => number) =>
  reduction === 'max'
    ? Math.max
    : dtype === 'int32'
      ? (a, b) => (a + b) | 0
      : dtype === 'uint32'
        ? (a, b) => (a + b) >>> 0
        : (a, b) => a + b

/** Where a tile of the iteration space lies, and how large it is. */
interface Tile {
  readonly row: number
  readonly rows: number
  readonly column: number
  readonly columns: number
}

/** Copies a tile of memory into the front of a register. */
const read = (
  register: Register,
  data: Buffer,
  start: number,
  rowStride: number,
  columnStride: number,
  { rows, columns }: Tile,
): void => {
  if (columnStride === 1 && (rowStride === columns || rows === 1)) {
    register.set(data.subarray(start, start + rows * columns))
    return
  }
  let to = 0
  for (let r = 0; r < rows; r++) {
    const from = start + r * rowStride
    for (let c = 0; c < columns; c++) register[to++] = data[from + c * columnStride]!
  }
}

/** Copies the front of a register to a tile of memory, rounded as its typed array rounds. */
const write = (
  register: Register,
  data: Buffer,
  start: number,
  rowStride: number,
  columnStride: number,
  { rows, columns }: Tile,
): void => {
  if (columnStride === 1 && (rowStride === columns || rows === 1)) {
    data.set(register.subarray(0, rows * columns), start)
    return
  }
  let from = 0
  for (let r = 0; r < rows; r++) {
    const to = start + r * rowStride
    for (let c = 0; c < columns; c++) data[to + c * columnStride] = register[from++]!
  }
}

/** How many rows and columns are worked on at a time; a nest that reduces rows has its rows whole. */
const tileOf = (rows: number, columns: number, reduces: boolean) => ({
  rows: Math.max(1, Math.min(rows, Math.floor(tileElements / Math.max(columns, 1)))),
  columns: reduces ? columns : Math.min(columns, tileElements),
})

/*
 * A nest by loops written beforehand, for where text may not be compiled: the bytes are those of the compiled one. Every
 * register is a tile of numbers, and a step is one loop over them. For y = x · b over [300, 10], x [300, 10], b [10]:
 *
 *   tiles of 102 rows and 10 columns, since 1024 elements are worked on at a time
 *   each tile: read 1020 elements of x into register 0, stretch b over as many for register 1, multiply them into
 *   register 2, write that to y
 *
 * A register that spans less than the tile is kept in its own size and stretched for the steps that span more. What
 * belongs to the whole space is computed once, what belongs to a row once for all tiles of it.
 */

/** Does something for a tile, at the counters of the outer loops. */
type Work = (memory: readonly Buffer[], at: readonly number[], t: Tile) => void

/** A nest and the registers its work runs on. */
interface Draft extends NestBody {
  readonly space: Space
  readonly slotOf: SlotOf
  readonly mathematics: Mathematics
  readonly tile: { readonly rows: number; readonly columns: number }
  readonly dtypes: readonly DType[]
  readonly extents: readonly Extent[]
  readonly registers: readonly Register[]
  readonly stretched: Map<string, Register>
  /** For each register: fills its stretched forms anew, whenever it has been computed. */
  readonly stretches: readonly ((t: Tile) => void)[][]
  /** What is accumulated so far, for each accumulation. */
  readonly totals: readonly Register[]
}

const sizeIn = ({ tile }: Draft, extent: Extent): number =>
  extent === 'full' ? tile.rows * tile.columns : extent === 'row' ? tile.rows : 1

const draftOf = (body: NestBody, space: Space, slotOf: SlotOf, mathematics: Mathematics): Draft => {
  const { loads, steps, stores, accumulations } = body
  const levels = levelsOf(body)
  const tile = tileOf(
    space.rows,
    space.columns,
    steps.some(({ operation }) => isReduction(operation)),
  )
  // A register that a row reduction lies before belongs to a row, whatever it spans.
  const extents = [...loads, ...steps].map(({ extent }, r): Extent =>
    extent === 'scalar' && levels[r]! > 0 ? 'row' : extent,
  )
  const sizes = { full: tile.rows * tile.columns, row: tile.rows, scalar: 1 }
  return {
    loads,
    steps,
    stores,
    accumulations,
    space,
    slotOf,
    mathematics,
    tile,
    dtypes: [...loads, ...steps].map(({ dtype }) => dtype),
    extents,
    registers: extents.map((extent): Register => new Float64Array(sizes[extent])),
    stretched: new Map(),
    stretches: extents.map(() => []),
    totals: accumulations.map(({ over }) => new Float64Array(over === 'all' ? 1 : space.columns)),
  }
}

/** A register in the size of another extent. */
const spanning = (draft: Draft, r: number, extent: Extent): Register => {
  const { extents, registers, stretched, stretches } = draft
  const own = registers[r]!
  if (extents[r] === extent) return own
  const known = stretched.get(`${r} ${extent}`)
  if (known !== undefined) return known
  const register: Register = new Float64Array(sizeIn(draft, extent))
  stretched.set(`${r} ${extent}`, register)
  stretches[r]!.push(
    extents[r] === 'scalar'
      ? () => register.fill(own[0]!)
      : (t) => {
          for (let i = 0; i < t.rows; i++) register.fill(own[i]!, i * t.columns, (i + 1) * t.columns)
        },
  )
  return register
}

const start = (place: Place, strides: readonly number[], at: readonly number[]): number =>
  strides.reduce((sum, stride, k) => sum + stride * at[k]!, place.offset)

const startIn = (place: StridedPlace, at: readonly number[], t: Tile): number =>
  start(place.place, place.outerStrides, at) + t.row * place.rowStride + t.column * place.columnStride

const spanned = (extent: Extent, t: Tile): Tile =>
  extent === 'full' ? t : { ...t, rows: extent === 'row' ? t.rows : 1, columns: 1 }

const loading = ({ slotOf, extents, registers }: Draft, load: Load, r: number): Work => {
  const slot = slotOf(load.place, load.dtype)
  const extent = extents[r]!
  const columnStride = extent === 'full' ? load.columnStride : 0
  return (memory, at, t) => {
    const tileHere = spanned(extent, t)
    read(registers[r]!, memory[slot]!, startIn(load, at, t), load.rowStride, columnStride, tileHere)
  }
}

const reducing = (draft: Draft, { operation, dtype, inputs }: Step, r: number): Work => {
  const reduction = reductionOf(operation)
  const join = fold(reduction, dtype)
  const round = stepFunction('cast', dtype, draft.mathematics)
  const input = spanning(draft, inputs[0]!, 'full')
  const out = draft.registers[r]!
  return (_, __, t) => {
    for (let i = 0; i < t.rows; i++) {
      let total = initialOf(reduction, dtype)
      for (let c = i * t.columns; c < (i + 1) * t.columns; c++) total = join(total, input[c]!)
      out[i] = round(total)
    }
  }
}

const stepping = (draft: Draft, step: Step, r: number): Work => {
  if (isReduction(step.operation)) return reducing(draft, step, r)
  const { operation, dtype, inputs } = step
  const extent = draft.extents[r]!
  const out = draft.registers[r]!
  const from = draft.dtypes[inputs[0] ?? -1]
  const loop = stepLoop(operation, dtype, draft.mathematics, from)
  const [a = none, b = none, c = none] = inputs.map((i) => spanning(draft, i, extent))
  return (_, __, t) => {
    loop(extent === 'full' ? t.rows * t.columns : extent === 'row' ? t.rows : 1, out, a, b, c)
  }
}

const storing = ({ slotOf, dtypes, extents, registers }: Draft, store: Store): Work => {
  const { register } = store
  const extent = extents[register]!
  const slot = slotOf(store.place, dtypes[register]!)
  const columnStride = extent === 'full' ? store.columnStride : 0
  return (memory, at, t) => {
    const tileHere = spanned(extent, t)
    const to = startIn(store, at, t)
    write(registers[register]!, memory[slot]!, to, store.rowStride, columnStride, tileHere)
  }
}

const accumulating = (draft: Draft, { register, reduction, over }: Accumulation, i: number): Work => {
  const join = fold(reduction, draft.dtypes[register]!)
  const x = spanning(draft, register, 'full')
  const total = draft.totals[i]!
  return over === 'all'
    ? (_, __, t) => {
        let sum = total[0]!
        const n = t.rows * t.columns
        for (let k = 0; k < n; k++) sum = join(sum, x[k]!)
        total[0] = sum
      }
    : (_, __, t) => {
        for (let k = 0, r = 0; r < t.rows; r++)
          for (let c = 0; c < t.columns; c++, k++) total[t.column + c] = join(total[t.column + c]!, x[k]!)
      }
}

const finishing = ({ slotOf, dtypes, totals }: Draft, accumulation: Accumulation, i: number): Work => {
  const { register, place, outerStrides, columnStride } = accumulation
  const slot = slotOf(place, dtypes[register]!)
  return (memory, at) => {
    const data = memory[slot]!
    const to = start(place, outerStrides, at)
    totals[i]!.forEach((x, c) => {
      data[to + c * columnStride] = x
    })
  }
}

/** The work of a nest, by when it is done. */
interface Schedule {
  readonly once: readonly Work[]
  /** For the first tile of a row, and for those behind it: what belongs to the row is known then. */
  readonly firstTiles: readonly Work[]
  readonly furtherTiles: readonly Work[]
  readonly afterRow: readonly Work[]
  readonly afterRows: readonly Work[]
}

const scheduleOf = (draft: Draft): Schedule => {
  const { loads, steps, stores, accumulations, extents, stretches } = draft
  const computing = [
    ...loads.map((load, r) => loading(draft, load, r)),
    ...steps.map((step, j) => stepping(draft, step, loads.length + j)),
  ].map((work, r): Work => (memory, at, t) => {
    work(memory, at, t)
    for (const stretch of stretches[r]!) stretch(t)
  })
  const storesOf = (extent: Extent): readonly Work[] =>
    stores.filter(({ register }) => extents[register] === extent).map((store) => storing(draft, store))
  const everyTile = [
    ...storesOf('full'),
    ...accumulations.map((accumulation, i) => accumulating(draft, accumulation, i)),
  ]
  return {
    once: computing.filter((_, r) => extents[r] === 'scalar'),
    firstTiles: [...computing.filter((_, r) => extents[r] !== 'scalar'), ...everyTile],
    furtherTiles: [...computing.filter((_, r) => extents[r] === 'full'), ...everyTile],
    afterRow: storesOf('row'),
    afterRows: [
      ...storesOf('scalar'),
      ...accumulations.map((accumulation, i) => finishing(draft, accumulation, i)),
    ],
  }
}

/** All rows and columns, at one position of the outer loops. */
const runAt = (draft: Draft, schedule: Schedule, memory: readonly Buffer[], at: readonly number[]): void => {
  const { tile, totals, accumulations, dtypes } = draft
  const { rows, columns } = draft.space
  const whole: Tile = { row: 0, rows: tile.rows, column: 0, columns: tile.columns }
  for (const work of schedule.once) work(memory, at, whole)
  accumulations.forEach(({ register, reduction }, i) => {
    totals[i]!.fill(initialOf(reduction, dtypes[register]!))
  })
  for (let row = 0; row < rows; row += tile.rows) {
    const rowsHere = Math.min(tile.rows, rows - row)
    let column = 0
    do {
      const t = { row, rows: rowsHere, column, columns: Math.min(tile.columns, columns - column) }
      for (const work of column === 0 ? schedule.firstTiles : schedule.furtherTiles) work(memory, at, t)
      column += tile.columns
    } while (column < columns)
    const rowTile = { row, rows: rowsHere, column: 0, columns: 1 }
    for (const work of schedule.afterRow) work(memory, at, rowTile)
  }
  for (const work of schedule.afterRows) work(memory, at, whole)
}

/** A nest as work over tiles of registers. */
export const interpretedNest = (
  body: NestBody,
  space: Space,
  slotOf: SlotOf,
  mathematics: Mathematics,
): Run => {
  const draft = draftOf(body, space, slotOf, mathematics)
  const schedule = scheduleOf(draft)
  const { outer } = space
  const each = (memory: readonly Buffer[], at: readonly number[]): void => {
    if (at.length === outer.length) runAt(draft, schedule, memory, at)
    else for (let i = 0; i < outer[at.length]!; i++) each(memory, [...at, i])
  }
  return (memory) => {
    each(memory, [])
  }
}
