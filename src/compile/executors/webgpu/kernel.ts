import type { Binder, Binding } from './binder.ts'
import { functionsOf } from './functions.ts'

/** One dispatch: the text of a shader, what it binds and in how many workgroups it runs. */
export interface Kernel {
  readonly text: string
  readonly bindings: readonly Binding[]
  readonly workgroups: number
  /** The depth of the loop whose counter the shader is given. */
  readonly depth?: number
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

const counterText = (binding: number): string =>
  [0, 1]
    .map(
      (digit) =>
        `@group(0) @binding(${String(binding + digit)}) var<uniform> counter${String(digit)}: vec4<u32>;`,
    )
    .join('\n')

/** A loop of more turns than this is counted in two digits. */
export const digits = 4096

export interface KernelText {
  /** Declared in front of the main function: memory of the workgroup, functions. */
  readonly declarations?: readonly string[]
  /** With `group`, the number of the workgroup, and `lane`, that of the invocation in it. */
  readonly lines: readonly string[]
  readonly workgroups: number
  readonly depth?: number
}

/** The whole text of a shader. */
export const kernelOf = (
  binder: Binder,
  { declarations = [], lines, workgroups, depth }: KernelText,
): Kernel => {
  const body = [
    ...declarations,
    `@compute @workgroup_size(${String(lanes)})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
let group = i32(workgroup.x + workgroup.y * ${String(widestRow)}u);
if (group >= ${String(workgroups)}) { return; }
let lane = i32(local);`,
    ...(depth === undefined ? [] : [`let counter = i32(counter0.x + counter1.x * ${String(digits)}u);`]),
    ...lines,
    '}',
  ].join('\n')
  const bindings = binder.bindings()
  return {
    text: [
      binder.declarations(),
      ...(depth === undefined ? [] : [counterText(bindings.length)]),
      functionsOf(body),
      body,
    ].join('\n'),
    bindings,
    workgroups,
    ...(depth === undefined ? {} : { depth }),
  }
}

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
