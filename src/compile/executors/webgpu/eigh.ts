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
 * S = V·diag(λ)·Vᵀ by rotations of both sides, a workgroup for each matrix. Pairs of one round do not touch each other, so that
 * what they make of S are blocks of 2 · 2, one for two pairs, each turned by both:
 *
 *   pairs (0, 3) and (1, 2):  rows and columns 0, 3 | 1, 2 make the blocks (0,3; 0,3), (0,3; 1,2) and (1,2; 1,2)
 *
 * Vectors are rows until they are written.
 */

type Routine = Extract<Instruction, { readonly kind: 'routine' }>

/** Pairs whose element beside the diagonal is this small to those on it are left. */
const negligible = '5.9604645e-8'

const angleLines = (pairs: number, s: Matrices): readonly string[] => [
  `if (lane < ${String(pairs)}) {`,
  `let pair = pairOf(lane, round, ${String(2 * pairs - 1)});`,
  `let p = ${s.read('pair.x', 'pair.x')};`,
  `let q = ${s.read('pair.y', 'pair.y')};`,
  `let b = ${s.read('pair.x', 'pair.y')};`,
  'var t = 0f;',
  `if (abs(b) > 1e-30 && abs(b) > ${negligible} * sqrt(abs(p)) * sqrt(abs(q))) {`,
  't = tangentOf(p, q, b);',
  'hasTurned = true;',
  '}',
  'tangents[lane] = t;',
  '}',
  'workgroupBarrier();',
]

const blockLines = (pairs: number, s: Matrices): readonly string[] => {
  const last = String(2 * pairs - 1)
  const both = (i: string, k: string, value: string): string => s.write(i, k, value) + s.write(k, i, value)
  return eachOf(pairs, pairs, [
    'let t = tangents[i];',
    'let u = tangents[k];',
    `let pair = pairOf(i, round, ${last});`,
    `let other = pairOf(k, round, ${last});`,
    'if (i == k && t != 0f) {',
    `let b = ${s.read('pair.x', 'pair.y')};`,
    s.write('pair.x', 'pair.x', `fma(-t, b, ${s.read('pair.x', 'pair.x')})`),
    s.write('pair.y', 'pair.y', `fma(t, b, ${s.read('pair.y', 'pair.y')})`),
    both('pair.x', 'pair.y', '0f'),
    '}',
    'if (i < k && (t != 0f || u != 0f)) {',
    'let c = 1f / sqrt(fma(t, t, 1f));',
    'let s = c * t;',
    'let d = 1f / sqrt(fma(u, u, 1f));',
    'let r = d * u;',
    `let first = vec2<f32>(${s.read('pair.x', 'other.x')}, ${s.read('pair.x', 'other.y')});`,
    `let second = vec2<f32>(${s.read('pair.y', 'other.x')}, ${s.read('pair.y', 'other.y')});`,
    'let x = c * first - s * second;',
    'let y = s * first + c * second;',
    both('pair.x', 'other.x', 'd * x.x - r * x.y'),
    both('pair.x', 'other.y', 'r * x.x + d * x.y'),
    both('pair.y', 'other.x', 'd * y.x - r * y.y'),
    both('pair.y', 'other.y', 'r * y.x + d * y.y'),
    '}',
  ])
}

const vectorLines = (pairs: number, v: Matrices): readonly string[] =>
  eachOf(pairs, 2 * pairs, [
    'let t = tangents[i];',
    'if (t != 0f) {',
    `let pair = pairOf(i, round, ${String(2 * pairs - 1)});`,
    'let c = 1f / sqrt(fma(t, t, 1f));',
    'let s = c * t;',
    ...turnLines(v, 'k'),
    '}',
  ])

/** Writes the values in ascending order and the vectors as columns. */
const resultLines = (n: number, s: Matrices, v: Matrices, result: Matrices): readonly string[] => [
  `exchange[lane] = 0f;`,
  `if (lane < ${String(n)}) { exchange[lane] = ${s.read('lane', 'lane')}; }`,
  'workgroupBarrier();',
  `if (lane < ${String(n)}) {`,
  ...rankLines(n, '<'),
  'if (isBad) { rank = lane; }',
  'var sign = 1f;',
  ...signLines(n, v),
  squareLine('square', n, v),
  'let factor = sign / sqrt(square);',
  result.write('0', 'rank', 'select(exchange[lane] / unit, notANumber(), isBad)'),
  `for (var i = 0; i < ${String(n)}; i++) {`,
  result.write('(i + 1)', 'rank', `select(factor * ${v.read('lane', 'i')}, notANumber(), isBad)`),
  '}',
  '}',
]

export const eighKernels = (site: Site, { sizes, reads, out }: Routine): readonly Kernel[] => {
  const [batch, n] = sizes as readonly [number, number]
  if (batch * n === 0) return []
  requireOrder(site, 'eigh', n, mostRotated)
  const members = membersOf(n)
  const size = members * members
  site.useScratch(8 * batch * size)
  const binder = binderOf(site.placementOf)
  const a = matricesIn(binder, reads[0]!, n * n, n)
  const s = matricesIn(binder, scratchPlace(site, 'float32', 0), size, members)
  const v = matricesIn(binder, scratchPlace(site, 'float32', 4 * batch * size), size, members)
  return [
    kernelOf(binder, {
      declarations: [...rotationDeclarations, `var<workgroup> tangents: array<f32, ${String(lanes / 2)}>;`],
      workgroups: batch,
      lines: [
        ...unitLines(n, n, a),
        ...eachOf(members, members, [
          'var x = 0f;',
          `if (max(i, k) < ${String(n)}) { x = 0.5f * (unit * ${a.read('i', 'k')}) + 0.5f * (unit * ${a.read('k', 'i')}); }`,
          s.write('i', 'k', 'x'),
          v.write('i', 'k', 'select(0f, 1f, i == k)'),
        ]),
        ...barriers,
        ...sweepLines(members, [
          ...angleLines(members / 2, s),
          ...blockLines(members / 2, s),
          ...vectorLines(members / 2, v),
        ]),
        ...resultLines(n, s, v, matricesIn(binder, out, (n + 1) * n, n)),
      ],
    }),
  ]
}
