import { bytesOf, type DType } from '../../../core/tensor/dtype.ts'
import type { Extent, Load, NestBody, Place, Step, StridedPlace } from '../kernel-program.ts'
import type { Binder } from './binder.ts'
import { refuse, type Site } from './site.ts'
import { stepText } from './step-text.ts'

/** What the text of a body is written with. */
export interface BodyWriter {
  readonly site: Site
  readonly binder: Binder
  readonly body: NestBody
}

/** The load or the step that computes a register. */
export const registerOf = ({ loads, steps }: NestBody, r: number): Load | Step =>
  r < loads.length ? loads[r]! : steps[r - loads.length]!

/** The registers that some are computed of, and these themselves. */
export const neededBy = (body: NestBody, roots: readonly number[]): ReadonlySet<number> => {
  const found = new Set<number>()
  const add = (r: number): void => {
    if (found.has(r)) return
    found.add(r)
    const step = body.steps[r - body.loads.length]
    step?.inputs.forEach(add)
  }
  roots.forEach(add)
  return found
}

/** Where an element lies, by the variables of the axes and its stride along each. */
export const indexText = (
  offset: number,
  axes: readonly (readonly [variable: string, stride: number])[],
): string =>
  [
    ...(offset === 0 ? [] : [String(offset)]),
    ...axes.flatMap(([variable, stride]) =>
      stride === 0 ? [] : [stride === 1 ? variable : `${variable} * ${String(stride)}`],
    ),
  ].join(' + ') || '0'

/** Strides along the outer axes, the rows and the columns: none along what an extent does not span. */
export const stridesOf = (
  { outerStrides, rowStride, columnStride }: StridedPlace,
  extent: Extent,
): readonly number[] => [
  ...outerStrides,
  extent === 'scalar' ? 0 : rowStride,
  extent === 'full' ? columnStride : 0,
]

/** The variables of the axes: `o0` and so on, `r` and `c`. */
export const coordinatesOf = (outer: readonly number[]): readonly string[] => [
  ...outer.map((_, k) => `o${String(k)}`),
  'r',
  'c',
]

/** Where a place is, by the variables of the axes. */
export const placeText = (access: StridedPlace, extent: Extent): string => {
  const names = coordinatesOf(access.outerStrides)
  return indexText(
    access.place.offset,
    stridesOf(access, extent).map((stride, k) => [names[k]!, stride] as const),
  )
}

/** What writes where an element is. */
export type IndexOf = (access: StridedPlace, extent: Extent) => string

export const loadText = ({ binder, body }: BodyWriter, r: number, indexOf: IndexOf): string => {
  const load = body.loads[r]!
  return binder.load(load.place, load.dtype, indexOf(load, load.extent))
}

export const computeText = ({ site, body }: BodyWriter, r: number): string => {
  const { operation, dtype, inputs } = body.steps[r - body.loads.length]!
  const from = inputs[0] === undefined ? dtype : registerOf(body, inputs[0]).dtype
  const text = stepText(
    operation,
    dtype,
    from,
    inputs.map((input) => `r${String(input)}`),
  )
  return text ?? refuse(site, `${operation} of ${from} has no WGSL`)
}

/** The line that computes a register; registers it is computed of are known. */
export const registerLine = (writer: BodyWriter, r: number, indexOf: IndexOf): string =>
  `let r${String(r)} = ${r < writer.body.loads.length ? loadText(writer, r, indexOf) : computeText(writer, r)};`

/** The line that stores a register. */
export const storeLine = (
  { binder, body }: BodyWriter,
  register: number,
  access: StridedPlace,
  indexOf: IndexOf,
): string => {
  const { dtype, extent } = registerOf(body, register)
  return binder.store(access.place, dtype, indexOf(access, extent), `r${String(register)}`)
}

/** Memory that an instruction uses for itself. */
export const scratchPlace = (site: Site, dtype: DType, bytesBefore: number): Place => ({
  space: 'arena',
  offset: (site.scratch + bytesBefore) / bytesOf(dtype),
})
