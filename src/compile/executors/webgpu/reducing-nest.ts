import { sizeOf } from '../../../core/tensor/shape.ts'
import { bytesOf, type DType } from '../../../core/tensor/dtype.ts'
import type { Accumulation, Nest, NestBody } from '../kernel-program.ts'
import { isReduction, levelsOf, reductionOf, type Space } from '../typescript/nest.ts'
import { binderOf } from './binder.ts'
import {
  indexText,
  neededBy,
  placeText,
  registerLine,
  registerOf,
  scratchPlace,
  storeLine,
  type BodyWriter,
} from './body-text.ts'
import { elementNest, positionLines } from './element-nest.ts'
import { kernelOf, lanes, type Kernel } from './kernel.ts'
import { initialText, registerType } from './register-type.ts'
import type { Site } from './site.ts'
import { foldText } from './step-text.ts'
import { foldingLines } from './workgroup-fold.ts'

/*
 * Nests that reduce. The 256 invocations of a workgroup are `across` next to each other along the columns and
 * 256 / across along the rows; a workgroup takes a block of rows and, where no row is reduced, a tile of columns. Each
 * invocation folds its own elements in ascending order; then the invocations of a workgroup are folded. What several
 * workgroups accumulated is folded by a second dispatch. So the order is always the same.
 *
 * softmax of [64, 10]: 4 across, 64 rows at a time, one workgroup; the column sums of [4096, 40]: 32 across, 8 rows at a
 * time, 2 tiles of columns, 4096 / 8 / 32 = 16 blocks of rows, and 16 partial sums for each column to fold.
 */

/** How a nest is divided. */
interface Layout {
  /** Invocations along the columns, and rows at a time. */
  readonly across: number
  readonly high: number
  /** Columns of an invocation, and tiles of columns. */
  readonly each: number
  readonly tiles: number
  /** Times that rows are taken, in all and by a workgroup; blocks of rows. */
  readonly turns: number
  readonly turnsPerBlock: number
  readonly blocks: number
}

const powerAbove = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(n, 1)))

/** Elements that a workgroup accumulates, where there are many. */
const elementsPerBlock = 8192

const acrossOf = (columns: number, reduces: boolean, overRows: boolean): number =>
  reduces
    ? Math.min(lanes, powerAbove(Math.ceil(columns / 4)))
    : Math.min(overRows ? 32 : lanes, powerAbove(columns))

const layoutOf = ({ loads, steps, accumulations }: NestBody, space: Space, isWhole: boolean): Layout => {
  const { rows, columns } = space
  const outer = sizeOf(space.outer)
  const reduces = steps.some(({ operation }) => isReduction(operation)) && loads.length > 0
  const overRows = accumulations.some(({ over }) => over === 'rows')
  const across = acrossOf(columns, reduces, overRows)
  const all = Math.ceil(columns / across)
  const each = reduces || (isWhole && !overRows) ? all : Math.min(overRows ? 1 : 16, all)
  const tiles = reduces ? 1 : Math.max(1, Math.ceil(all / Math.max(each, 1)))
  const high = lanes / across
  const turns = Math.ceil(rows / high)
  if (accumulations.length === 0) return { across, high, each, tiles, turns, turnsPerBlock: 1, blocks: turns }
  const elements = high * Math.max(1, Math.min(columns, across * each))
  const mostBlocks = isWhole ? 1 : Math.max(1, Math.min(256, Math.floor(2048 / Math.max(1, outer * tiles))))
  const turnsPerBlock = Math.max(1, Math.ceil(elementsPerBlock / elements), Math.ceil(turns / mostBlocks))
  return {
    across,
    high,
    each,
    tiles,
    turns,
    turnsPerBlock,
    blocks: Math.max(1, Math.ceil(turns / turnsPerBlock)),
  }
}

interface Draft extends BodyWriter {
  readonly space: Space
  readonly layout: Layout
  readonly levels: readonly number[]
  readonly needed: ReadonlySet<number>
  readonly shared: Set<string>
}

const isFull = ({ body }: Draft, r: number): boolean => registerOf(body, r).extent === 'full'

const isReductionAt = ({ body }: Draft, r: number): boolean => {
  const step = body.steps[r - body.loads.length]
  return step !== undefined && isReduction(step.operation)
}

const sharedNameOf = (type: string): string => (type === 'vec2<u32>' ? 'shared_wide' : `shared_${type}`)

const sharedName = ({ shared }: Draft, dtype: DType): string => {
  const type = dtype === 'bool' ? 'u32' : registerType(dtype)
  shared.add(type)
  return sharedNameOf(type)
}

/** Folds the values of the workgroup, one of each invocation, over its columns, its rows or over all. */
const treeLines = (
  draft: Draft,
  over: 'columns' | 'rows' | 'all',
  reduction: 'sum' | 'max',
  dtype: DType,
  value: string,
  result: string,
): readonly string[] => {
  const { across } = draft.layout
  const isBool = dtype === 'bool'
  const group = {
    columns: { stride: 1, span: across, first: 'lane - across' },
    rows: { stride: across, span: lanes, first: 'across' },
    all: { stride: 1, span: lanes, first: '0' },
  }[over]
  const found = isBool ? `${result}_word` : result
  return [
    ...foldingLines(draft.site.hasSubgroups, {
      ...group,
      value: isBool ? `u32(${value})` : value,
      result: found,
      shared: sharedName(draft, dtype),
      fold: (a, b) => foldText(reduction, isBool ? 'uint32' : dtype, a, b),
    }),
    ...(isBool ? [`let ${result} = ${found} != 0u;`] : []),
  ]
}

/** Lines for each column of an invocation; `k` numbers them. */
const columnLoop = ({ layout, space }: Draft, lines: readonly string[]): readonly string[] => {
  const { across, each, tiles } = layout
  if (lines.length === 0 || each === 0) return []
  const first = tiles === 1 ? 'across' : `tile * ${String(across * each)} + across`
  return each === 1
    ? ['{', 'let k = 0;', `let c = ${first};`, `if (c < ${String(space.columns)}) {`, ...lines, '}', '}']
    : [
        `for (var k = 0; k < ${String(each)}; k++) {`,
        `let c = ${first} + k * ${String(across)};`,
        `if (c >= ${String(space.columns)}) { break; }`,
        ...lines,
        '}',
      ]
}

/** The registers with an element for each column that some are computed of, in their order. */
const fullLines = (draft: Draft, roots: readonly number[]): readonly string[] => {
  const { body } = draft
  const found = new Set<number>()
  const add = (r: number): void => {
    if (!isFull(draft, r) || isReductionAt(draft, r) || found.has(r)) return
    body.steps[r - body.loads.length]?.inputs.forEach(add)
    found.add(r)
  }
  roots.forEach(add)
  return [...found].sort((a, b) => a - b).map((r) => registerLine(draft, r, placeText))
}

/**
 * A total that grows by one value at a time. Float sums of many are made of sums of 32, so that an error grows with
 * fewer additions.
 */
const totalOf = (
  name: string,
  reduction: 'sum' | 'max',
  dtype: DType,
  length: number,
  counted: { readonly by: string; readonly times: number },
) => {
  const initial = initialText(reduction, dtype)
  const type = registerType(dtype)
  const isSplit = type === 'f32' && reduction === 'sum' && counted.times > 64
  const names = isSplit ? [name, `${name}part`] : [name]
  const at = length === 1 ? '' : '[k]'
  const last = names[names.length - 1]!
  return {
    declare:
      length === 1
        ? names.map((each) => `var ${each}: ${type} = ${initial};`)
        : [
            ...names.map((each) => `var ${each}: array<${type}, ${String(length)}>;`),
            `for (var k = 0; k < ${String(length)}; k++) { ${names.map((each) => `${each}[k] = ${initial};`).join(' ')} }`,
          ],
    add: (x: string): readonly string[] => [
      `${last}${at} = ${foldText(reduction, dtype, `${last}${at}`, x)};`,
      ...(isSplit
        ? [
            `if ((${counted.by} & 31) == 31) { ${name}${at} = ${name}${at} + ${last}${at}; ${last}${at} = 0f; }`,
          ]
        : []),
    ],
    value: (index: string): string => {
      const place = length === 1 ? '' : `[${index}]`
      return isSplit ? `(${name}${place} + ${last}${place})` : `${name}${place}`
    },
  }
}

/** The reductions that a pass over the columns of a row completes. */
const reductionLines = (draft: Draft, level: number) => {
  const { body, levels, needed, layout } = draft
  const registers = [...needed].filter((r) => {
    const step = body.steps[r - body.loads.length]
    return step !== undefined && isReduction(step.operation) && levels[step.inputs[0]!] === level
  })
  const each = registers.map((r) => {
    const { operation, dtype, inputs } = body.steps[r - body.loads.length]!
    const reduction = reductionOf(operation)
    const total = totalOf(`t${String(r)}`, reduction, dtype, 1, { by: 'k', times: layout.each })
    return {
      input: inputs[0]!,
      before: total.declare,
      add: total.add(`r${String(inputs[0])}`),
      after: treeLines(draft, 'columns', reduction, dtype, total.value('0'), `r${String(r)}`),
    }
  })
  return {
    roots: each.map(({ input }) => input),
    before: each.flatMap(({ before }) => before),
    add: each.flatMap(({ add }) => add),
    after: each.flatMap(({ after }) => after),
  }
}

const accumulationTotal = (draft: Draft, { register, reduction, over }: Accumulation, i: number) =>
  totalOf(
    `a${String(i)}`,
    reduction,
    registerOf(draft.body, register).dtype,
    over === 'rows' ? Math.max(1, draft.layout.each) : 1,
    over === 'rows'
      ? { by: 'turn', times: draft.layout.turnsPerBlock }
      : { by: 'k', times: draft.layout.each * draft.layout.turnsPerBlock },
  )

/** The number of the last pass, in which everything is known that is stored or accumulated. */
const lastLevelOf = ({ levels, needed }: Draft): number => Math.max(0, ...[...needed].map((r) => levels[r]!))

/** The lines of one row, or of `high` rows at a time: every pass over its columns, and what is stored of it. */
const rowLines = (draft: Draft): readonly string[] => {
  const { body, levels, needed, layout } = draft
  const last = lastLevelOf(draft)
  const passes = Array.from({ length: last + 1 }, (_, level) => {
    const ofRow = [...needed]
      .filter((r) => !isFull(draft, r) && !isReductionAt(draft, r) && levels[r] === level)
      .filter((r) => registerOf(body, r).extent === 'row')
      .sort((a, b) => a - b)
      .map((r) => registerLine(draft, r, placeText))
    const reductions = reductionLines(draft, level)
    const isLast = level === last
    const stores = isLast ? body.stores.filter(({ register }) => isFull(draft, register)) : []
    const accumulated = isLast ? body.accumulations : []
    const results = [
      ...stores.map((store) => storeLine(draft, store.register, store, placeText)),
      ...accumulated.flatMap((accumulation, i) =>
        accumulationTotal(draft, accumulation, i).add(`r${String(accumulation.register)}`),
      ),
    ]
    const roots = [...stores, ...accumulated].map(({ register }) => register)
    const guarded = results.length === 0 ? [] : ['if (isLive) {', ...results, '}']
    return [
      ...ofRow,
      ...reductions.before,
      ...columnLoop(draft, [
        ...(reductions.roots.length + roots.length === 0
          ? []
          : fullLines(draft, [...reductions.roots, ...roots])),
        ...reductions.add,
        ...guarded,
      ]),
      ...reductions.after,
    ]
  }).flat()
  const narrow = body.stores.filter(
    ({ register }) => registerOf(body, register).extent === 'row' && levels[register]! > 0,
  )
  if (narrow.length === 0) return passes
  return [
    ...passes,
    ...(layout.across > 1 && body.loads.some(({ extent }) => extent === 'row') ? ['storageBarrier();'] : []),
    'if (isLive && across == 0) {',
    ...narrow.map((store) => storeLine(draft, store.register, store, placeText)),
    '}',
  ]
}

/** Where the partial totals of an accumulation lie: [outer, workgroups, columns] or [outer, workgroups]. */
interface Partial {
  readonly count: number
  readonly width: number
  readonly bytesBefore: number
}

const partialsOf = (draft: Pick<Draft, 'body' | 'space' | 'layout' | 'site'>): readonly Partial[] => {
  const { body, space, layout, site } = draft
  let bytes = 0
  const partials = body.accumulations.map(({ over, register }): Partial => {
    const count = over === 'rows' ? layout.blocks : layout.blocks * layout.tiles
    const width = over === 'rows' ? space.columns : 1
    const bytesBefore = bytes
    const size = bytesOf(registerOf(body, register).dtype)
    if (count > 1) bytes += Math.ceil((sizeOf(space.outer) * count * width * size) / 8) * 8
    return { count, width, bytesBefore }
  })
  site.useScratch(bytes)
  return partials
}

/** Writes what this workgroup accumulated, to its place or as a partial total. */
const accumulationLines = (
  draft: Draft,
  accumulation: Accumulation,
  i: number,
  partial: Partial,
): readonly string[] => {
  const { binder, body, site, space, layout } = draft
  const { reduction, over, place, outerStrides, columnStride, register } = accumulation
  const { dtype } = registerOf(body, register)
  const total = accumulationTotal(draft, accumulation, i)
  const isRows = over === 'rows'
  const isFinal = partial.count === 1
  const target = isFinal ? place : scratchPlace(site, dtype, partial.bytesBefore)
  const block = isRows || layout.tiles === 1 ? 'block' : `(block * ${String(layout.tiles)} + tile)`
  const axes: readonly (readonly [string, number])[] = isFinal
    ? [
        ...outerStrides.map((s, k) => [`o${String(k)}`, s] as const),
        ...(isRows ? [['c', columnStride] as const] : []),
      ]
    : [
        ['outer', partial.count * partial.width],
        [block, partial.width],
        ...(isRows ? [['c', 1] as const] : []),
      ]
  const write = binder.store(target, dtype, indexText(target.offset, axes), 'x')
  if (!isRows)
    return [
      '{',
      ...treeLines(draft, 'all', reduction, dtype, total.value('0'), 'x'),
      `if (lane == 0) { ${write} }`,
      '}',
    ]
  if (space.columns === 0) return []
  const first = layout.tiles === 1 ? 'across' : `tile * ${String(layout.across * layout.each)} + across`
  return [
    `for (var k = 0; k < ${String(layout.each)}; k++) {`,
    `let c = ${first} + k * ${String(layout.across)};`,
    ...treeLines(draft, 'rows', reduction, dtype, total.value('k'), 'x'),
    `if (down == 0 && c < ${String(space.columns)}) { ${write} }`,
    '}',
  ]
}

const mainLines = (draft: Draft, partials: readonly Partial[]): readonly string[] => {
  const { body, layout, space, needed, levels } = draft
  const { across, high, tiles, turns, turnsPerBlock, blocks } = layout
  const scalars = [...needed]
    .filter((r) => registerOf(body, r).extent === 'scalar' && levels[r] === 0)
    .sort((a, b) => a - b)
  return [
    `let across = lane % ${String(across)};`,
    `let down = lane / ${String(across)};`,
    ...positionLines('group', [sizeOf(space.outer), tiles, blocks], ['outer', 'tile', 'block']),
    ...positionLines(
      'outer',
      space.outer,
      space.outer.map((_, k) => `o${String(k)}`),
    ),
    ...body.accumulations.flatMap((accumulation, i) => accumulationTotal(draft, accumulation, i).declare),
    ...scalars.map((r) => registerLine(draft, r, placeText)),
    ...(turns === 0
      ? []
      : [
          `for (var turn = block * ${String(turnsPerBlock)}; turn < min((block + 1) * ${String(turnsPerBlock)}, ${String(turns)}); turn++) {`,
          `let row = turn * ${String(high)} + down;`,
          `let isLive = row < ${String(space.rows)};`,
          `let r = min(row, ${String(space.rows - 1)});`,
          ...rowLines(draft),
          '}',
        ]),
    ...body.accumulations.flatMap((accumulation, i) =>
      accumulationLines(draft, accumulation, i, partials[i]!),
    ),
  ]
}

/** The nest that folds partial totals to what an accumulation leaves. */
const foldingNest = (
  site: Site,
  body: NestBody,
  { outer }: Space,
  accumulation: Accumulation,
  { count, width, bytesBefore }: Partial,
): Nest => {
  const { register, reduction, over } = accumulation
  const { dtype } = registerOf(body, register)
  const outerStrides = outer.map((_, k) => sizeOf(outer.slice(k + 1)) * count * width)
  const place = scratchPlace(site, dtype, bytesBefore)
  return {
    kind: 'nest',
    outer,
    rows: count,
    columns: width,
    loads: [{ dtype, extent: 'full', place, outerStrides, rowStride: width, columnStride: 1 }],
    steps: [],
    stores: [],
    accumulations: [{ ...accumulation, register: 0, reduction, over }],
  }
}

/** A nest that reduces rows or accumulates; with `isWhole` no accumulation is left to a second dispatch. */
export const reducingNest = (
  site: Site,
  body: NestBody,
  space: Space,
  isWhole = false,
): readonly Kernel[] => {
  const binder = binderOf(site.placementOf)
  const levels = levelsOf(body)
  const layout = layoutOf(body, space, isWhole)
  const later = body.stores.filter(
    ({ register }) => registerOf(body, register).extent !== 'full' && levels[register] === 0,
  )
  const own = body.stores.filter((store) => !later.includes(store))
  const draft: Draft = {
    site,
    binder,
    body: { ...body, stores: own },
    space,
    layout,
    levels,
    needed: neededBy(
      body,
      [...own, ...body.accumulations].map(({ register }) => register),
    ),
    shared: new Set(),
  }
  const workgroups = sizeOf(space.outer) * layout.tiles * layout.blocks
  const partials = partialsOf(draft)
  const lines = workgroups === 0 ? [] : mainLines(draft, partials)
  const main =
    workgroups === 0 || (own.length === 0 && body.accumulations.length === 0)
      ? []
      : [
          kernelOf(binder, {
            declarations: [...draft.shared].map(
              (type) => `var<workgroup> ${sharedNameOf(type)}: array<${type}, ${String(lanes)}>;`,
            ),
            lines,
            workgroups,
          }),
        ]
  return [
    ...main,
    ...(workgroups === 0
      ? []
      : body.accumulations.flatMap((accumulation, i) => {
          const partial = partials[i]!
          if (partial.count === 1 || partial.width === 0) return []
          const folding = foldingNest(site, body, space, accumulation, partial)
          return reducingNest({ ...site, useScratch: () => undefined }, folding, folding, true)
        })),
    ...elementNest(site, { ...body, stores: later }, space),
  ]
}

/** A nest, whatever it does. */
export const nestKernels = (site: Site, body: NestBody, space: Space): readonly Kernel[] =>
  body.accumulations.length > 0 || body.steps.some(({ operation }) => isReduction(operation))
    ? reducingNest(site, body, space)
    : elementNest(site, body, space)
