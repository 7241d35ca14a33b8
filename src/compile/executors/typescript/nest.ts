import { compileText } from '../../../core/kernel/compile-text.ts'
import { allocate, type Buffer, type DType } from '../../../core/tensor/dtype.ts'
import type { Load, NestBody, Place, Step, Store, StridedPlace } from '../kernel-program.ts'
import { stepOf } from '../steps.ts'
import { roundedText, stepText, type Mathematics } from './step-functions.ts'

/** The iteration space of a nest. */
export interface Space {
  readonly outer: readonly number[]
  readonly rows: number
  readonly columns: number
}

/** The number of the typed array a place is read from. */
export type SlotOf = (place: Place, dtype: DType) => number

/** Runs on the typed arrays by their numbers. */
export type Run = (memory: readonly Buffer[]) => void

export const isReduction = (operation: string): boolean => stepOf(operation)?.reduces !== undefined

/** What a step folds rows with; none of those that do not. */
export const reductionOf = (operation: string): 'sum' | 'max' => stepOf(operation)?.reduces ?? 'max'

/**
 * How many row reductions lie before each register: one pass over the columns of a row for each, and the last pass
 * writes what spans all columns.
 */
export const levelsOf = ({ loads, steps }: NestBody): readonly number[] => {
  const levels: number[] = loads.map(() => 0)
  for (const { operation, inputs } of steps)
    levels.push(Math.max(0, ...inputs.map((i) => levels[i]!)) + (isReduction(operation) ? 1 : 0))
  return levels
}

/** What a reduction of no elements gives. */
export const initialOf = (reduction: 'sum' | 'max', dtype: DType): number =>
  reduction === 'sum' || dtype === 'uint32' ? 0 : dtype === 'int32' ? -2147483648 : -Infinity

/** Sums of floats run in double precision; integers wrap. */
const folded = (reduction: 'sum' | 'max', dtype: DType, total: string, x: string): string =>
  reduction === 'max'
    ? `Math.max(${total}, ${x})`
    : dtype === 'float32'
      ? `${total} + ${x}`
      : roundedText(dtype, `${total} + ${x}`)

/*
 * The loops of a nest as text: registers are local variables, so the engine compiles one fused loop. What a later pass
 * over a row reads again of an earlier one is kept in a scratch row. y = exp(x) / sum(exp(x)) over rows of 4, x [3, 4]:
 *
 *   for (let r = 0; r < 3; r++) {
 *   const b0 = b0o + r * 4                     where this row of x begins
 *   let t2 = 0                                 pass 0: up to the sum
 *   for (let c = 0; c < 4; c++) {
 *   const r0 = m0[b0 + c]
 *   const r1 = Math.exp(r0)
 *   s1[c] = r1                                 kept, since pass 1 reads it
 *   t2 = t2 + r1
 *   }
 *   const r2 = t2
 *   for (let c = 0; c < 4; c++) {              pass 1: with the sum
 *   const r1 = s1[c]
 *   const r3 = r1 / r2
 *   m1[b1 + c] = r3
 *   }
 *   }
 */

/** A nest while its text is written. */
interface Draft extends NestBody {
  readonly space: Space
  readonly slotOf: SlotOf
  readonly levels: readonly number[]
  readonly slots: Set<number>
  /** In front of the rows, in each row, behind each row and behind all rows. */
  readonly outerLines: string[]
  readonly rowLines: string[]
  readonly afterRow: string[]
  readonly afterRows: string[]
  /** The variable that says where a row of an access begins. */
  readonly rowBase: Map<StridedPlace, string>
  /** The scratch row of a register that a later pass reads. */
  readonly scratch: Map<number, string>
  /** The first pass that computes a register. */
  readonly computedIn: Map<number, number>
}

/** One pass over the columns of a row. */
interface Pass {
  readonly number: number
  readonly lines: Line[]
  readonly before: string[]
  readonly after: string[]
  readonly names: Map<number, string>
}

/** A line of text, or where a register is kept if a later pass turns out to read it. */
type Line = string | { readonly kept: number }

const registerOf = ({ loads, steps }: NestBody, r: number): Load | Step =>
  r < loads.length ? loads[r]! : steps[r - loads.length]!

/** Registers a row reduction lies before belong to a row, whatever they span. */
const isOfRow = (draft: Draft, r: number): boolean => {
  const { extent } = registerOf(draft, r)
  return extent === 'row' || (extent === 'scalar' && draft.levels[r]! > 0)
}

const memoryName = ({ slotOf, slots }: Draft, place: Place, dtype: DType): string => {
  const slot = slotOf(place, dtype)
  slots.add(slot)
  return `m${slot}`
}

const base = (place: Place, outerStrides: readonly number[]): string =>
  [place.offset, ...outerStrides.flatMap((s, k) => (s === 0 ? [] : [`o${k} * ${s}`]))].join(' + ')

const times = (variable: string, stride: number): string =>
  stride === 0 ? '' : stride === 1 ? ` + ${variable}` : ` + ${variable} * ${stride}`

/** The variable for the first element of a row. */
const address = ({ rowBase, outerLines, rowLines }: Draft, place: StridedPlace): string => {
  const known = rowBase.get(place)
  if (known !== undefined) return known
  const name = `b${rowBase.size}`
  outerLines.push(`const ${name}o = ${base(place.place, place.outerStrides)}`)
  rowLines.push(`const ${name} = ${name}o${times('r', place.rowStride)}`)
  rowBase.set(place, name)
  return name
}

const elementAt = (draft: Draft, access: StridedPlace, dtype: DType): string =>
  `${memoryName(draft, access.place, dtype)}[${address(draft, access)}${times('c', access.columnStride)}]`

const stepLine = (
  draft: Draft,
  r: number,
  { operation, dtype, inputs }: Step,
  operands: readonly string[] = inputs.map((i) => `r${i}`),
): string => {
  const [first] = inputs
  const from = first === undefined ? dtype : registerOf(draft, first).dtype
  return `const r${r} = ${stepText(operation, dtype, operands, from)}`
}

/** Values read or computed once for all rows, or once a row. */
const writeNarrowValues = (draft: Draft): void => {
  const { loads, steps, outerLines, rowLines } = draft
  loads.forEach((load, i) => {
    const from = memoryName(draft, load.place, load.dtype)
    if (load.extent === 'scalar')
      outerLines.push(`const r${i} = ${from}[${base(load.place, load.outerStrides)}]`)
    else if (load.extent === 'row') rowLines.push(`const r${i} = ${from}[${address(draft, load)}]`)
    else address(draft, load)
  })
  steps.forEach((step, j) => {
    const r = loads.length + j
    if (step.extent === 'scalar' && !isOfRow(draft, r)) outerLines.push(stepLine(draft, r, step))
  })
}

const fullStoresOf = (draft: Draft): readonly Store[] =>
  draft.stores.filter(({ register }) => registerOf(draft, register).extent === 'full')

/** The number of the last pass: the one that has all reductions behind it which anything waits for. */
const lastPassOf = (draft: Draft): number => {
  const { loads, steps, accumulations, levels } = draft
  const levelOf = (r: number): number => levels[r]!
  return Math.max(
    0,
    ...fullStoresOf(draft).map(({ register }) => levelOf(register)),
    ...accumulations.map(({ register }) => levelOf(register)),
    ...steps.flatMap(({ operation, inputs }) => (isReduction(operation) ? [levelOf(inputs[0]!)] : [])),
    ...steps.map((_, j) => (isOfRow(draft, loads.length + j) ? levelOf(loads.length + j) : 0)),
  )
}

/** The variable of a register in a pass; what spans columns is read, computed or taken from its scratch row there. */
const valueIn = (draft: Draft, pass: Pass, r: number): string => {
  const { loads, steps, scratch, computedIn } = draft
  const known = pass.names.get(r)
  if (known !== undefined) return known
  const name = `r${r}`
  const step = steps[r - loads.length]
  if (registerOf(draft, r).extent !== 'full' || (step !== undefined && isReduction(step.operation)))
    return name
  pass.names.set(r, name)
  if (step === undefined) {
    const load = loads[r]!
    pass.lines.push(`const ${name} = ${elementAt(draft, load, load.dtype)}`)
    return name
  }
  const first = computedIn.get(r)
  if (first !== undefined && first < pass.number) {
    scratch.set(r, `s${r}`)
    pass.lines.push(`const ${name} = s${r}[c]`)
    return name
  }
  computedIn.set(r, pass.number)
  const operands = step.inputs.map((input) => valueIn(draft, pass, input))
  pass.lines.push(stepLine(draft, r, step, operands), { kept: r })
  return name
}

/** The reductions of a row that this pass completes. */
const writeReductions = (draft: Draft, pass: Pass): void => {
  const { loads, steps, levels } = draft
  steps.forEach(({ operation, dtype, inputs }, j) => {
    const r = loads.length + j
    if (!isReduction(operation) || levels[inputs[0]!] !== pass.number) return
    const reduction = reductionOf(operation)
    pass.before.push(`let t${r} = ${initialOf(reduction, dtype)}`)
    const x = valueIn(draft, pass, inputs[0]!)
    pass.lines.push(`t${r} = ${folded(reduction, dtype, `t${r}`, x)}`)
    pass.after.push(`const r${r} = ${roundedText(dtype, `t${r}`)}`)
  })
}

/** What the last pass leaves: elements stored, and added to what is accumulated. */
const writeResults = (draft: Draft, pass: Pass): void => {
  const { accumulations } = draft
  const fullStores = fullStoresOf(draft)
  const values = [...fullStores, ...accumulations].map(({ register }) => valueIn(draft, pass, register))
  fullStores.forEach((store, i) => {
    const to = elementAt(draft, store, registerOf(draft, store.register).dtype)
    pass.lines.push(`${to} = ${values[i]!}`)
  })
  accumulations.forEach(({ register, reduction, over }, i) => {
    const x = values[fullStores.length + i]!
    const total = over === 'all' ? `a${i}` : `a${i}[c]`
    pass.lines.push(`${total} = ${folded(reduction, registerOf(draft, register).dtype, total, x)}`)
  })
}

const writePasses = (draft: Draft): void => {
  const { loads, steps, levels, scratch, rowLines, space } = draft
  const last = lastPassOf(draft)
  const passes = Array.from({ length: last + 1 }, (_, number): Pass => {
    const pass: Pass = { number, lines: [], before: [], after: [], names: new Map() }
    steps.forEach((step, j) => {
      const r = loads.length + j
      if (isOfRow(draft, r) && levels[r] === number && !isReduction(step.operation))
        pass.before.push(stepLine(draft, r, step))
    })
    writeReductions(draft, pass)
    if (number === last) writeResults(draft, pass)
    return pass
  })
  // Only now is known what is read again.
  for (const { lines, before, after } of passes) {
    const text = lines.flatMap((line) => {
      if (typeof line === 'string') return [line]
      const { kept } = line
      return scratch.has(kept) ? [`s${kept}[c] = r${kept}`] : []
    })
    const loop = text.length === 0 ? [] : [`for (let c = 0; c < ${space.columns}; c++) {`, ...text, '}']
    for (const line of [...before, ...loop, ...after]) rowLines.push(line)
  }
}

/** Stores of values that span no columns. */
const writeNarrowStores = (draft: Draft): void => {
  const { stores, afterRow, afterRows } = draft
  stores.forEach((store) => {
    const { extent, dtype } = registerOf(draft, store.register)
    if (extent === 'full') return
    const to = memoryName(draft, store.place, dtype)
    if (isOfRow(draft, store.register)) afterRow.push(`${to}[${address(draft, store)}] = r${store.register}`)
    else afterRows.push(`${to}[${base(store.place, store.outerStrides)}] = r${store.register}`)
  })
}

/** Totals begin before the rows and are written behind them. */
const writeAccumulations = (draft: Draft): void => {
  const { accumulations, outerLines, afterRows, space } = draft
  accumulations.forEach(({ register, reduction, over, place, outerStrides, columnStride }, i) => {
    const { dtype } = registerOf(draft, register)
    const initial = initialOf(reduction, dtype)
    const to = memoryName(draft, place, dtype)
    if (over === 'all') {
      outerLines.push(`let a${i} = ${initial}`)
      afterRows.push(`${to}[${base(place, outerStrides)}] = a${i}`)
    } else {
      outerLines.push(`a${i}.fill(${initial})`, `const q${i} = ${base(place, outerStrides)}`)
      afterRows.push(
        `for (let c = 0; c < ${space.columns}; c++) ${to}[q${i}${times('c', columnStride)}] = a${i}[c]`,
      )
    }
  })
}

/** The rows that keep values between passes, and totals for each column. */
const scratchRows = (draft: Draft): Readonly<Record<string, Buffer>> => {
  const { scratch, accumulations, space } = draft
  const rows: Record<string, Buffer> = {}
  scratch.forEach((name, r) => {
    rows[name] = allocate(registerOf(draft, r).dtype, space.columns)
  })
  accumulations.forEach(({ register, over }, i) => {
    const { dtype } = registerOf(draft, register)
    if (over === 'rows') rows[`a${i}`] = allocate(dtype === 'float32' ? 'float64' : dtype, space.columns)
  })
  return rows
}

const nestText = (body: NestBody, space: Space, slotOf: SlotOf) => {
  const { loads, steps, stores, accumulations } = body
  const draft: Draft = {
    loads,
    steps,
    stores,
    accumulations,
    space,
    slotOf,
    levels: levelsOf(body),
    slots: new Set(),
    outerLines: [],
    rowLines: [],
    afterRow: [],
    afterRows: [],
    rowBase: new Map(),
    scratch: new Map(),
    computedIn: new Map(),
  }
  writeNarrowValues(draft)
  writePasses(draft)
  writeNarrowStores(draft)
  writeAccumulations(draft)
  const open = space.outer.map((n, k) => `for (let o${k} = 0; o${k} < ${n}; o${k}++) {`)
  const text = [
    ...[...draft.slots].map((slot) => `const m${slot} = M[${slot}]`),
    ...open,
    ...draft.outerLines,
    `for (let r = 0; r < ${space.rows}; r++) {`,
    ...draft.rowLines,
    ...draft.afterRow,
    '}',
    ...draft.afterRows,
    ...open.map(() => '}'),
  ].join('\n')
  return { text, rowsOf: scratchRows(draft) }
}

/** A nest as one compiled loop; `undefined` where text may not be compiled. */
export const compiledNest = (
  body: NestBody,
  space: Space,
  slotOf: SlotOf,
  mathematics: Mathematics,
): Run | undefined => {
  const { text, rowsOf } = nestText(body, space, slotOf)
  const names = Object.keys(rowsOf)
  const make = compileText(['F', ...names], `return (M) => {\n${text}\n}`)
  return make?.(mathematics, ...names.map((name) => rowsOf[name])) as Run | undefined
}
