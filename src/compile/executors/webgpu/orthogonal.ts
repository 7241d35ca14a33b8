import { orthogonalColumns } from '../../../core/kernel/qr.ts'
import type { Instruction } from '../kernel-program.ts'
import { binderOf } from './binder.ts'
import { scratchPlace } from './body-text.ts'
import { kernelOf, lanes, type Kernel } from './kernel.ts'
import { matricesIn, unitFunction, type Matrices } from './matrices.ts'
import { requireOrder } from './matrix-order.ts'
import type { Site } from './site.ts'

/*
 * A = Q·R by Householder reflections H = I − τ·w·wᵀ, w[0] = 1, as in `src/core/kernel/qr.ts`, a workgroup for each matrix and
 * an invocation for each column. In step j each column behind j is reflected by what column j still is; then column j
 * becomes w below its diagonal. Columns of Q are unit vectors reflected in the opposite order.
 */

type Routine = Extract<Instruction, { readonly kind: 'routine' }>

const eachColumn = (from: string, end: number, lines: readonly string[]): readonly string[] => [
  `for (var k = ${from} + lane; k < ${String(end)}; k += ${String(lanes)}) {`,
  ...lines,
  '}',
]

/** Lines for the elements of column k below row j. */
const below = (m: number, line: string): string => `for (var i = j + 1; i < ${String(m)}; i++) { ${line} }`

/** Brings a matrix to triangular form, w below its diagonal and τ in the row behind it. */
const triangularLines = (m: number, n: number, x: Matrices): readonly string[] => [
  `for (var j = 0; j < ${String(Math.min(m, n))}; j++) {`,
  'storageBarrier();',
  `var most = abs(${x.read('j', 'j')});`,
  below(m, `most = max(most, abs(${x.read('i', 'j')}));`),
  'let isZeroColumn = isZero(most);',
  'let unit = unitOf(most);',
  `let first = unit * ${x.read('j', 'j')};`,
  'var square = first * first;',
  below(m, `let value = unit * ${x.read('i', 'j')}; square = fma(value, value, square);`),
  'let end = select(-sqrt(square), sqrt(square), first < 0f);',
  'let inverse = select(unit / (first - end), 0f, isZeroColumn);',
  'let t = select((end - first) / end, 0f, isZeroColumn);',
  ...eachColumn('j + 1', n, [
    `var sum = ${x.read('j', 'k')};`,
    below(m, `sum = fma(${x.read('i', 'j')} * inverse, ${x.read('i', 'k')}, sum);`),
    'let c = -t * sum;',
    x.write('j', 'k', `${x.read('j', 'k')} + c`),
    below(m, x.write('i', 'k', `fma(c, ${x.read('i', 'j')} * inverse, ${x.read('i', 'k')})`)),
  ]),
  'storageBarrier();',
  `for (var i = j + 1 + lane; i < ${String(m)}; i += ${String(lanes)}) { ${x.write('i', 'j', `${x.read('i', 'j')} * inverse`)} }`,
  `if (lane == 0) { ${x.write('j', 'j', 'select(end / unit, 0f, isZeroColumn)')} ${x.write(String(m), 'j', 't')} }`,
  '}',
  'storageBarrier();',
]

/** Writes Q over R; the diagonal of R is made 0 or more. */
const factorLines = (m: number, n: number, q: number, x: Matrices, result: Matrices): readonly string[] => {
  const count = Math.min(m, n)
  const signLines = (i: string): readonly string[] => [
    'var sign = 1f;',
    `if (${i} < ${String(count)}) { sign = select(1f, -1f, ${x.read(i, i)} < 0f); }`,
  ]
  const whole = (value: string): string =>
    `for (var i = 0; i < ${String(m + q)}; i++) { ${result.write('i', 'k', value)} }`
  return eachColumn('0', Math.max(n, q), [
    whole('0f'),
    `if (k < ${String(q)}) {`,
    ...signLines('k'),
    result.write('k', 'k', 'sign'),
    `for (var j = ${String(count - 1)}; j >= 0; j--) {`,
    `var sum = ${result.read('j', 'k')};`,
    below(m, `sum = fma(${x.read('i', 'j')}, ${result.read('i', 'k')}, sum);`),
    `let c = -${x.read(String(m), 'j')} * sum;`,
    result.write('j', 'k', `${result.read('j', 'k')} + c`),
    below(m, result.write('i', 'k', `fma(c, ${x.read('i', 'j')}, ${result.read('i', 'k')})`)),
    '}',
    '}',
    `if (k < ${String(n)}) {`,
    `for (var j = 0; j < min(k + 1, ${String(q)}); j++) {`,
    ...signLines('j'),
    result.write(`(${String(m)} + j)`, 'k', `sign * ${x.read('j', 'k')}`),
    '}',
    '}',
    `if (isBad) { ${whole('notANumber()')} }`,
  ])
}

export const qrKernels = (site: Site, { sizes, reads, out }: Routine): readonly Kernel[] => {
  const [batch, m, n, full] = sizes as readonly [number, number, number, number]
  const q = orthogonalColumns(m, n, full === 1)
  const width = Math.max(n, q)
  if (batch * (m + q) * width === 0) return []
  requireOrder(site, 'qr', Math.max(m, n))
  const binder = binderOf(site.placementOf)
  site.useScratch(4 * batch * (m + 1) * n)
  const a = matricesIn(binder, reads[0]!, m * n, n)
  const x = matricesIn(binder, scratchPlace(site, 'float32', 0), (m + 1) * n, n)
  return [
    kernelOf(binder, {
      declarations: [unitFunction, `var<workgroup> bad: array<u32, ${String(lanes)}>;`],
      workgroups: batch,
      lines: [
        'var isBad = false;',
        ...eachColumn('0', n, [
          `for (var i = 0; i < ${String(m)}; i++) {`,
          `let value = ${a.read('i', 'k')};`,
          'isBad = isBad || !isFinite(value);',
          x.write('i', 'k', 'value'),
          '}',
        ]),
        'bad[lane] = u32(isBad);',
        'workgroupBarrier();',
        `for (var l = 0; l < ${String(lanes)}; l++) { isBad = isBad || bad[l] > 0u; }`,
        ...triangularLines(m, n, x),
        ...factorLines(m, n, q, x, matricesIn(binder, out, (m + q) * width, width)),
      ],
    }),
  ]
}
