import { compileText } from '../../../core/kernel/compile-text.ts'
import { allocate, type Buffer, type DType } from '../../../core/tensor/dtype.ts'
import type { NestBody, Place, StridedPlace } from '../kernel-program.ts'
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

/**
 * The loops of a nest as text: registers are local variables, so the engine compiles one fused loop. What a later
 * pass over a row reads again of an earlier one is kept in a scratch row.
 */
const nestText = (body: NestBody, { outer, rows, columns }: Space, slotOf: SlotOf) => {
  const { loads, steps, stores, accumulations } = body
  const levels = levelsOf(body)
  const dtypeOf = (r: number): DType => (r < loads.length ? loads[r]!.dtype : steps[r - loads.length]!.dtype)
  const extentOf = (r: number) => (r < loads.length ? loads[r]!.extent : steps[r - loads.length]!.extent)
  const slots = new Set<number>()
  const memory = (place: Place, dtype: DType): string => {
    const slot = slotOf(place, dtype)
    slots.add(slot)
    return `m${slot}`
  }
  const base = (place: Place, outerStrides: readonly number[]): string =>
    [place.offset, ...outerStrides.flatMap((s, k) => (s === 0 ? [] : [`o${k} * ${s}`]))].join(' + ')
  const times = (variable: string, stride: number): string =>
    stride === 0 ? '' : stride === 1 ? ` + ${variable}` : ` + ${variable} * ${stride}`

  const scratch = new Map<number, string>()
  const outerLines: string[] = []
  const rowLines: string[] = []
  const afterRow: string[] = []
  const afterRows: string[] = []
  const rowBase = new Map<StridedPlace, string>()
  const address = (place: StridedPlace): string => {
    const known = rowBase.get(place)
    if (known !== undefined) return known
    const name = `b${rowBase.size}`
    outerLines.push(`const ${name}o = ${base(place.place, place.outerStrides)}`)
    rowLines.push(`const ${name} = ${name}o${times('r', place.rowStride)}`)
    rowBase.set(place, name)
    return name
  }
  // Registers a row reduction lies before belong to a row, whatever they span.
  const ofRow = (r: number): boolean => extentOf(r) === 'row' || (extentOf(r) === 'scalar' && levels[r]! > 0)
  loads.forEach((load, i) => {
    const from = memory(load.place, load.dtype)
    if (load.extent === 'scalar')
      outerLines.push(`const r${i} = ${from}[${base(load.place, load.outerStrides)}]`)
    else if (load.extent === 'row') rowLines.push(`const r${i} = ${from}[${address(load)}]`)
    else address(load)
  })
  steps.forEach(({ operation, dtype, extent, inputs }, j) => {
    const r = loads.length + j
    if (extent === 'scalar' && !ofRow(r))
      outerLines.push(
        `const r${r} = ${stepText(
          operation,
          dtype,
          inputs.map((i) => `r${i}`),
        )}`,
      )
  })

  const fullStores = stores.filter(({ register }) => extentOf(register) === 'full')
  const wide = (r: number): number => levels[r]!
  const passes = Math.max(
    0,
    ...fullStores.map(({ register }) => wide(register)),
    ...accumulations.map(({ register }) => wide(register)),
    ...steps.flatMap(({ operation, inputs }) => (isReduction(operation) ? [wide(inputs[0]!)] : [])),
    ...steps.map((_, j) => (ofRow(loads.length + j) ? levels[loads.length + j]! : 0)),
  )
  const computedIn = new Map<number, number>()
  const passTexts: {
    readonly pass: number
    readonly lines: readonly string[]
    readonly before: readonly string[]
    readonly after: readonly string[]
  }[] = []
  for (let pass = 0; pass <= passes; pass++) {
    const before: string[] = []
    const after: string[] = []
    const lines: string[] = []
    const here = new Map<number, string>()
    steps.forEach(({ operation, dtype, inputs }, j) => {
      const r = loads.length + j
      if (ofRow(r) && levels[r] === pass && !isReduction(operation))
        before.push(
          `const r${r} = ${stepText(
            operation,
            dtype,
            inputs.map((i) => `r${i}`),
          )}`,
        )
    })
    const value = (r: number): string => {
      const known = here.get(r)
      if (known !== undefined) return known
      if (extentOf(r) !== 'full' || (r >= loads.length && isReduction(steps[r - loads.length]!.operation)))
        return `r${r}`
      const name = `r${r}`
      here.set(r, name)
      if (r < loads.length) {
        const load = loads[r]!
        lines.push(
          `const ${name} = ${memory(load.place, load.dtype)}[${address(load)}${times('c', load.columnStride)}]`,
        )
        return name
      }
      const first = computedIn.get(r)
      if (first !== undefined && first < pass) {
        scratch.set(r, `s${r}`)
        lines.push(`const ${name} = s${r}[c]`)
        return name
      }
      computedIn.set(r, pass)
      const { operation, dtype, inputs } = steps[r - loads.length]!
      const operands = inputs.map(value)
      lines.push(`const ${name} = ${stepText(operation, dtype, operands)}`, `/*keep ${r}*/`)
      return name
    }
    steps.forEach(({ operation, dtype, inputs }, j) => {
      const r = loads.length + j
      if (!isReduction(operation) || levels[inputs[0]!] !== pass) return
      const reduction = reductionOf(operation)
      before.push(`let t${r} = ${initialOf(reduction, dtype)}`)
      const x = value(inputs[0]!)
      lines.push(`t${r} = ${folded(reduction, dtype, `t${r}`, x)}`)
      after.push(`const r${r} = ${roundedText(dtype, `t${r}`)}`)
    })
    if (pass === passes) {
      const values = [...fullStores, ...accumulations].map(({ register }) => value(register))
      fullStores.forEach((store, i) => {
        lines.push(
          `${memory(store.place, dtypeOf(store.register))}[${address(store)}${times('c', store.columnStride)}] = ${values[i]!}`,
        )
      })
      accumulations.forEach(({ register, reduction, over }, i) => {
        const dtype = dtypeOf(register)
        const x = values[fullStores.length + i]!
        const total = over === 'all' ? `a${i}` : `a${i}[c]`
        lines.push(`${total} = ${folded(reduction, dtype, total, x)}`)
      })
    }
    passTexts.push({ pass, lines, before, after })
  }
  for (const { lines, before, after } of passTexts) {
    rowLines.push(...before)
    const text = lines.flatMap((line) => {
      const kept = /^\/\*keep (\d+)\*\/$/.exec(line)
      if (kept === null) return [line]
      return scratch.has(Number(kept[1])) ? [`s${kept[1]!}[c] = r${kept[1]!}`] : []
    })
    if (text.length > 0) rowLines.push(`for (let c = 0; c < ${columns}; c++) {`, ...text, '}')
    rowLines.push(...after)
  }
  stores.forEach((store) => {
    const extent = extentOf(store.register)
    if (extent === 'full') return
    const to = memory(store.place, dtypeOf(store.register))
    if (extent === 'row' || ofRow(store.register))
      afterRow.push(`${to}[${address(store)}] = r${store.register}`)
    else afterRows.push(`${to}[${base(store.place, store.outerStrides)}] = r${store.register}`)
  })
  accumulations.forEach(({ register, reduction, over, place, outerStrides, columnStride }, i) => {
    const dtype = dtypeOf(register)
    const initial = initialOf(reduction, dtype)
    const to = memory(place, dtype)
    if (over === 'all') {
      outerLines.push(`let a${i} = ${initial}`)
      afterRows.push(`${to}[${base(place, outerStrides)}] = a${i}`)
    } else {
      outerLines.push(`a${i}.fill(${initial})`, `const q${i} = ${base(place, outerStrides)}`)
      afterRows.push(
        `for (let c = 0; c < ${columns}; c++) ${to}[q${i}${times('c', columnStride)}] = a${i}[c]`,
      )
    }
  })
  const open = outer.map((n, k) => `for (let o${k} = 0; o${k} < ${n}; o${k}++) {`)
  const text = [
    ...[...slots].map((slot) => `const m${slot} = M[${slot}]`),
    ...open,
    ...outerLines,
    `for (let r = 0; r < ${rows}; r++) {`,
    ...rowLines,
    ...afterRow,
    '}',
    ...afterRows,
    ...open.map(() => '}'),
  ].join('\n')
  const rowsOf: Record<string, Buffer | Float64Array<ArrayBuffer>> = {}
  scratch.forEach((name, r) => {
    rowsOf[name] = allocate(dtypeOf(r), columns)
  })
  accumulations.forEach(({ register, over }, i) => {
    const dtype = dtypeOf(register)
    if (over === 'rows') rowsOf[`a${i}`] = allocate(dtype === 'float32' ? 'float64' : dtype, columns)
  })
  return { text, rowsOf }
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
