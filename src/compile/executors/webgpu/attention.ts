import { namedSizes, type AttentionSizes } from '../../../core/kernel/attention.ts'
import type { Instruction, Place } from '../kernel-program.ts'
import { binderOf, type Binder } from './binder.ts'
import { indexText } from './body-text.ts'
import { positionLines } from './element-nest.ts'
import { kernelOf, lanes, type Kernel } from './kernel.ts'
import type { Site } from './site.ts'
import { foldingLines } from './workgroup-fold.ts'

/*
 * Attention as `src/core/kernel/attention.ts` has it: a workgroup for each row of queries (or of keys, where something is
 * summed over queries). The other rows are taken 256 at a time: each invocation computes the weight of one of them, then
 * each sums one column over them all, in ascending order. Weights are made again wherever they are needed.
 */

type Routine = Extract<Instruction, { readonly kind: 'routine' }>

/** Reads and writes of packed inputs, rows of queries, keys and values over each other, and of results. */
const accessTo = (binder: Binder, { queries, keys, width }: AttentionSizes) => {
  const rows = queries + 2 * keys
  const packedIndex = (place: Place, first: number, row: string, column: string): string =>
    indexText(place.offset + first * width, [
      ['b', rows * width],
      [row, width],
      [column, 1],
    ])
  const resultIndex = (place: Place, row: string, column: string): string =>
    indexText(place.offset, [
      ['b', queries * (width + 1)],
      [row, width + 1],
      [column, 1],
    ])
  const firstRow = { query: 0, key: queries, value: queries + keys } as const
  return {
    packed: (place: Place, part: keyof typeof firstRow, row: string, column = 'c'): string =>
      binder.load(place, 'float32', packedIndex(place, firstRow[part], row, column)),
    result: (place: Place, row: string, column = 'c'): string =>
      binder.load(place, 'float32', resultIndex(place, row, column)),
    writePacked: (place: Place, part: keyof typeof firstRow, row: string, value: string): string =>
      binder.store(place, 'float32', packedIndex(place, firstRow[part], row, 'c'), value),
    writeResult: (place: Place, row: string, column: string, value: string): string =>
      binder.store(place, 'float32', resultIndex(place, row, column), value),
  }
}

/** A function that sums products of columns. */
const dotFunction = (name: string, width: number, a: string, b: string): string =>
  [
    `fn ${name}(b: i32, i: i32, j: i32) -> f32 {`,
    'var sum = 0f;',
    `for (var c = 0; c < ${String(width)}; c++) { sum = fma(${a}, ${b}, sum); }`,
    'return sum;',
    '}',
  ].join('\n')

/** Whether query i looks at key j. */
const sees = ({ causal }: AttentionSizes, i: string, j: string): string => (causal ? `${j} <= ${i}` : 'true')

const sharedText = (name: string): string => `var<workgroup> ${name}: array<f32, ${String(lanes)}>;`

/** Folds a value of every invocation. */
const foldLines = (
  { hasSubgroups }: Site,
  value: string,
  result: string,
  fold: (a: string, b: string) => string,
): readonly string[] =>
  foldingLines(hasSubgroups, { value, result, shared: 'folded', stride: 1, span: lanes, first: '0', fold })

const plus = (a: string, b: string): string => `${a} + ${b}`

/** Columns of an invocation. */
const blocksOf = (width: number): readonly number[] =>
  Array.from({ length: Math.ceil(width / lanes) }, (_, block) => block)

const columnLines = (width: number, lines: (block: number) => readonly string[]): readonly string[] =>
  blocksOf(width).flatMap((block) => [
    `if (lane + ${String(block * lanes)} < ${String(width)}) {`,
    `let c = lane + ${String(block * lanes)};`,
    ...lines(block),
    '}',
  ])

/** What is summed over rows, and the values of a row that it is made of. */
interface Summing {
  readonly count: number
  /** Whether the row `j`, or `at`, takes part. */
  readonly takesPart: (row: string) => string
  /** Names of memory of the workgroup: one value for each row, which `values` leaves in a variable `own_…`. */
  readonly shared: readonly string[]
  readonly values: readonly string[]
  /** Names of sums, and what is added to each, of the row `at` and the column `c`; values of the row are `name[l]`. */
  readonly sums: readonly (readonly [name: string, term: string])[]
}

const sumLines = (width: number, { count, takesPart, shared, values, sums }: Summing): readonly string[] => [
  ...sums.flatMap(([name]) => blocksOf(width).map((block) => `var ${name}${String(block)} = 0f;`)),
  `for (var start = 0; start < ${String(count)}; start += ${String(lanes)}) {`,
  'let j = start + lane;',
  ...shared.map((name) => `var own_${name} = 0f;`),
  `if (j < ${String(count)} && ${takesPart('j')}) {`,
  ...values,
  '}',
  ...shared.map((name) => `${name}[lane] = own_${name};`),
  'workgroupBarrier();',
  ...columnLines(width, (block) => [
    `for (var l = 0; l < min(${String(lanes)}, ${String(count)} - start); l++) {`,
    'let at = start + l;',
    `if (${takesPart('at')}) {`,
    ...sums.map(([name, term]) => `${name}${String(block)} = ${name}${String(block)} + ${term};`),
    '}',
    '}',
  ]),
  'workgroupBarrier();',
  '}',
]

/** Outputs, and log Σ exp beside them. */
export const attentionKernels = (site: Site, { sizes: given, reads, out }: Routine): readonly Kernel[] => {
  const sizes = namedSizes(given)
  const { batch, queries, keys, width } = sizes
  if (batch * queries === 0) return []
  const [packed] = reads as readonly [Place]
  const binder = binderOf(site.placementOf)
  const access = accessTo(binder, sizes)
  const score = dotFunction(
    'scoreOf',
    width,
    access.packed(packed, 'query', 'i'),
    access.packed(packed, 'key', 'j'),
  )
  return [
    kernelOf(binder, {
      declarations: [score, sharedText('folded'), sharedText('weights')],
      workgroups: batch * queries,
      lines: [
        ...positionLines('group', [batch, queries], ['b', 'i']),
        'var own_most = -infinity();',
        `for (var j = lane; j < ${String(keys)}; j += ${String(lanes)}) {`,
        `if (${sees(sizes, 'i', 'j')}) { own_most = maxOf(own_most, scoreOf(b, i, j)); }`,
        '}',
        ...foldLines(site, 'own_most', 'most', (a, b) => `maxOf(${a}, ${b})`),
        'var own_total = 0f;',
        ...sumLines(width, {
          count: keys,
          takesPart: (row) => sees(sizes, 'i', row),
          shared: ['weights'],
          values: ['own_weights = expOf(scoreOf(b, i, j) - most);', 'own_total = own_total + own_weights;'],
          sums: [['sum', `weights[l] * ${access.packed(packed, 'value', 'at')}`]],
        }),
        ...foldLines(site, 'own_total', 'total', plus),
        ...columnLines(width, (block) => [access.writeResult(out, 'i', 'c', `sum${String(block)} / total`)]),
        `if (lane == 0) { ${access.writeResult(out, 'i', String(width), 'most + logOf(total)')} }`,
      ],
    }),
  ]
}

/** The weight of key j for query i, from the logarithm beside the result. */
const weightText = (access: ReturnType<typeof accessTo>, output: Place, width: number): string =>
  `expOf(scoreOf(b, i, j) - ${access.result(output, 'i', String(width))})`

/** How the result moves with the packed inputs. */
export const attentionTangentKernels = (
  site: Site,
  { sizes: given, reads, out }: Routine,
): readonly Kernel[] => {
  const sizes = namedSizes(given)
  const { batch, queries, keys, width } = sizes
  if (batch * queries === 0) return []
  const [packed, output, moved] = reads as readonly [Place, Place, Place]
  const binder = binderOf(site.placementOf)
  const access = accessTo(binder, sizes)
  const dot = (name: string, a: Place, b: Place): string =>
    dotFunction(name, width, access.packed(a, 'query', 'i'), access.packed(b, 'key', 'j'))
  return [
    kernelOf(binder, {
      declarations: [
        dot('scoreOf', packed, packed),
        dot('queryChange', moved, packed),
        dot('keyChange', packed, moved),
        ...['folded', 'weights', 'changes'].map(sharedText),
      ],
      workgroups: batch * queries,
      lines: [
        ...positionLines('group', [batch, queries], ['b', 'i']),
        'var own_total = 0f;',
        ...sumLines(width, {
          count: keys,
          takesPart: (row) => sees(sizes, 'i', row),
          shared: ['weights', 'changes'],
          values: [
            `own_weights = ${weightText(access, output, width)};`,
            'own_changes = own_weights * (queryChange(b, i, j) + keyChange(b, i, j));',
            'own_total = own_total + own_changes;',
          ],
          sums: [
            [
              'sum',
              `weights[l] * ${access.packed(moved, 'value', 'at')} + changes[l] * ${access.packed(packed, 'value', 'at')}`,
            ],
          ],
        }),
        ...foldLines(site, 'own_total', 'total', plus),
        ...columnLines(width, (block) => [
          access.writeResult(out, 'i', 'c', `sum${String(block)} - total * ${access.result(output, 'i')}`),
        ]),
        `if (lane == 0) { ${access.writeResult(out, 'i', String(width), 'total')} }`,
      ],
    }),
  ]
}

/** One half of the cotangent: that of the queries, or that of keys and values. */
const cotangentKernel = (
  site: Site,
  { sizes: given, reads, out }: Routine,
  half: 'queries' | 'keys',
): readonly Kernel[] => {
  const sizes = namedSizes(given)
  const { batch, queries, keys, width } = sizes
  const [rows, count] = half === 'queries' ? [queries, keys] : [keys, queries]
  if (batch * rows === 0) return []
  const [packed, output, cotangent] = reads as readonly [Place, Place, Place]
  const binder = binderOf(site.placementOf)
  const access = accessTo(binder, sizes)
  // Within the functions i is a query and j a key; within the lines j is the row that is summed over.
  const weight = `fn weightOf(b: i32, i: i32, j: i32) -> f32 { return ${weightText(access, output, width)}; }`
  const slope = `fn slopeOf(b: i32, i: i32, j: i32) -> f32 {
let level = ${access.result(cotangent, 'i', String(width))} - ownDot(b, i, j);
return weightOf(b, i, j) * (valueDot(b, i, j) + level);
}`
  const row = half === 'queries' ? 'i' : 'key'
  const pair = half === 'queries' ? 'b, i, j' : 'b, j, key'
  const sums =
    half === 'queries'
      ? ([['query', `slopes[l] * ${access.packed(packed, 'key', 'at')}`]] as const)
      : ([
          ['key', `slopes[l] * ${access.packed(packed, 'query', 'at')}`],
          ['value', `weights[l] * ${access.result(cotangent, 'at')}`],
        ] as const)
  return [
    kernelOf(binder, {
      declarations: [
        dotFunction('scoreOf', width, access.packed(packed, 'query', 'i'), access.packed(packed, 'key', 'j')),
        dotFunction('ownDot', width, access.result(cotangent, 'i'), access.result(output, 'i')),
        dotFunction('valueDot', width, access.result(cotangent, 'i'), access.packed(packed, 'value', 'j')),
        weight,
        slope,
        ...['weights', 'slopes'].map(sharedText),
      ],
      workgroups: batch * rows,
      lines: [
        ...positionLines('group', [batch, rows], ['b', row]),
        ...sumLines(width, {
          count,
          takesPart: (other) => (half === 'queries' ? sees(sizes, 'i', other) : sees(sizes, other, 'key')),
          shared: ['weights', 'slopes'],
          values: [`own_weights = weightOf(${pair});`, `own_slopes = slopeOf(${pair});`],
          sums: sums.map(([name, term]) => [`${name}Sum`, term] as const),
        }),
        ...columnLines(width, (block) =>
          sums.map(([part]) => access.writePacked(out, part, row, `${part}Sum${String(block)}`)),
        ),
      ],
    }),
  ]
}

/** The cotangent of the packed inputs. */
export const attentionCotangentKernels = (site: Site, routine: Routine): readonly Kernel[] => [
  ...cotangentKernel(site, routine, 'queries'),
  ...cotangentKernel(site, routine, 'keys'),
]
