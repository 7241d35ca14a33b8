import { svdLayout } from '../../../core/kernel/svd.ts'
import type { Instruction } from '../kernel-program.ts'
import { binderOf } from './binder.ts'
import { scratchPlace } from './body-text.ts'
import {
  barriers,
  eachOf,
  membersOf,
  rankLines,
  rotationDeclarations,
  signLines,
  squareLine,
  sweepLines,
  turnLines,
  unitLines,
} from './jacobi-rotations.ts'
import { kernelOf, lanes, type Kernel } from './kernel.ts'
import { matricesIn, type Matrices } from './matrices.ts'
import { mostRotated, requireOrder } from './matrix-order.ts'
import type { Site } from './site.ts'

/*
 * A = U·diag(s)·Vᵀ by rotations of one side, as in `src/core/kernel/svd.ts` but without a triangular form before them, a
 * workgroup for each matrix. The columns of A, or its rows where those are fewer, are the rows of X: `flat` of them, of `tall`
 * elements. They are turned until they are perpendicular to each other, and rows of the unit matrix with them:
 *
 *   A = [3 0; 4 5]: X = (3, 4), (0, 5) → (−√(9/2), √(1/2)), (√(9/2), √(81/2)), of the lengths √5 and √45, which are s
 *
 * Each pair of a round has up to 16 invocations, which share its sums. Rows that have vanished, and those of a square factor
 * that A has not, are completed: by the unit vector that is farthest from those there are, less what it has of them, twice.
 */

type Routine = Extract<Instruction, { readonly kind: 'routine' }>

/** Rows whose squares are below this count as 0: they are 10⁻¹⁵ of the largest element or shorter. */
const negligible = '1e-30'

/** How many invocations share a pair: a power of two. */
const sharing = (pairs: number): number => Math.min(16, 2 ** Math.floor(Math.log2(lanes / pairs)))

const roundLines = (
  pairs: number,
  tall: number,
  flat: number,
  x: Matrices,
  turned: Matrices,
): readonly string[] => {
  const share = String(sharing(pairs))
  const along = (length: number, lines: readonly string[]): readonly string[] => [
    `for (var i = lane % ${share}; i < ${String(length)}; i += ${share}) {`,
    ...lines,
    '}',
  ]
  return [
    `let pair = pairOf(min(lane / ${share}, ${String(pairs - 1)}), round, ${String(2 * pairs - 1)});`,
    'var square = 0f;',
    'var otherSquare = 0f;',
    'var product = 0f;',
    ...along(tall, [
      `let p = ${x.read('pair.x', 'i')};`,
      `let q = ${x.read('pair.y', 'i')};`,
      'square = fma(p, p, square);',
      'otherSquare = fma(q, q, otherSquare);',
      'product = fma(p, q, product);',
    ]),
    'exchange[lane] = square;',
    'second[lane] = otherSquare;',
    'third[lane] = product;',
    'workgroupBarrier();',
    `if (lane / ${share} < ${String(pairs)}) {`,
    'var sum = vec3<f32>();',
    `for (var l = lane - lane % ${share}; l < lane - lane % ${share} + ${share}; l++) { sum = sum + vec3<f32>(exchange[l], second[l], third[l]); }`,
    `let most = ${String(Math.fround(2 ** -23 * Math.sqrt(tall)))} * sqrt(sum.x) * sqrt(sum.y);`,
    `if (min(sum.x, sum.y) > ${negligible} && abs(sum.z) > most) {`,
    'hasTurned = true;',
    'let t = tangentOf(sum.x, sum.y, sum.z);',
    'let c = 1f / sqrt(fma(t, t, 1f));',
    'let s = c * t;',
    ...along(tall, turnLines(x, 'i')),
    ...along(flat, turnLines(turned, 'i')),
    '}',
    '}',
  ]
}

/** Leaves the values, 0 for rows that are none, and both sets of rows at unit length or 0. */
const lengthLines = (tall: number, flat: number, x: Matrices, turned: Matrices): readonly string[] => [
  'exchange[lane] = 0f;',
  ...(flat === 0
    ? []
    : [
        `if (lane < ${String(flat)}) {`,
        squareLine('square', tall, x),
        // Rounding has changed both rows by one factor.
        squareLine('stretch', flat, turned),
        `let isKept = square > ${negligible};`,
        'if (isKept) { exchange[lane] = sqrt(square) / sqrt(stretch); }',
        'let factor = select(0f, 1f / sqrt(square), isKept);',
        `for (var i = 0; i < ${String(tall)}; i++) { ${x.write('lane', 'i', `factor * ${x.read('lane', 'i')}`)} }`,
        `for (var i = 0; i < ${String(flat)}; i++) { ${turned.write('lane', 'i', `${turned.read('lane', 'i')} / sqrt(stretch)`)} }`,
        '}',
      ]),
  ...barriers,
]

/** Completes `count` rows. */
const completeLines = (tall: number, count: number, x: Matrices): readonly string[] => {
  const eachRow = (line: string): string => `for (var j = 0; j < ${String(count)}; j++) { ${line} }`
  const eachElement = (line: string): string => `for (var i = 0; i < ${String(tall)}; i++) { ${line} }`
  const isElement = `lane < ${String(tall)}`
  return [
    `for (var r = 0; r < ${String(count)}; r++) {`,
    'if (workgroupUniformLoad(&exchange[r]) == 0f) {',
    'var w = 1f;',
    `if (${isElement}) { ${eachRow(`w = fma(-${x.read('j', 'lane')}, ${x.read('j', 'lane')}, w);`)} second[lane] = w; }`,
    'workgroupBarrier();',
    'var best = 0;',
    eachElement('if (second[i] > second[best]) { best = i; }'),
    'w = select(0f, 1f, lane == best);',
    `if (${isElement}) { ${eachRow(`w = fma(-${x.read('j', 'best')}, ${x.read('j', 'lane')}, w);`)} third[lane] = w; }`,
    'workgroupBarrier();',
    'var had = 0f;',
    `if (lane < ${String(count)}) { ${eachElement(`had = fma(${x.read('lane', 'i')}, third[i], had);`)} second[lane] = had; }`,
    'workgroupBarrier();',
    `if (${isElement}) { ${eachRow(`w = fma(-second[j], ${x.read('j', 'lane')}, w);`)} third[lane] = w; }`,
    'workgroupBarrier();',
    'var square = 0f;',
    eachElement('square = fma(third[i], third[i], square);'),
    `if (${isElement}) { ${x.write('r', 'lane', 'w / sqrt(square)')} }`,
    ...barriers,
    '}',
    '}',
  ]
}

interface Sizes {
  readonly m: number
  readonly n: number
  readonly flat: number
  readonly tall: number
  /** How many rows of X are asked for. */
  readonly count: number
  readonly width: number
}

/** Writes U, the values in descending order and V below each other; vectors as columns, that of U with a positive element. */
const resultLines = (
  { m, n, flat, tall, count, width }: Sizes,
  x: Matrices,
  turned: Matrices,
  result: Matrices,
): readonly string[] => {
  const isWide = m < n
  const column = (rows: Matrices, length: number, isU: boolean): string =>
    `for (var i = 0; i < ${String(length)}; i++) { ${result.write(isU ? 'i' : `(${String(m + 1)} + i)`, 'rank', `sign * ${rows.read('lane', 'i')}`)} }`
  const hasValue = `lane < ${String(flat)}`
  return [
    ...eachOf(m + 1 + n, width, [result.write('i', 'k', 'select(0f, notANumber(), isBad)')]),
    'storageBarrier();',
    `if (!isBad && lane < ${String(count)}) {`,
    ...rankLines(flat, '>'),
    `if (lane >= ${String(flat)}) { rank = lane; }`,
    'var sign = 1f;',
    `if (${isWide ? hasValue : 'false'}) {`,
    ...signLines(flat, turned),
    '} else {',
    ...signLines(tall, x),
    '}',
    column(x, tall, !isWide),
    `if (${hasValue}) {`,
    column(turned, flat, isWide),
    result.write(String(m), 'rank', 'exchange[lane] / unit'),
    '}',
    '}',
  ]
}

export const svdKernels = (site: Site, { sizes, reads, out }: Routine): readonly Kernel[] => {
  const [batch, m, n, full] = sizes as readonly [number, number, number, number]
  const { width } = svdLayout(m, n, full === 1)
  if (batch * (m + 1 + n) * width === 0) return []
  const [flat, tall] = m < n ? [m, n] : [n, m]
  requireOrder(site, 'svd', tall, mostRotated)
  const members = membersOf(flat)
  const count = full === 1 ? tall : flat
  const size = Math.max(members, count) * tall
  const turnedSize = members * Math.max(1, flat)
  site.useScratch(4 * batch * (size + turnedSize))
  const binder = binderOf(site.placementOf)
  const a = matricesIn(binder, reads[0]!, m * n, n)
  const x = matricesIn(binder, scratchPlace(site, 'float32', 0), size, tall)
  const turned = matricesIn(binder, scratchPlace(site, 'float32', 4 * batch * size), turnedSize, flat)
  const given = m < n ? a.read('i', 'k') : a.read('k', 'i')
  return [
    kernelOf(binder, {
      declarations: [
        ...rotationDeclarations,
        `var<workgroup> second: array<f32, ${String(lanes)}>;`,
        `var<workgroup> third: array<f32, ${String(lanes)}>;`,
      ],
      workgroups: batch,
      lines: [
        ...unitLines(m, n, a),
        ...eachOf(Math.max(members, count), tall, [
          'var value = 0f;',
          ...(flat === 0 ? [] : [`if (i < ${String(flat)}) { value = unit * ${given}; }`]),
          x.write('i', 'k', 'value'),
        ]),
        ...eachOf(members, flat, [turned.write('i', 'k', 'select(0f, 1f, i == k)')]),
        ...barriers,
        ...(flat > 1 ? sweepLines(members, roundLines(members / 2, tall, flat, x, turned)) : []),
        ...lengthLines(tall, flat, x, turned),
        ...completeLines(tall, count, x),
        ...resultLines(
          { m, n, flat, tall, count, width },
          x,
          turned,
          matricesIn(binder, out, (m + 1 + n) * width, width),
        ),
      ],
    }),
  ]
}
