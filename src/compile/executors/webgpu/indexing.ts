import { sizeOf } from '../../../core/tensor/shape.ts'
import type { Instruction } from '../kernel-program.ts'
import { binderOf, type Binder } from './binder.ts'
import { indexText } from './body-text.ts'
import { positionLines } from './element-nest.ts'
import { elementKernel, type Kernel } from './kernel.ts'
import { registerType } from './register-type.ts'
import type { Site } from './site.ts'
import { foldText } from './step-text.ts'

type Indexing = Extract<Instruction, { readonly kind: 'gather' | 'scatterAdd' }>

/** What stands where an index lies outside its axis: a device does not throw. */
const outside = {
  f32: 'notANumber()',
  i32: '0i',
  u32: '0u',
  bool: 'false',
  'vec2<u32>': 'wideNan()',
} as const

/** Index j of batch b. */
const indexOf = (binder: Binder, { indices, indexDType, k }: Indexing): string =>
  binder.load(
    indices,
    indexDType,
    indexText(indices.offset, [
      ['b', k],
      ['j', 1],
    ]),
  )

/** Each element of the result is read by an invocation; NaN or 0 where the index lies outside the axis. */
export const gatherKernels = (site: Site, instruction: Indexing): readonly Kernel[] => {
  const { dtype, batch, outer, n, inner, k, x, out } = instruction
  const sizes = [batch, outer, k, inner]
  if (sizeOf(sizes) === 0) return []
  const binder = binderOf(site.placementOf)
  const index = indexOf(binder, instruction)
  const element = binder.load(
    x,
    dtype,
    indexText(x.offset, [
      ['b', outer * n * inner],
      ['o', n * inner],
      ['at', inner],
      ['e', 1],
    ]),
  )
  return [
    elementKernel(binder, sizeOf(sizes), [
      ...positionLines('i', sizes, ['b', 'o', 'j', 'e']),
      `let at = i32(${index});`,
      `var value: ${registerType(dtype)} = ${outside[registerType(dtype)]};`,
      `if (at >= 0 && at < ${String(n)}) { value = ${element}; }`,
      binder.store(out, dtype, indexText(out.offset, [['i', 1]]), 'value'),
    ]),
  ]
}

/** Each element of the result is added up by an invocation, in the order of the indices. */
export const scatterKernels = (site: Site, instruction: Indexing): readonly Kernel[] => {
  const { dtype, batch, outer, n, inner, k, x, out } = instruction
  const sizes = [batch, outer, n, inner]
  if (sizeOf(sizes) === 0) return []
  const binder = binderOf(site.placementOf)
  const index = indexOf(binder, instruction)
  const element = binder.load(
    x,
    dtype,
    indexText(x.offset, [
      ['b', outer * k * inner],
      ['o', k * inner],
      ['j', inner],
      ['e', 1],
    ]),
  )
  const type = registerType(dtype)
  const add = `total = ${type === 'bool' ? `total | ${element}` : foldText('sum', dtype, 'total', element)};`
  return [
    elementKernel(binder, sizeOf(sizes), [
      ...positionLines('i', sizes, ['b', 'o', 'at', 'e']),
      `var total = ${type}();`,
      ...(k === 0
        ? []
        : [`for (var j = 0; j < ${String(k)}; j++) {`, `if (i32(${index}) == at) { ${add} }`, '}']),
      binder.store(out, dtype, indexText(out.offset, [['i', 1]]), 'total'),
    ]),
  ]
}
