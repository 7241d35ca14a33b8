import type { DType } from '../../../core/tensor/dtype.ts'
import type { Instruction } from '../kernel-program.ts'
import { binderOf, type Binder } from './binder.ts'
import { indexText } from './body-text.ts'
import { positionLines } from './element-nest.ts'
import { elementKernel, kernelOf, lanes, type Kernel } from './kernel.ts'
import { registerType, type RegisterType } from './register-type.ts'
import type { Site } from './site.ts'
import { foldText } from './step-text.ts'

type OfKind<K extends Instruction['kind']> = Extract<Instruction, { readonly kind: K }>

/** Longer lines are worked on by a workgroup each. */
const longest = 64

/** Where element j of the line lies that `o` and `e` choose, in [outer, n, inner]. */
const inLine = (offset: number, n: number, inner: number): string =>
  indexText(offset, [
    ['o', n * inner],
    ['j', inner],
    ['e', 1],
  ])

/**
 * Running sums. A workgroup divides a long line into 256 pieces: each is summed, the sums before it are added up in
 * order, and it is summed again from there.
 */
export const cumsumKernels = (site: Site, instruction: OfKind<'cumsum'>): readonly Kernel[] => {
  const { dtype, outer, n, inner, reverse, x, out } = instruction
  const lines = outer * inner
  if (lines * n === 0) return []
  const binder = binderOf(site.placementOf)
  const type = registerType(dtype)
  const at = reverse ? `${String(n - 1)} - p` : 'p'
  const read = binder.load(x, dtype, inLine(x.offset, n, inner))
  const write = binder.store(out, dtype, inLine(out.offset, n, inner), 'total')
  const summing = (from: string, to: string, line: string): readonly string[] => [
    `for (var p = ${from}; p < ${to}; p++) {`,
    `let j = ${at};`,
    `total = ${foldText('sum', dtype, 'total', read)};`,
    line,
    '}',
  ]
  if (n <= longest)
    return [
      elementKernel(binder, lines, [
        ...positionLines('i', [outer, inner], ['o', 'e']),
        `var total = ${type}();`,
        ...summing('0', String(n), write),
      ]),
    ]
  const piece = Math.ceil(n / lanes)
  return [
    kernelOf(binder, {
      declarations: [`var<workgroup> sums: array<${type}, ${String(lanes)}>;`],
      workgroups: lines,
      lines: [
        ...positionLines('group', [outer, inner], ['o', 'e']),
        `let first = lane * ${String(piece)};`,
        `let last = min(first + ${String(piece)}, ${String(n)});`,
        `var total = ${type}();`,
        ...summing('first', 'last', ''),
        'sums[lane] = total;',
        'workgroupBarrier();',
        `total = ${type}();`,
        `for (var l = 0; l < lane; l++) { total = ${foldText('sum', dtype, 'total', 'sums[l]')}; }`,
        ...summing('first', 'last', write),
      ],
    }),
  ]
}

/** Whether a value comes before the best so far: it is larger, or it is NaN and the best is not. */
const isBetter = (dtype: string, value: string, best: string): string => {
  switch (dtype) {
    case 'f32':
      return `((isNan(${value}) && !isNan(${best})) || lessOf(${best}, ${value}))`
    case 'vec2<u32>':
      return `((wideIsNan(${value}) && !wideIsNan(${best})) || wideLess(${best}, ${value}))`
    case 'bool':
      return `(${value} & !${best})`
    default:
      return `(${value} > ${best})`
  }
}

/** The first position of the maximum of a line: of the pieces of a long one, those in front win. */
export const argmaxKernels = (site: Site, instruction: OfKind<'argmax'>): readonly Kernel[] => {
  const { dtype, outer, n, inner, x, out } = instruction
  const lines = outer * inner
  if (lines === 0) return []
  const binder = binderOf(site.placementOf)
  if (n === 0)
    return [
      elementKernel(binder, lines, [binder.store(out, 'int32', indexText(out.offset, [['i', 1]]), '0')]),
    ]
  const type = registerType(dtype)
  const read = binder.load(x, dtype, inLine(x.offset, n, inner))
  const finding = (from: string, to: string): readonly string[] => [
    `for (var j = ${from}; j < ${to}; j++) {`,
    `let value = ${read};`,
    `if (${isBetter(type, 'value', 'best')}) { best = value; position = j; }`,
    '}',
  ]
  const start = (j: string): readonly string[] => [
    'var best = first_of(o, e, j0);'.replace('j0', j),
    `var position = ${j};`,
  ]
  const declarations = [`fn first_of(o: i32, e: i32, j: i32) -> ${type} { return ${read}; }`]
  if (n <= longest)
    return [
      elementKernel(
        binder,
        lines,
        [
          ...positionLines('i', [outer, inner], ['o', 'e']),
          ...start('0'),
          ...finding('1', String(n)),
          binder.store(out, 'int32', indexText(out.offset, [['i', 1]]), 'position'),
        ],
        { declarations },
      ),
    ]
  const piece = Math.ceil(n / lanes)
  return [
    kernelOf(binder, {
      declarations: [...declarations, `var<workgroup> positions: array<i32, ${String(lanes)}>;`],
      workgroups: lines,
      lines: [
        ...positionLines('group', [outer, inner], ['o', 'e']),
        `let first = min(lane * ${String(piece)}, ${String(n - 1)});`,
        ...start('first'),
        ...finding('first + 1', `min(first + ${String(piece)}, ${String(n)})`),
        'positions[lane] = position;',
        'workgroupBarrier();',
        'if (lane == 0) {',
        `for (var l = 1; l < ${String(lanes)}; l++) {`,
        'let value = first_of(o, e, positions[l]);',
        `if (${isBetter(type, 'value', 'best')}) { best = value; position = positions[l]; }`,
        '}',
        binder.store(out, 'int32', indexText(out.offset, [['group', 1]]), 'position'),
        '}',
      ],
    }),
  ]
}

/** A word, or two, that ascends with the element: 0 and −0 are alike, NaN is behind all others. */
const keyText: Readonly<Record<RegisterType, string>> = {
  'vec2<u32>':
    'select(select(wideOrder(x), vec2<u32>(0u, 0x80000000u), wideIsZero(x)), vec2<u32>(0xffffffffu, 0xffffffffu), wideIsNan(x))',
  f32: 'select(u32(rankOf(x)) ^ 0x80000000u, 0xffffffffu, isNan(x))',
  i32: 'u32(x) ^ 0x80000000u',
  u32: 'x',
  bool: 'u32(x)',
}

const keyType = (dtype: DType): string => (dtype === 'float64' ? 'vec2<u32>' : 'u32')

const keyFunction = (binder: Binder, { dtype, n, x }: OfKind<'argsort'>): string => {
  const type = registerType(dtype)
  const read = binder.load(
    x,
    dtype,
    indexText(x.offset, [
      ['row', n],
      ['j', 1],
    ]),
  )
  const key = keyType(dtype)
  return `fn keyOf(x: ${type}) -> ${key} { return ${keyText[type]}; }
fn keyAt(row: i32, j: i32) -> ${key} { return keyOf(${read}); }`
}

/** Whether one key comes before another, where what is equal does or not. */
const comesBefore = (dtype: DType, key: string, other: string, evenIfEqual: string): string =>
  dtype === 'float64'
    ? `(isLess64(${key}, ${other}) || (all(${key} == ${other}) && ${evenIfEqual}))`
    : `(${key} < ${other} || (${key} == ${other} && ${evenIfEqual}))`

/** Runs of this many elements are sorted by counting what comes before each. */
const run = lanes

/*
 * Sorting: runs of 256 by counting, then runs are merged in pairs. An element of a merged run stands behind as many of its
 * own run as before, and behind those of the other run that are less (of the one in front also those that are equal,
 * which makes the order stable); these are found by halving.
 */
export const argsortKernels = (site: Site, instruction: OfKind<'argsort'>): readonly Kernel[] => {
  const { dtype, rows, n, out } = instruction
  const count = rows * n
  if (count === 0) return []
  const merges = Math.max(0, Math.ceil(Math.log2(n / run)))
  const half = Math.ceil((4 * count) / 256) * 256
  site.useScratch(merges === 0 ? 0 : 2 * half)
  const scratch = (which: number) => ({ space: 'arena', offset: (site.scratch + which * half) / 4 }) as const
  // The last of all goes to its place, those before it to and fro.
  const target = (pass: number) => (pass === merges ? out : scratch(pass % 2))
  const at = (offset: number, position: string): string =>
    indexText(offset, [
      ['row', n],
      [position, 1],
    ])
  const first = (): Kernel => {
    const binder = binderOf(site.placementOf)
    const declarations = [keyFunction(binder, instruction)]
    return elementKernel(
      binder,
      count,
      [
        ...positionLines('i', [rows, n], ['row', 'j']),
        'let key = keyAt(row, j);',
        `let start = j - j % ${String(run)};`,
        'var before = start;',
        `for (var l = start; l < min(start + ${String(run)}, ${String(n)}); l++) {`,
        'let other = keyAt(row, l);',
        `if (${comesBefore(dtype, 'other', 'key', 'l < j')}) { before++; }`,
        '}',
        binder.store(target(0), 'int32', at(target(0).offset, 'before'), 'j'),
      ],
      { declarations },
    )
  }
  const merge = (pass: number): Kernel => {
    const binder = binderOf(site.placementOf)
    const from = target(pass - 1)
    const length = run * 2 ** (pass - 1)
    const entry = (position: string): string => binder.load(from, 'int32', at(from.offset, position))
    const declarations = [
      keyFunction(binder, instruction),
      `fn keyOfEntry(row: i32, position: i32) -> ${keyType(dtype)} { return keyAt(row, ${entry('position')}); }`,
    ]
    return elementKernel(
      binder,
      count,
      [
        ...positionLines('i', [rows, n], ['row', 'p']),
        `let element = ${entry('p')};`,
        'let key = keyAt(row, element);',
        `let pair = p - p % ${String(2 * length)};`,
        `let isFront = p - pair < ${String(length)};`,
        `let start = select(pair, min(pair + ${String(length)}, ${String(n)}), isFront);`,
        `let end = min(start + ${String(length)}, ${String(n)});`,
        'var low = start;',
        'var high = end;',
        'while (low < high) {',
        'let middle = (low + high) / 2;',
        'let other = keyOfEntry(row, middle);',
        `if (${comesBefore(dtype, 'other', 'key', '!isFront')}) { low = middle + 1; } else { high = middle; }`,
        '}',
        `let position = pair + (p - select(pair + ${String(length)}, pair, isFront)) + (low - start);`,
        binder.store(target(pass), 'int32', at(target(pass).offset, 'position'), 'element'),
      ],
      { declarations },
    )
  }
  return [first(), ...Array.from({ length: merges }, (_, i) => merge(i + 1))]
}
