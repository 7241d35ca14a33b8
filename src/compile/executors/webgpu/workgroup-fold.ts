import { lanes } from './kernel.ts'

/*
 * A value of every invocation, folded over invocations of a workgroup that lie `stride` apart from `first` on, all of them
 * within `span`:
 *
 *   the columns of a row   stride 1, span across       the rows of a column   stride across, span 256
 *
 * Without subgroups halves are folded onto each other in the memory of the workgroup. With them those of one subgroup
 * exchange their values, which are the same for both of a pair, since a + b = b + a; what subgroups have found is folded in
 * ascending order. Either order is fixed by the size of subgroups, which the text leaves open: it is the variable `subgroup`.
 */

/** Subgroups are no smaller and no larger, as the standard of WGSL has it. */
const [smallest, largest] = [4, 128]

/** What is folded, and the variable that the result is declared as, in every invocation. */
export interface WorkgroupFold {
  readonly value: string
  readonly result: string
  /** Memory of the workgroup, an element for each invocation. */
  readonly shared: string
  readonly stride: number
  readonly span: number
  readonly first: string
  readonly fold: (a: string, b: string) => string
}

const halving = ({ value, result, shared, stride, span, first, fold }: WorkgroupFold): readonly string[] => {
  const isBefore = span === lanes ? 'lane < s' : `lane % ${String(span)} < s`
  return [
    `${shared}[lane] = ${value};`,
    'workgroupBarrier();',
    `for (var s = ${String(span / 2)}; s >= ${String(stride)}; s = s / 2) {`,
    `if (${isBefore}) { ${shared}[lane] = ${fold(`${shared}[lane]`, `${shared}[lane + s]`)}; }`,
    'workgroupBarrier();',
    '}',
    `let ${result} = ${shared}[${first}];`,
    'workgroupBarrier();',
  ]
}

const exchanging = ({
  value,
  result,
  shared,
  stride,
  span,
  first,
  fold,
}: WorkgroupFold): readonly string[] => [
  `var ${result} = ${value};`,
  ...(stride < largest
    ? [
        `for (var s = ${String(stride)}; s < min(subgroup, ${String(span)}); s = s * 2) {`,
        `let other = subgroupShuffleXor(${result}, u32(s));`,
        `${result} = ${fold(result, 'other')};`,
        '}',
      ]
    : []),
  ...(span > smallest
    ? [
        `let ${result}_step = max(subgroup, ${String(stride)});`,
        `if (${result}_step < ${String(span)}) {`,
        `${shared}[lane] = ${result};`,
        'workgroupBarrier();',
        `${result} = ${shared}[${first}];`,
        `for (var s = ${result}_step; s < ${String(span)}; s += ${result}_step) { ${result} = ${fold(result, `${shared}[${first} + s]`)}; }`,
        'workgroupBarrier();',
        '}',
      ]
    : []),
]

/** The lines that fold; every invocation of the workgroup runs them, at the same time. */
export const foldingLines = (hasSubgroups: boolean, fold: WorkgroupFold): readonly string[] =>
  fold.stride === fold.span
    ? [`let ${fold.result} = ${fold.value};`]
    : hasSubgroups
      ? exchanging(fold)
      : halving(fold)
