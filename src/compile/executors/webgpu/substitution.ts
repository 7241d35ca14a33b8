import type { Instruction, Place } from '../kernel-program.ts'
import { binderOf, type Binder } from './binder.ts'
import { indexText, scratchPlace } from './body-text.ts'
import { positionLines } from './element-nest.ts'
import { kernelOf, lanes, type Kernel } from './kernel.ts'
import { requireOrder } from './matrix-order.ts'
import type { Site } from './site.ts'

/*
 * X of TX = B for triangles T of order n, a workgroup for each tile of columns of each matrix. The right-hand sides become
 * the solution in their place, row by row: of row i each invocation takes its multiple from the rows that are still to
 * come, so that there is one barrier for a row. Rows are divided by their pivots at the end, and until then wherever they
 * are used.
 */

type Routine = Extract<Instruction, { readonly kind: 'routine' }>

/** A triangle: the index of its element (i, k) within the matrices that begin at `at`. */
interface Triangle {
  readonly element: (i: string, k: string) => string
  readonly isLower: boolean
  readonly isUnit: boolean
}

/** Rows that are solved for, read and written at row `r` and column `c`. */
interface Rows {
  readonly read: (r: string) => string
  readonly write: (r: string, value: string) => string
}

const substituteLines = (
  n: number,
  high: number,
  { element, isLower, isUnit }: Triangle,
  { read, write }: Rows,
): readonly string[] => {
  const divided = (i: string): string => (isUnit ? read(i) : `(${read(i)} / ${element(i, i)})`)
  return [
    `for (var step = 0; step < ${String(n)}; step++) {`,
    `let i = ${isLower ? 'step' : `${String(n - 1)} - step`};`,
    'storageBarrier();',
    'if (isLive) {',
    `let x = ${divided('i')};`,
    isLower
      ? `for (var k = i + 1 + down; k < ${String(n)}; k += ${String(high)}) {`
      : `for (var k = i - 1 - down; k >= 0; k -= ${String(high)}) {`,
    write('k', `fma(-${element('k', 'i')}, x, ${read('k')})`),
    '}',
    '}',
    '}',
    'storageBarrier();',
    ...(isUnit
      ? []
      : ['if (isLive) {', ...eachRow(n, high, [write('r', divided('r'))]), '}', 'storageBarrier();']),
  ]
}

/** Lines for the rows of an invocation. */
const eachRow = (n: number, high: number, lines: readonly string[]): readonly string[] => [
  `for (var r = down; r < ${String(n)}; r += ${String(high)}) {`,
  ...lines,
  '}',
]

/** Lines that leave whether a diagonal has an exact zero. */
const singularLines = (n: number, diagonal: string): readonly string[] => [
  'var isBad = false;',
  `for (var r = 0; r < ${String(n)}; r++) { isBad = isBad || isZero(${diagonal}); }`,
]

/** How the columns of right-hand sides are divided. */
const layoutOf = (m: number) => {
  const across = Math.min(32, 2 ** Math.ceil(Math.log2(Math.max(1, m))))
  const tiles = Math.ceil(m / across)
  return {
    high: lanes / across,
    tiles,
    lines: (batch: number): readonly string[] => [
      ...positionLines('group', [batch, tiles], ['b', 'tile']),
      `let c = tile * ${String(across)} + lane % ${String(across)};`,
      `let down = lane / ${String(across)};`,
      `let isLive = c < ${String(m)};`,
    ],
  }
}

/** Rows of `[batch, n, m]` in a place. */
const rowsIn = (binder: Binder, place: Place, n: number, m: number): Rows => {
  const index = (r: string): string =>
    indexText(place.offset, [
      ['b', n * m],
      [r, m],
      ['c', 1],
    ])
  return {
    read: (r) => binder.load(place, 'float32', index(r)),
    write: (r, value) => binder.store(place, 'float32', index(r), value),
  }
}

/** Element (i, k) of matrices of n columns and `rows` rows. */
const elementIn =
  (binder: Binder, place: Place, rows: number, n: number, isTurned: boolean) =>
  (i: string, k: string): string =>
    binder.load(
      place,
      'float32',
      indexText(place.offset, [
        ['b', rows * n],
        [isTurned ? k : i, n],
        [isTurned ? i : k, 1],
      ]),
    )

export const triangularSolveKernels = (site: Site, { sizes, reads, out }: Routine): readonly Kernel[] => {
  const [batch, n, m, lower, transposed, unit] = sizes as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (batch * n * m === 0) return []
  requireOrder(site, 'triangularSolve', n)
  const [a, given] = reads as readonly [Place, Place]
  const binder = binderOf(site.placementOf)
  const { high, tiles, lines } = layoutOf(m)
  const element = elementIn(binder, a, n, n, transposed === 1)
  const rows = rowsIn(binder, out, n, m)
  const isUnit = unit === 1
  return [
    kernelOf(binder, {
      workgroups: batch * tiles,
      lines: [
        ...lines(batch),
        ...(isUnit ? [] : singularLines(n, element('r', 'r'))),
        'if (isLive) {',
        ...eachRow(n, high, [rows.write('r', rowsIn(binder, given, n, m).read('r'))]),
        '}',
        ...substituteLines(n, high, { element, isLower: lower !== transposed, isUnit }, rows),
        ...(isUnit
          ? []
          : ['if (isBad && isLive) {', ...eachRow(n, high, [rows.write('r', 'notANumber()')]), '}']),
      ],
    }),
  ]
}

/** The solution by factors, as `solve` reads them. */
export const solveKernels = (site: Site, { sizes, reads, out }: Routine): readonly Kernel[] => {
  const [batch, n, m, transposed] = sizes as readonly [number, number, number, number]
  if (batch * n * m === 0) return []
  requireOrder(site, 'solve', n)
  const [, factors, given] = reads as readonly [Place, Place, Place]
  const binder = binderOf(site.placementOf)
  const { high, tiles, lines } = layoutOf(m)
  const isTurned = transposed === 1
  const element = elementIn(binder, factors, n + 1, n, isTurned)
  const order = elementIn(binder, factors, n + 1, n, false)(String(n), 'r')
  const [known, result] = [rowsIn(binder, given, n, m), rowsIn(binder, out, n, m)]
  if (isTurned) site.useScratch(4 * batch * n * m)
  const rows = isTurned ? rowsIn(binder, scratchPlace(site, 'float32', 0), n, m) : result
  const triangles: readonly Triangle[] = [
    { element, isLower: true, isUnit: !isTurned },
    { element, isLower: false, isUnit: isTurned },
  ]
  return [
    kernelOf(binder, {
      workgroups: batch * tiles,
      lines: [
        ...lines(batch),
        ...singularLines(n, element('r', 'r')),
        `for (var r = 0; r < ${String(n)}; r++) {`,
        `let row = ${order};`,
        `isBad = isBad || isNan(row) || row < 0f || row >= ${String(n)}f || floor(row) != row;`,
        '}',
        'if (isLive) {',
        ...eachRow(n, high, [rows.write('r', known.read(isTurned ? 'r' : `i32(${order})`))]),
        '}',
        ...triangles.flatMap((triangle) => substituteLines(n, high, triangle, rows)),
        'if (isLive) {',
        ...(isTurned ? eachRow(n, high, [result.write(`i32(${order})`, rows.read('r'))]) : []),
        '}',
        'storageBarrier();',
        'if (isBad && isLive) {',
        ...eachRow(n, high, [result.write('r', 'notANumber()')]),
        '}',
      ],
    }),
  ]
}
