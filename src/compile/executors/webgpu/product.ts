import { sizeOf } from '../../../core/tensor/shape.ts'
import {
  factorDType,
  type MatmulInstruction,
  type Nest,
  type NestBody,
  type Step,
  type StridedPlace,
} from '../kernel-program.ts'
import { isReduction } from '../typescript/nest.ts'
import { binderOf, type Binder } from './binder.ts'
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
import { kernelOf, type Kernel } from './kernel.ts'
import { nestKernels, reducingNest } from './reducing-nest.ts'
import { requireDType, type Site } from './site.ts'
import { stepText } from './step-text.ts'

/*
 * Products in tiles. A workgroup of 16 · 16 invocations computes a square tile of c, each invocation `each` · `each` of its
 * elements, in vectors of `wide` along the columns. For a slice of `depth` values of k at a time, the tile's rows of a and
 * columns of b are brought into the memory of the workgroup, every invocation one vector of each:
 *
 *   c 64 · 64, each 4, wide 4, depth 16:  slice of a [16 k][16 vectors of 4 rows], of b [16 k][16 vectors of 4 columns]
 *   invocation (down 2, along 5) has rows 8 … 11 and columns 20 … 23, four vectors of sums
 *
 * A slice is on its way from memory while the one before it is multiplied. Vector v of the slice's position p lies at
 * v xor p, since neighbours write the same v at positions one after another, which would wait for the same bank. What lies
 * outside of the factors is asked for only where tiles reach beyond them. Every element is summed in ascending order of k.
 */
interface Tile {
  readonly side: number
  readonly each: number
  readonly wide: number
  readonly depth: number
  /** As many workgroups keep a device busy: with the largest tile, one that is large itself. */
  readonly enough: number
}

const tiles: readonly Tile[] = [
  { side: 128, each: 8, wide: 4, depth: 8, enough: 128 },
  { side: 64, each: 4, wide: 4, depth: 16, enough: 48 },
  { side: 32, each: 2, wide: 2, depth: 16, enough: 48 },
  { side: 16, each: 1, wide: 1, depth: 16, enough: 48 },
]

const countOf = ({ outer, m, n }: MatmulInstruction, { side }: Tile): number =>
  sizeOf(outer) * Math.ceil(m / side) * Math.ceil(n / side)

/** The largest tile of which there are enough, and of which no more lies outside than inside. */
const tileFor = (product: MatmulInstruction): Tile =>
  tiles.find(
    (tile) =>
      countOf(product, tile) >= tile.enough &&
      countOf(product, tile) * tile.side ** 2 <= 2 * sizeOf(product.outer) * product.m * product.n,
  ) ?? tiles[tiles.length - 1]!

const vectorType = (wide: number): string => (wide === 1 ? 'f32' : `vec${String(wide)}<f32>`)

/** A product whose factor a may lie on no strides: a function `elementOfA(o0, row, at)` that reads it is declared then. */
export interface Product extends MatmulInstruction {
  readonly readerOfA?: (binder: Binder) => string
}

const factors = ['a', 'b'] as const

/** How a product is written. */
interface Plan {
  readonly tile: Tile
  /** Parts of k, each of `depth` values, and the place of the partial products where there are several. */
  readonly parts: number
  readonly partDepth: number
}

/** Which vector of a slice an invocation brings: neighbours read neighbouring elements, if any do. */
const broughtBy = (product: Product, { tile }: Plan, factor: 'a' | 'b'): readonly [string, string] => {
  const { rowStride, columnStride } = product[factor]
  const [across, along] = factor === 'a' ? [rowStride, columnStride] : [columnStride, rowStride]
  const [depth, vectors] = [String(tile.depth), String(tile.side / tile.wide)]
  return Math.abs(along) <= Math.abs(across)
    ? [`lane % ${depth}`, `lane / ${depth}`]
    : [`lane / ${vectors}`, `lane % ${vectors}`]
}

/** The function that reads an invocation's vector of the slice from `start` on: elements that lie across k, zero outside. */
const bringFunction = ({ binder }: BodyWriter, product: Product, plan: Plan, factor: 'a' | 'b'): string => {
  const { side, wide, depth } = plan.tile
  const { outer, m, n, k } = product
  const { place, outerStrides, rowStride, columnStride } = product[factor]
  const [size, across, along] = factor === 'a' ? [m, rowStride, columnStride] : [n, columnStride, rowStride]
  const [position, vector] = broughtBy(product, plan, factor)
  const elements = Array.from({ length: wide }, (_, i) => {
    const index = indexText(place.offset, [
      ...outer.map((_, axis) => [`o${String(axis)}`, outerStrides[axis]!] as const),
      [`(first + ${String(i)})`, across],
      ['at', along],
    ])
    const own = factorDType(product, product[factor])
    const number = (): string => stepText('cast', 'float32', own, [binder.load(place, own, index)])!
    const read =
      factor === 'a' && product.readerOfA !== undefined
        ? `elementOfA(o0, first + ${String(i)}, at)`
        : product.factors === 'bfloat16'
          ? `bfloat16Factor(${number()})`
          : number()
    const inside = [
      ...(k % depth === 0 ? [] : ['at < last']),
      ...(size % side === 0 ? [] : [`first + ${String(i)} < ${String(size)}`]),
    ].join(' && ')
    const take = `x${wide === 1 ? '' : `[${String(i)}]`} = ${read};`
    return inside === '' ? take : `if (${inside}) { ${take} }`
  })
  return [
    `fn bring_${factor}(${outer.map((_, axis) => `o${String(axis)}: i32, `).join('')}origin: i32, start: i32, last: i32, lane: i32) -> ${vectorType(wide)} {`,
    `let at = start + ${position};`,
    `let first = origin + (${vector}) * ${String(wide)};`,
    `var x = ${vectorType(wide)}();`,
    ...(k === 0 ? [] : elements),
    'return x;',
    '}',
  ].join('\n')
}

/** Where vector v of position p lies in a slice. */
const inSlice = ({ side, wide }: Tile, position: string, vector: string): string =>
  `${position} * ${String(side / wide)} + (${vector} ^ ${position})`

/** The sums of an invocation: `each` rows of vectors, those behind the 64th row or column in a second group. */
const sumNames = ({ each, wide }: Tile): readonly (readonly string[])[] =>
  Array.from({ length: each }, (_, i) =>
    Array.from({ length: each / wide }, (__, j) => `s${String(i)}_${String(j)}`),
  )

const multiplyLines = ({ tile }: Plan): readonly string[] => {
  const { each, wide, depth } = tile
  const groups = each / wide
  // Of 16 vectors p exchanges some with others.
  const vector = (slice: string, invocation: string, group: number): string =>
    `slice_${slice}[${inSlice(tile, 'p', invocation)}${group === 0 ? '' : ` + ${String(16 * group)}`}]`
  const groupNumbers = Array.from({ length: groups }, (_, g) => g)
  return [
    `for (var p = 0; p < ${String(depth)}; p++) {`,
    ...groupNumbers.map((g) => `let a${String(g)} = ${vector('a', 'down', g)};`),
    ...groupNumbers.map((g) => `let b${String(g)} = ${vector('b', 'along', g)};`),
    ...sumNames(tile).flatMap((row, i) => {
      const a = `a${String(Math.floor(i / wide))}${wide === 1 ? '' : `[${String(i % wide)}]`}`
      return row.map((sum, j) => `${sum} = fma(${vectorType(wide)}(${a}), b${String(j)}, ${sum});`)
    }),
    '}',
  ]
}

/** What happens to each sum: the function `finish` takes its row and its column. */
const finishLines = ({ tile }: Plan, outer: readonly number[]): readonly string[] => {
  const { each, wide } = tile
  const position = (i: number, origin: string, invocation: string): string =>
    `${origin} + ${invocation} * ${String(wide)} + ${String((i % wide) + 16 * wide * Math.floor(i / wide))}`
  const names = sumNames(tile)
  const before = outer.map((_, k) => `o${String(k)}, `).join('')
  return Array.from({ length: each }, (_, i) =>
    Array.from({ length: each }, (__, j) => {
      const sum = names[i]![Math.floor(j / wide)]!
      const element = wide === 1 ? sum : `${sum}[${String(j % wide)}]`
      return `finish(${before}part, ${position(i, 'top', 'down')}, ${position(j, 'left', 'along')}, ${element});`
    }),
  ).flat()
}

/** Whether two views are the same elements. */
const isSame = (a: StridedPlace, b: StridedPlace): boolean =>
  a.place.space === b.place.space &&
  a.place.offset === b.place.offset &&
  a.rowStride === b.rowStride &&
  a.columnStride === b.columnStride &&
  a.outerStrides.every((stride, k) => stride === b.outerStrides[k])

/** The function that stores an element of the product and does the rest of the work on it. */
const finishFunction = (
  writer: BodyWriter,
  { outer, m, n, c }: MatmulInstruction,
  epilogue: NestBody | undefined,
): string => {
  const { binder, body } = writer
  const stores = epilogue?.stores ?? []
  const needed = neededBy(
    body,
    stores.map(({ register }) => register),
  )
  const registers = [...needed].filter((r) => r > 0).sort((a, b) => a - b)
  const isReplaced = stores.some((store) => isSame(store, c))
  return [
    `fn finish(${outer.map((_, k) => `o${String(k)}: i32, `).join('')}part: i32, r: i32, c: i32, r0: f32) {`,
    `if (r >= ${String(m)} || c >= ${String(n)}) { return; }`,
    ...registers.map((r) => registerLine(writer, r, placeText)),
    ...(isReplaced ? [] : [binder.store(c.place, 'float32', placeText(c, 'full'), 'r0')]),
    ...stores.map((store) => storeLine(writer, store.register, store, placeText)),
    '}',
  ].join('\n')
}

/** The function that stores an element of a part of the product. */
const partialFunction = (
  { binder }: BodyWriter,
  { outer, m, n }: MatmulInstruction,
  { place, outerStrides }: StridedPlace,
): string => {
  const index = indexText(place.offset, [
    ...outer.map((_, axis) => [`o${String(axis)}`, outerStrides[axis]!] as const),
    ['part', m * n],
    ['r', n],
    ['c', 1],
  ])
  return [
    `fn finish(${outer.map((_, axis) => `o${String(axis)}: i32, `).join('')}part: i32, r: i32, c: i32, x: f32) {`,
    `if (r >= ${String(m)} || c >= ${String(n)}) { return; }`,
    binder.store(place, 'float32', index, 'x'),
    '}',
  ].join('\n')
}

/** The sums over one slice after another. */
const sliceLines = (product: Product, plan: Plan): readonly string[] => {
  const { tile, partDepth } = plan
  const depth = String(tile.depth)
  const before = product.outer.map((_, axis) => `o${String(axis)}, `).join('')
  const bring = (start: string): string =>
    `next_a = bring_a(${before}top, ${start}, last, lane); next_b = bring_b(${before}left, ${start}, last, lane);`
  return [
    ...factors.flatMap((factor) => {
      const [position, vector] = broughtBy(product, plan, factor)
      return [
        `let position_${factor} = ${position};`,
        `let vector_${factor} = ${vector};`,
        `var next_${factor} = ${vectorType(tile.wide)}();`,
      ]
    }),
    `let begin = part * ${String(partDepth)};`,
    `if (begin < last) { ${bring('begin')} }`,
    `for (var start = begin; start < last; start += ${depth}) {`,
    ...factors.map(
      (factor) =>
        `slice_${factor}[${inSlice(tile, `position_${factor}`, `vector_${factor}`)}] = next_${factor};`,
    ),
    'workgroupBarrier();',
    `if (start + ${depth} < last) { ${bring(`start + ${depth}`)} }`,
    ...multiplyLines(plan),
    'workgroupBarrier();',
    '}',
  ]
}

const tiledKernel = (
  site: Site,
  product: Product,
  plan: Plan,
  epilogue: NestBody | undefined,
  partial: StridedPlace | undefined,
): Kernel => {
  const binder = binderOf(site.placementOf)
  const { outer, m, n, k, c } = product
  const { tile, parts, partDepth } = plan
  const { side, wide, depth } = tile
  const body: NestBody = epilogue ?? {
    loads: [{ ...c, dtype: 'float32', extent: 'full' }],
    steps: [],
    stores: [],
    accumulations: [],
  }
  const writer: BodyWriter = { site, binder, body }
  const [across, high] = [Math.ceil(n / side), Math.ceil(m / side)]
  const type = vectorType(wide)
  const lines = [
    'let along = lane % 16;',
    'let down = lane / 16;',
    ...positionLines(
      'group',
      [...outer, parts, high, across],
      [...outer.map((_, axis) => `o${String(axis)}`), 'part', 'high', 'wide'],
    ),
    `let top = high * ${String(side)};`,
    `let left = wide * ${String(side)};`,
    `let last = min(${String(k)}, (part + 1) * ${String(partDepth)});`,
    ...sumNames(tile).flatMap((row) => row.map((sum) => `var ${sum}: ${type};`)),
    ...sliceLines(product, plan),
    ...finishLines(plan, outer),
  ]
  const vectors = (depth * side) / wide
  return kernelOf(binder, {
    declarations: [
      `var<workgroup> slice_a: array<${type}, ${String(vectors)}>;`,
      `var<workgroup> slice_b: array<${type}, ${String(vectors)}>;`,
      ...(product.readerOfA === undefined ? [] : [product.readerOfA(binder)]),
      ...factors.map((factor) => bringFunction(writer, product, plan, factor)),
      partial === undefined
        ? finishFunction(writer, product, epilogue)
        : partialFunction(writer, product, partial),
    ],
    lines,
    workgroups: sizeOf(outer) * parts * high * across,
  })
}

/** A product whose result is few elements, each of many: partial products of parts of k, added up in their order. */
const splitProduct = (site: Site, product: Product, parts: number): readonly Kernel[] => {
  const { outer, m, n, k, c } = product
  const tile = tileFor(product)
  const partDepth = Math.ceil(k / parts / tile.depth) * tile.depth
  const count = Math.ceil(k / partDepth)
  site.useScratch(sizeOf(outer) * count * m * n * 4)
  const place = scratchPlace(site, 'float32', 0)
  const outerStrides = outer.map((_, axis) => sizeOf(outer.slice(axis + 1)) * count * m * n)
  const partial: StridedPlace = { place, outerStrides, rowStride: n, columnStride: 1 }
  const adding: Nest = {
    kind: 'nest',
    outer: [...outer, m],
    rows: count,
    columns: n,
    loads: [
      {
        dtype: 'float32',
        extent: 'full',
        place,
        outerStrides: [...outerStrides, n],
        rowStride: m * n,
        columnStride: 1,
      },
    ],
    steps: [],
    stores: [],
    accumulations: [
      {
        register: 0,
        reduction: 'sum',
        over: 'rows',
        place: c.place,
        outerStrides: [...c.outerStrides, c.rowStride],
        columnStride: 1,
      },
    ],
  }
  return [
    tiledKernel(site, product, { tile, parts: count, partDepth }, undefined, partial),
    ...reducingNest(site, adding, adding, true),
  ]
}

/** A product with one row or one column: a nest that multiplies and adds up. */
const thinProduct = (site: Site, product: MatmulInstruction): readonly Kernel[] => {
  const { outer, m, n, k, a, b, c } = product
  const isColumn = n === 1
  const [matrix, vector] = isColumn ? [a, b] : [b, a]
  const length = isColumn ? m : n
  const [inMatrix, alongMatrix] = isColumn
    ? [matrix.rowStride, matrix.columnStride]
    : [matrix.columnStride, matrix.rowStride]
  const alongVector = isColumn ? vector.rowStride : vector.columnStride
  const outStride = isColumn ? c.rowStride : 1
  const ofMatrix = { ...matrix, dtype: factorDType(product, matrix), extent: 'full' } as const
  const ofVector = { ...vector, dtype: factorDType(product, vector) } as const
  // Neighbours along k are read by neighbours of the workgroup where they lie next to each other.
  const isAcross = length === 1 || Math.abs(alongMatrix) > Math.abs(inMatrix)
  const extent = isAcross ? 'row' : 'full'
  const widened = (register: number, over: 'full' | 'row'): Step => ({
    operation: 'cast',
    dtype: 'float32',
    extent: over,
    inputs: [register],
  })
  // Registers 2 and 3 are the factors, 4 is their product.
  const terms: readonly Step[] = [
    widened(0, 'full'),
    widened(1, extent),
    { operation: 'mul', dtype: 'float32', extent: 'full', inputs: [2, 3] },
  ]
  const sums = { kind: 'nest', outer } as const
  const accumulation = {
    register: 4,
    reduction: 'sum',
    place: c.place,
    outerStrides: c.outerStrides,
  } as const
  const nest: Nest = isAcross
    ? {
        ...sums,
        rows: k,
        columns: length,
        loads: [
          { ...ofMatrix, rowStride: alongMatrix, columnStride: inMatrix },
          { ...ofVector, extent, rowStride: alongVector, columnStride: 0 },
        ],
        steps: terms,
        stores: [],
        accumulations: [
          length === 1
            ? { ...accumulation, over: 'all', columnStride: 0 }
            : { ...accumulation, over: 'rows', columnStride: outStride },
        ],
      }
    : {
        ...sums,
        rows: length,
        columns: k,
        loads: [
          { ...ofMatrix, rowStride: inMatrix, columnStride: alongMatrix },
          { ...ofVector, extent, rowStride: 0, columnStride: alongVector },
        ],
        steps: [...terms, { operation: 'rowSum', dtype: 'float32', extent: 'row', inputs: [4] }],
        stores: [
          {
            register: 5,
            place: c.place,
            outerStrides: c.outerStrides,
            rowStride: outStride,
            columnStride: 0,
          },
        ],
        accumulations: [],
      }
  return reducingNest(site, nest, nest)
}

/** How many parts k is taken in. */
const partsOf = (product: MatmulInstruction): number =>
  product.k < 2048
    ? 1
    : Math.max(1, Math.min(Math.floor(product.k / 256), Math.floor(64 / countOf(product, tileFor(product)))))

/** What an epilogue does element by element, which is done with the product, and what is done after it. */
const fusedPart = (epilogue: NestBody): NestBody | undefined => {
  const { steps, accumulations } = epilogue
  return accumulations.length === 0 && !steps.some(({ operation }) => isReduction(operation))
    ? {
        ...epilogue,
        stores: epilogue.stores.filter(({ register }) => registerOf(epilogue, register).extent === 'full'),
      }
    : undefined
}

/** A product and the work on its elements. */
export const productKernels = (site: Site, product: Product): readonly Kernel[] => {
  requireDType(site, product.dtype)
  const { outer, m, n, k, epilogue } = product
  const space = { outer, rows: m, columns: n }
  if (sizeOf(outer) * m * n === 0) return epilogue === undefined ? [] : nestKernels(site, epilogue, space)
  const parts = partsOf(product)
  // A nest has no step that rounds a factor.
  const isThin = (m === 1 || n === 1) && product.readerOfA === undefined && product.factors !== 'bfloat16'
  if (isThin || parts > 1)
    return [
      ...(isThin ? thinProduct(site, product) : splitProduct(site, product, parts)),
      ...(epilogue === undefined ? [] : nestKernels(site, epilogue, space)),
    ]
  const fused = epilogue === undefined ? undefined : fusedPart(epilogue)
  const narrow =
    epilogue === undefined || fused === undefined
      ? undefined
      : { ...epilogue, stores: epilogue.stores.filter((store) => !fused.stores.includes(store)) }
  return [
    tiledKernel(site, product, { tile: tileFor(product), parts: 1, partDepth: k }, fused, undefined),
    ...(epilogue === undefined
      ? []
      : narrow === undefined
        ? nestKernels(site, epilogue, space)
        : elementNest(site, narrow, space)),
  ]
}
