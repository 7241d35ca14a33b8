/*
 * Instructions of groups with a space. Where the arrangement cannot follow an access (see `arrange.ts`), the work takes a
 * detour: for the row sums of t = transpose(x), x [2, 3, 4] shown as [4, 2, 3] and reduced over its last two axes,
 *
 *   copy t into d [4, 2, 3]     a nest of its own, in which every axis is a loop if need be
 *   rowSum of d                 4 rows of 6 columns, one stride each
 *
 * and a store the arrangement cannot follow is written to memory of its own and copied from there behind the nest.
 */

import type { Accumulation, Extent, Instruction, Load, NestBody, Step } from '../executors/kernel-program.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { PuregradError } from '../../core/tensor/errors.ts'
import { sizeOf, stridesOf } from '../../core/tensor/shape.ts'
import {
  arrange,
  spannedSizes,
  stridedOf,
  type Access,
  type Arranged,
  type Arrangement,
  type LoadAccess,
} from './arrange.ts'
import { ownerOf, writtenStorage, type NestGroup, type Reference, type Storage } from './graph.ts'
import { contiguousLayout, type Layout } from './layout.ts'
import type { PlannedStep } from './contract.ts'
import { planNest, type NestPlan } from './nest-plan.ts'
import type { Work } from './region-context.ts'

/** At most so many outer loops has an instruction. */
const mostOuterLoops = 4

const loadOf = (access: LoadAccess, arrangement: Arrangement): Load => {
  const { place, outerStrides, rowStride, columnStride } = stridedOf(access, arrangement)
  const { columns } = arrangement
  const isFull = access.full || (columnStride !== 0 && columns > 1) || (columns === 1 && rowStride !== 0)
  const extent: Extent = isFull
    ? 'full'
    : rowStride !== 0 || outerStrides.some((stride) => stride !== 0)
      ? 'row'
      : 'scalar'
  return { dtype: access.dtype, extent, place, outerStrides, rowStride, columnStride }
}

/** The extent of a step, from those of the registers before it: the widest of its inputs. */
const extentOfStep = ({ operation, inputs }: PlannedStep, extents: readonly Extent[]): Extent => {
  if (operation === 'rowSum' || operation === 'rowMax') return 'row'
  let widest: Extent = 'scalar'
  for (let i = 0; i < inputs.length; i++) {
    const extent = extents[inputs[i]!]!
    if (extent === 'full') return 'full'
    if (extent === 'row') widest = 'row'
  }
  return widest
}

/** The instruction's body, once every storage has a place. */
export const nestBody = (plan: NestPlan, arrangement: Arrangement): NestBody => {
  const loads = plan.loads.map((access) => loadOf(access, arrangement))
  const extents: Extent[] = loads.map(({ extent }) => extent)
  const steps = plan.steps.map((step): Step => {
    const { operation, dtype, inputs } = step
    const extent = extentOfStep(step, extents)
    extents.push(extent)
    return { operation, dtype, extent, inputs }
  })
  return {
    loads,
    steps,
    stores: plan.stores.map((store) => {
      const { place, outerStrides, rowStride, columnStride } = stridedOf(store, arrangement)
      return { register: store.register, place, outerStrides, rowStride, columnStride }
    }),
    accumulations: plan.accumulations.map((accumulation): Accumulation => {
      const { register, reduction, over } = accumulation
      const { place, outerStrides, columnStride } = stridedOf(accumulation, arrangement)
      return { register, reduction, over, place, outerStrides, columnStride }
    }),
  }
}

/** Makes an instruction over the loops of an arrangement, which has no more than an instruction can hold. */
export type EmitArranged = (
  plan: NestPlan,
  arrangement: Arrangement,
  factors: readonly Access[],
) => Instruction

const emitNest: EmitArranged = (plan, arrangement) => {
  const { outer, rows, columns } = arrangement
  return { kind: 'nest', outer, rows, columns, ...nestBody(plan, arrangement) }
}

/** Instructions for a plan whose accesses all follow its arrangement: several where it has too many outer loops for one. */
const arrangedInstructions = (
  plan: NestPlan,
  factors: readonly Access[] = [],
  emit: EmitArranged = emitNest,
  { arrangement }: Arranged = arrange(plan, plan, factors),
): readonly Instruction[] => {
  if (arrangement.outer.length <= mostOuterLoops) return [emit(plan, arrangement, factors)]
  const axis = arrangement.outerAxes[0]![0]!
  return Array.from({ length: plan.domain[axis]! }, (_, i) => i).flatMap((i) => {
    const moved = <A extends Access>(access: A): A => ({
      ...access,
      offset: access.offset + i * access.strides[axis]!,
    })
    return arrangedInstructions(
      {
        ...plan,
        domain: plan.domain.map((n, j) => (j === axis ? 1 : n)),
        loads: plan.loads.map(moved),
        stores: plan.stores.map(moved),
        accumulations: plan.accumulations.map(moved),
      },
      factors.map(moved),
      emit,
    )
  })
}

/** Copies elements of one access into another, over a domain. */
export const copyElementwise = (
  domain: readonly number[],
  from: Access,
  to: Access,
): readonly Instruction[] =>
  sizeOf(domain) === 0
    ? []
    : arrangedInstructions({
        domain,
        outer: undefined,
        columns: undefined,
        loads: [{ ...from, dtype: to.storage.dtype, full: true }],
        steps: [],
        stores: [{ ...to, register: 0 }],
        accumulations: [],
      })

export const accessOf = (storage: Storage, { strides, offset }: Layout): Access => ({
  storage,
  strides,
  offset,
})

/** The elements of a view, in row-major order from the start of a storage. */
export const copyView = (from: Reference, to: Storage): readonly Instruction[] =>
  copyElementwise(from.layout.shape, accessOf(writtenStorage(from), from.layout), {
    storage: to,
    strides: stridesOf(from.layout.shape),
    offset: 0,
  })

/** Memory of its own for an access, over the sizes it spans. */
interface Detour<A extends Access> {
  readonly access: A
  readonly spanned: readonly number[]
  readonly direct: Access
}

const detour = <A extends Access>(access: A, spanned: readonly number[], dtype: DType): Detour<A> => ({
  access,
  spanned,
  direct: {
    storage: { dtype, size: sizeOf(spanned) },
    strides: contiguousLayout(spanned).strides,
    offset: 0,
  },
})

/** The accesses by way of their detours. */
const rerouted = <A extends Access>(accesses: readonly A[], detours: readonly Detour<A>[]): readonly A[] =>
  accesses.map((access) => ({ ...access, ...detours.find((made) => made.access === access)?.direct }))

/** Whether a nest stores every element of `to`, each once, exactly where each of its loads of `from` reads. */
const storesWhereItLoads = (
  { domain, loads, stores, accumulations }: NestPlan,
  from: Storage,
  to: Storage,
): boolean => {
  const isOf = (storage: Storage) => (access: Access) => ownerOf(access.storage) === storage
  const [store, ...others] = stores.filter(isOf(to))
  if (store === undefined || others.length > 0 || accumulations.some(isOf(to))) return false
  const moving = domain.flatMap((n, axis) => (n === 1 ? [] : [axis]))
  const { storage, strides } = store
  return (
    storage === to &&
    sizeOf(domain) === to.size &&
    moving.every((axis) => strides[axis] !== 0) &&
    loads
      .filter(isOf(from))
      .every(
        (load) =>
          load.storage === from &&
          load.offset === store.offset &&
          load.dtype === to.dtype &&
          moving.every((axis) => load.strides[axis] === strides[axis]),
      )
  )
}

const storageOfAccess = ({ storage }: Access): Storage => storage

const storageOfDetour = ({ direct }: Detour<Access>): Storage => direct.storage

/**
 * A plan as work: copies of what the arrangement cannot follow before the instruction, or behind it. `factors` are what
 * the instruction reads besides along the same loops.
 */
export const arrangedWork = (plan: NestPlan, factors: readonly Access[] = [], emit?: EmitArranged): Work => {
  const { domain } = plan
  const arranged = arrange(plan, plan, factors)
  const { copied, required } = arranged
  const isCopied = (access: Access): boolean => copied.includes(access)
  const follows = copied.length === 0
  const before = follows ? [] : plan.loads.filter(isCopied).map((load) => detour(load, domain, load.dtype))
  const behind = follows
    ? []
    : plan.stores
        .filter(isCopied)
        .map((store) => detour(store, spannedSizes(store, domain, required), store.storage.dtype))
  const direct: NestPlan = follows
    ? plan
    : { ...plan, loads: rerouted(plan.loads, before), stores: rerouted(plan.stores, behind) }
  const final = follows ? arranged : arrange(direct, direct, factors)
  if (final.copied.length > 0)
    throw new PuregradError('unreachable: contiguous memory that an arrangement cannot follow')
  return {
    storesOver: (from, to) =>
      final.arrangement.outer.length <= mostOuterLoops &&
      (final.arrangement.columns > 1 || from.place?.space !== 'input') &&
      !factors.some(({ storage }) => ownerOf(storage) === from) &&
      storesWhereItLoads(direct, from, to),
    reads: plan.loads.map(storageOfAccess).concat(factors.map(storageOfAccess)),
    writes: before
      .map(storageOfDetour)
      .concat(
        behind.map(storageOfDetour),
        plan.stores.map(storageOfAccess),
        plan.accumulations.map(storageOfAccess),
      ),
    inner: 0,
    emit: () =>
      before
        .flatMap(({ access, spanned, direct: to }) => copyElementwise(spanned, access, to))
        .concat(
          arrangedInstructions(direct, factors, emit, final),
          behind.flatMap(({ access, direct: from }) =>
            copyElementwise(variedSizes(access, domain), from, access),
          ),
        ),
  }
}

/** The sizes an access has along the axes it varies along. */
const variedSizes = ({ strides }: Access, domain: readonly number[]): readonly number[] =>
  domain.map((n, axis) => (strides[axis] === 0 ? 1 : n))

/** The work of a group of elementwise steps and reductions. */
export const nestWork = (group: NestGroup): Work => arrangedWork(planNest(group, undefined))
