import type { Binder, Uses } from './binder.ts'

/** Work of some workgroups, to be written into a shader. */
export interface Kernel {
  readonly uses: Uses
  /** Declared in front of the lines: memory of the workgroup, functions. */
  readonly declarations: readonly string[]
  /** With `group`, the number of the workgroup, `lane`, that of the invocation in it, and `counter`. */
  readonly lines: readonly string[]
  readonly workgroups: number
  /** The depth of the loop whose counter the lines are given. */
  readonly depth: number | undefined
}

/** Invocations of a workgroup. */
export const lanes = 256

/** Workgroups along the first dimension, which every device has as many of. */
export const widestRow = 65535

/** Workgroups are numbered along two dimensions. */
export const gridOf = (workgroups: number): readonly [number, number] => [
  Math.min(workgroups, widestRow),
  Math.ceil(workgroups / widestRow),
]

interface KernelText {
  readonly declarations?: readonly string[]
  readonly lines: readonly string[]
  readonly workgroups: number
  readonly depth?: number
}

/** A kernel of what its text was written with. */
export const kernelOf = (
  binder: Binder,
  { declarations = [], lines, workgroups, depth }: KernelText,
): Kernel => ({ uses: binder.uses(), declarations, lines, workgroups, depth })

/** A kernel whose invocations are numbered by `i` from 0 to `count`, each with lines of its own. */
export const elementKernel = (
  binder: Binder,
  count: number,
  lines: readonly string[],
  { declarations, depth }: Pick<KernelText, 'declarations' | 'depth'> = {},
): Kernel => {
  const workgroups = Math.min(Math.ceil(count / lanes), widestRow)
  const step = workgroups * lanes
  return kernelOf(binder, {
    ...(declarations === undefined ? {} : { declarations }),
    ...(depth === undefined ? {} : { depth }),
    workgroups,
    lines:
      step >= count
        ? [`let i = group * ${String(lanes)} + lane;`, `if (i >= ${String(count)}) { return; }`, ...lines]
        : [
            `for (var i = group * ${String(lanes)} + lane; i < ${String(count)}; i += ${String(step)}) {`,
            ...lines,
            '}',
          ],
  })
}
