import type { Instruction } from '../kernel-program.ts'
import { binderOf } from './binder.ts'
import { kernelOf, lanes, type Kernel } from './kernel.ts'
import { matricesIn } from './matrices.ts'
import { requireOrder } from './matrix-order.ts'
import type { Site } from './site.ts'

/*
 * Factors of matrices of order n, a workgroup for each, in the memory of the result. Step j takes the multiples of column j
 * from the columns behind it; column j itself is divided by its pivot at the end only, so that all may read it meanwhile:
 *
 *   L Lᵀ = A   s(i, c) −= s(i, j) / s(j, j) · s(c, j) for j < c ≤ i;   at the end l(i, j) = s(i, j) / √s(j, j)
 *   L U = P A  s(i, c) −= s(i, j) / s(j, j) · s(j, c) for j < i, c;     at the end l(i, j) = s(i, j) / s(j, j)
 */

type Routine = Extract<Instruction, { readonly kind: 'routine' }>

/** Lines for the elements of an invocation, row `i` and column `c`, of those from a row and a column on. */
const eachElement = (n: number, from: string, lines: readonly string[]): readonly string[] => [
  `for (var i = ${from} + lane / 16; i < ${String(n)}; i += 16) {`,
  `for (var c = ${from} + lane % 16; c < ${String(n)}; c += 16) {`,
  ...lines,
  '}',
  '}',
]

export const choleskyKernels = (site: Site, { sizes, reads, out }: Routine): readonly Kernel[] => {
  const [batch, n] = sizes as readonly [number, number]
  if (batch * n === 0) return []
  requireOrder(site, 'cholesky', n)
  const binder = binderOf(site.placementOf)
  const a = matricesIn(binder, reads[0]!, n * n, n)
  const s = matricesIn(binder, out, n * n, n)
  return [
    kernelOf(binder, {
      workgroups: batch,
      lines: [
        ...eachElement(n, '0', [
          'var x = 0f;',
          `if (i == c) { x = ${a.read('i', 'c')}; }`,
          `if (i > c) { x = 0.5f * ${a.read('i', 'c')} + 0.5f * ${a.read('c', 'i')}; }`,
          s.write('i', 'c', 'x'),
        ]),
        'storageBarrier();',
        `for (var j = 0; j < ${String(n)}; j++) {`,
        `let pivot = ${s.read('j', 'j')};`,
        ...eachElement(n, 'j + 1', [
          `if (c <= i) { ${s.write('i', 'c', `fma(-${s.read('i', 'j')} / pivot, ${s.read('c', 'j')}, ${s.read('i', 'c')})`)} }`,
        ]),
        'storageBarrier();',
        '}',
        'var isBad = false;',
        `for (var j = 0; j < ${String(n)}; j++) {`,
        `let pivot = ${s.read('j', 'j')};`,
        'isBad = isBad || !isFinite(pivot) || isZero(pivot) || isNegative(pivot);',
        '}',
        'storageBarrier();',
        ...eachElement(n, '0', [
          `if (i > c) { ${s.write('i', 'c', `select(${s.read('i', 'c')} / sqrt(${s.read('c', 'c')}), notANumber(), isBad)`)} }`,
        ]),
        'storageBarrier();',
        `for (var i = lane; i < ${String(n)}; i += ${String(lanes)}) {`,
        s.write('i', 'i', `select(sqrt(${s.read('i', 'i')}), notANumber(), isBad)`),
        '}',
      ],
    }),
  ]
}

/** Partial pivoting: every invocation looks through the column, and finds the same. */
export const luFactorKernels = (site: Site, { sizes, reads, out }: Routine): readonly Kernel[] => {
  const [batch, n] = sizes as readonly [number, number]
  if (batch * n === 0) return []
  requireOrder(site, 'luFactor', n)
  const binder = binderOf(site.placementOf)
  const a = matricesIn(binder, reads[0]!, n * n, n)
  const s = matricesIn(binder, out, (n + 1) * n, n)
  const exchange = (
    row: string,
    column: string,
    otherRow: string,
    otherColumn: string,
  ): readonly string[] => [
    `let x = ${s.read(row, column)};`,
    s.write(row, column, s.read(otherRow, otherColumn)),
    s.write(otherRow, otherColumn, 'x'),
  ]
  const divided = (i: string): string => `select(${s.read(i, 'j')} / pivot, 0f, isZero(pivot))`
  const order = String(n)
  return [
    kernelOf(binder, {
      workgroups: batch,
      lines: [
        ...eachElement(n, '0', [s.write('i', 'c', a.read('i', 'c'))]),
        `for (var c = lane; c < ${String(n)}; c += ${String(lanes)}) { ${s.write(order, 'c', 'f32(c)')} }`,
        `for (var j = 0; j < ${String(n)}; j++) {`,
        'storageBarrier();',
        'var row = j;',
        `var most = abs(${s.read('j', 'j')});`,
        `for (var i = j + 1; i < ${String(n)}; i++) {`,
        `let size = abs(${s.read('i', 'j')});`,
        'if (lessOf(most, size)) { most = size; row = i; }',
        '}',
        'storageBarrier();',
        'if (row != j) {',
        `for (var c = lane; c < ${String(n)}; c += ${String(lanes)}) {`,
        ...exchange('j', 'c', 'row', 'c'),
        '}',
        'if (lane == 0) {',
        ...exchange(order, 'j', order, 'row'),
        '}',
        '}',
        'storageBarrier();',
        `let pivot = ${s.read('j', 'j')};`,
        ...eachElement(n, 'j + 1', [
          s.write('i', 'c', `fma(-${divided('i')}, ${s.read('j', 'c')}, ${s.read('i', 'c')})`),
        ]),
        '}',
        'storageBarrier();',
        `for (var j = 0; j < ${String(n)}; j++) {`,
        `let pivot = ${s.read('j', 'j')};`,
        `for (var i = j + 1 + lane; i < ${String(n)}; i += ${String(lanes)}) { ${s.write('i', 'j', divided('i'))} }`,
        '}',
      ],
    }),
  ]
}
