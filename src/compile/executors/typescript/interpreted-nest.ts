import type { Buffer, DType } from '../../../core/tensor/dtype.ts'
import type { Extent, NestBody, Place, StridedPlace } from '../kernel-program.ts'
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

/**
 * A nest by loops written beforehand, for where text may not be compiled: the bytes are those of the compiled one.
 * Every register is a tile of numbers, and a step is one loop over them.
 *
 * A register that spans less than the tile is kept in its own size and stretched for the steps that span more.
 */
export const interpretedNest = (
  body: NestBody,
  { outer, rows, columns }: Space,
  slotOf: SlotOf,
  mathematics: Mathematics,
): Run => {
  const { loads, steps, stores, accumulations } = body
  const levels = levelsOf(body)
  const dtypes = [...loads, ...steps].map(({ dtype }) => dtype)
  // A register that a row reduction lies before belongs to a row, whatever it spans.
  const extents = [...loads, ...steps].map(({ extent }, r): Extent =>
    extent === 'scalar' && levels[r]! > 0 ? 'row' : extent,
  )
  const tile = tileOf(
    rows,
    columns,
    steps.some(({ operation }) => isReduction(operation)),
  )
  const sizes = { full: tile.rows * tile.columns, row: tile.rows, scalar: 1 }
  const registers = extents.map((extent): Register => new Float64Array(sizes[extent]))
  const stretched = new Map<string, Register>()
  const stretches = extents.map((): ((t: Tile) => void)[] => [])
  /** A register in the size of another extent, filled anew whenever the register is computed. */
  const spanning = (r: number, extent: Extent): Register => {
    const own = extents[r]!
    if (own === extent) return registers[r]!
    const known = stretched.get(`${r} ${extent}`)
    if (known !== undefined) return known
    const register: Register = new Float64Array(sizes[extent])
    stretched.set(`${r} ${extent}`, register)
    stretches[r]!.push(
      own === 'scalar'
        ? () => register.fill(registers[r]![0]!)
        : (t) => {
            for (let i = 0; i < t.rows; i++)
              register.fill(registers[r]![i]!, i * t.columns, (i + 1) * t.columns)
          },
    )
    return register
  }
  const countOf = (extent: Extent, t: Tile): number =>
    extent === 'full' ? t.rows * t.columns : extent === 'row' ? t.rows : 1
  const start = (place: Place, strides: readonly number[], at: readonly number[]): number =>
    strides.reduce((sum, stride, k) => sum + stride * at[k]!, place.offset)
  const startIn = (place: StridedPlace, at: readonly number[], t: Tile): number =>
    start(place.place, place.outerStrides, at) + t.row * place.rowStride + t.column * place.columnStride
  const spanned = (extent: Extent, t: Tile): Tile =>
    extent === 'full' ? t : { ...t, rows: extent === 'row' ? t.rows : 1, columns: 1 }

  type Work = (memory: readonly Buffer[], at: readonly number[], t: Tile) => void
  const loading = loads.map((load, r): Work => {
    const slot = slotOf(load.place, load.dtype)
    const columnStride = extents[r] === 'full' ? load.columnStride : 0
    return (memory, at, t) => {
      const tileHere = spanned(extents[r]!, t)
      read(registers[r]!, memory[slot]!, startIn(load, at, t), load.rowStride, columnStride, tileHere)
    }
  })
  const stepping = steps.map(({ operation, dtype, inputs }, j): Work => {
    const r = loads.length + j
    const out = registers[r]!
    if (isReduction(operation)) {
      const reduction = reductionOf(operation)
      const join = fold(reduction, dtype)
      const round = stepFunction('cast', dtype, mathematics)
      const input = spanning(inputs[0]!, 'full')
      return (_, __, t) => {
        for (let i = 0; i < t.rows; i++) {
          let total = initialOf(reduction, dtype)
          for (let c = i * t.columns; c < (i + 1) * t.columns; c++) total = join(total, input[c]!)
          out[i] = round(total)
        }
      }
    }
    const extent = extents[r]!
    const loop = stepLoop(operation, dtype, mathematics)
    const [a = none, b = none, c = none] = inputs.map((i) => spanning(i, extent))
    return (_, __, t) => {
      loop(countOf(extent, t), out, a, b, c)
    }
  })
  const storing = stores.map((store): { readonly extent: Extent; readonly work: Work } => {
    const { register } = store
    const extent = extents[register]!
    const slot = slotOf(store.place, dtypes[register]!)
    const columnStride = extent === 'full' ? store.columnStride : 0
    return {
      extent,
      work: (memory, at, t) => {
        const tileHere = spanned(extent, t)
        write(
          registers[register]!,
          memory[slot]!,
          startIn(store, at, t),
          store.rowStride,
          columnStride,
          tileHere,
        )
      },
    }
  })
  const totals = accumulations.map(({ over }) => new Float64Array(over === 'all' ? 1 : columns))
  const accumulating = accumulations.map(({ register, reduction, over }, i): Work => {
    const join = fold(reduction, dtypes[register]!)
    const x = spanning(register, 'full')
    const total = totals[i]!
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
  })
  const finishing = accumulations.map(({ register, place, outerStrides, columnStride }, i): Work => {
    const slot = slotOf(place, dtypes[register]!)
    return (memory, at) => {
      const data = memory[slot]!
      const to = start(place, outerStrides, at)
      totals[i]!.forEach((x, c) => {
        data[to + c * columnStride] = x
      })
    }
  })
  const computing = [...loading, ...stepping].map((work, r): Work => (memory, at, t) => {
    work(memory, at, t)
    for (const stretch of stretches[r]!) stretch(t)
  })
  const once = computing.filter((_, r) => extents[r] === 'scalar')
  const everyTile = computing.filter((_, r) => extents[r] !== 'scalar')
  // The same row again: what belongs to it is known.
  const furtherTiles = computing.filter((_, r) => extents[r] === 'full')
  const storesOf = (extent: Extent): readonly Work[] =>
    storing.flatMap((store) => (store.extent === extent ? [store.work] : []))
  const [fullStores, rowStores, scalarStores] = [storesOf('full'), storesOf('row'), storesOf('scalar')]
  const whole: Tile = { row: 0, rows: tile.rows, column: 0, columns: tile.columns }
  const runAt: Work = (memory, at) => {
    for (const work of once) work(memory, at, whole)
    accumulations.forEach(({ register, reduction }, i) => {
      totals[i]!.fill(initialOf(reduction, dtypes[register]!))
    })
    for (let row = 0; row < rows; row += tile.rows) {
      let column = 0
      do {
        const t = {
          row,
          rows: Math.min(tile.rows, rows - row),
          column,
          columns: Math.min(tile.columns, columns - column),
        }
        for (const work of column === 0 ? everyTile : furtherTiles) work(memory, at, t)
        for (const work of fullStores) work(memory, at, t)
        for (const work of accumulating) work(memory, at, t)
        column += tile.columns
      } while (column < columns)
      const rowTile = { row, rows: Math.min(tile.rows, rows - row), column: 0, columns: 1 }
      for (const work of rowStores) work(memory, at, rowTile)
    }
    for (const work of scalarStores) work(memory, at, whole)
    for (const work of finishing) work(memory, at, whole)
  }
  const each = (memory: readonly Buffer[], at: readonly number[]): void => {
    if (at.length === outer.length) runAt(memory, at, whole)
    else for (let i = 0; i < outer[at.length]!; i++) each(memory, [...at, i])
  }
  return (memory) => {
    each(memory, [])
  }
}
