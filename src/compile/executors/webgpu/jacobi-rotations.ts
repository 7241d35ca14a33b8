import { lanes } from './kernel.ts'
import { unitFunction, type Matrices } from './matrices.ts'

/*
 * Jacobi's method: pairs of rows are turned until nothing is left between them. In a round of a tournament everyone meets one
 * other, so that the pairs of a round are turned at once, and after N − 1 rounds, a sweep, all have met:
 *
 *   N = 4   round 0: (0, 3) (1, 2)   round 1: (1, 3) (0, 2)   round 2: (2, 3) (0, 1)
 *
 * With p and q on the diagonal and b beside it, (p, q) become (c·p − s·q, s·p + c·q) with tan φ = t, the smaller root of
 * t² + t·(q − p) / b = 1. Source: C. G. J. Jacobi, 1846; H. Rutishauser, Numerische Mathematik 9, 1966.
 */

/** Sweeps end with the first that turned nothing, which takes 6 to 10 of them. */
const mostSweeps = 30

/** Members of a tournament of `count`: an even number, the last of them idle where that is odd. */
export const membersOf = (count: number): number => Math.max(2, count + (count % 2))

/** The pair `i` of a round, of `last` + 1 members, and the tangent that turns it. */
const pairFunction = `fn pairOf(i: i32, round: i32, last: i32) -> vec2<i32> {
let a = select((round + i) % last, last, i == 0);
let b = (round + last - i) % last;
return vec2<i32>(min(a, b), max(a, b));
}`

const tangentFunction = `fn tangentOf(p: f32, q: f32, b: f32) -> f32 {
let size = abs(0.5f * (q - p) / b);
// A square must not overflow.
let t = select(1f / (size + sqrt(fma(size, size, 1f))), 0.5f / size, size > 1e9);
return select(t, -t, ((q - p) < 0f) != (b < 0f));
}`

/** What the lines below declare. */
export const rotationDeclarations: readonly string[] = [
  pairFunction,
  tangentFunction,
  unitFunction,
  `var<workgroup> exchange: array<f32, ${String(lanes)}>;`,
]

/** Everything that was written is there for everyone. */
export const barriers: readonly string[] = ['storageBarrier();', 'workgroupBarrier();']

/** Lines for the elements `i`, `k` of some rows, over all invocations. */
export const eachOf = (rows: number, width: number, lines: readonly string[]): readonly string[] =>
  rows * width === 0
    ? []
    : [
        `for (var e = lane; e < ${String(rows * width)}; e += ${String(lanes)}) {`,
        `let i = e / ${String(width)};`,
        `let k = e % ${String(width)};`,
        ...lines,
        '}',
      ]

/** Leaves `isBad`, whether an element is not finite, and the `unit`. */
export const unitLines = (rows: number, width: number, a: Matrices): readonly string[] => [
  'var most = 0f;',
  ...eachOf(rows, width, [
    `let x = ${a.read('i', 'k')};`,
    'most = select(infinity(), max(most, abs(x)), isFinite(x) && isFinite(most));',
  ]),
  'exchange[lane] = most;',
  'workgroupBarrier();',
  'var isBad = false;',
  `for (var l = 0; l < ${String(lanes)}; l++) {`,
  'isBad = isBad || !isFinite(exchange[l]);',
  'most = max(most, exchange[l]);',
  '}',
  'let unit = unitOf(most);',
  'workgroupBarrier();',
]

/** Sweeps of rounds, whose lines set `hasTurned` where they turn a pair. */
export const sweepLines = (members: number, lines: readonly string[]): readonly string[] => [
  `for (var sweep = 0; sweep < ${String(mostSweeps)}; sweep++) {`,
  'var hasTurned = false;',
  `for (var round = 0; round < ${String(members - 1)}; round++) {`,
  ...lines,
  ...barriers,
  '}',
  'exchange[lane] = select(0f, 1f, hasTurned);',
  'workgroupBarrier();',
  `if (lane == 0) { for (var l = 1; l < ${String(lanes)}; l++) { exchange[0] = max(exchange[0], exchange[l]); } }`,
  'if (workgroupUniformLoad(&exchange[0]) == 0f) { break; }',
  '}',
]

/** Turns the elements of two rows `pair.x` and `pair.y` at `at`. */
export const turnLines = (rows: Matrices, at: string): readonly string[] => [
  `let x = ${rows.read('pair.x', at)};`,
  `let y = ${rows.read('pair.y', at)};`,
  rows.write('pair.x', at, 'c * x - s * y'),
  rows.write('pair.y', at, 's * x + c * y'),
]

/**
 * Leaves `sign`, −1 where the first of the largest elements of row `lane` is negative. What is within the errors of the
 * largest counts as large: equal elements decide as they do elsewhere.
 */
export const signLines = (length: number, rows: Matrices): readonly string[] => [
  'var largest = 0f;',
  `for (var i = 0; i < ${String(length)}; i++) { largest = max(largest, abs(${rows.read('lane', 'i')})); }`,
  `for (var i = ${String(length - 1)}; i >= 0; i--) {`,
  `let x = ${rows.read('lane', 'i')};`,
  'if (abs(x) >= 0.99998 * largest) { sign = select(1f, -1f, x < 0f); }',
  '}',
]

/** The length of row `lane`. */
export const squareLine = (name: string, length: number, rows: Matrices): string =>
  `var ${name} = 0f; for (var i = 0; i < ${String(length)}; i++) { ${name} = fma(${rows.read('lane', 'i')}, ${rows.read('lane', 'i')}, ${name}); }`

/** How many of `count` values of the workgroup come before that of `lane`, by an order that its position decides among equals. */
export const rankLines = (count: number, order: '<' | '>'): readonly string[] => [
  'var rank = 0;',
  `for (var j = 0; j < ${String(count)}; j++) {`,
  `if (exchange[j] ${order} exchange[lane] || (exchange[j] == exchange[lane] && j < lane)) { rank = rank + 1; }`,
  '}',
]
