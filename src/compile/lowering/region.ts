import type { Instruction, NestBody } from '../executors/kernel-program.ts'
import type { StructuralParameters, Program } from '../../core/primitive/program.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { sizeOf, stridesOf } from '../../core/tensor/shape.ts'
import { joinPads } from '../passes/join-pads.ts'
import { buildGroups } from './build.ts'
import { startFusion } from './fusion.ts'
import { FusionError } from './fusion-error.ts'
import {
  givenReference,
  ownerOf,
  storageOf,
  type Group,
  type LeafReference,
  type Node,
  type Reference,
  type Storage,
} from './graph.ts'
import { contiguousLayout, isContiguousLayout } from './layout.ts'
import { planMemory, storageBytes, type Lifetime } from './memory.ts'
import {
  arrange,
  nestBody,
  planNest,
  placeOf,
  stridedOf,
  type Access,
  type Arrangement,
  type NestPlan,
  spaceOf,
} from './nest.ts'
import { nestInstructions } from './nest-instructions.ts'
import { emitOther } from './other.ts'
import { zeroOf } from './zero.ts'

export interface RegionContext {
  readonly fuse: boolean
  readonly constantReference: (tensor: ConcreteTensor) => LeafReference
  /** The number of loops around. */
  readonly depth: number
  /** Outputs are copied out of the region by what is around it. */
  readonly nested: boolean
  /**
   * How output `i` is wanted: as any view of what holds its elements, with its elements in row-major order from the start
   * of a storage, or copied, because what it views is overwritten before it is read.
   */
  readonly outputForm: (output: Reference, i: number) => 'view' | 'dense' | 'copy'
}

/** A program over given inputs, lowered except for places. Its outputs are written when it has run. */
export interface Region {
  readonly outputs: readonly Reference[]
  /** Plans the memory of every storage that has no place yet. */
  readonly plan: () => {
    readonly bytes: number
    /** The instructions, with the region's part of the arena starting at `base`. */
    readonly emit: (base: number) => readonly Instruction[]
  }
}

/** What one group reads and writes, and how it becomes instructions once all places are known. */
interface Work {
  readonly position: number
  readonly reads: readonly Storage[]
  readonly writes: readonly Storage[]
  /** Arena bytes of programs inside the instruction. */
  readonly inner: number
  readonly emit: (innerBase: number) => readonly Instruction[]
}

/** Memory of its own for an access, over the axes it spans. */
interface Detour {
  readonly access: Access
  readonly spanned: readonly number[]
  readonly direct: Access
}

/** Row-major strides, 0 along axes of one element. */
const stridesAlong = (shape: readonly number[]): readonly number[] => contiguousLayout(shape).strides

const copyInstruction = (
  domain: readonly number[],
  from: Access,
  to: Access,
  dtype: DType,
): readonly Instruction[] =>
  nestInstructions({
    domain,
    loads: [{ ...from, dtype, full: true }],
    steps: [],
    stores: [{ ...to, register: 0 }],
    accumulations: [],
    outer: undefined,
    columns: undefined,
  })

/** The memory of something that is written before it is read. */
const writtenStorage = ({ root }: Reference): Storage => {
  if (root.storage === undefined) throw new FusionError()
  return root.storage
}

/** A value of the region around, as a region inside sees it. */
const entering = (reference: Reference): LeafReference =>
  givenReference(writtenStorage(reference), reference.layout)

export const lowerRegion = (
  program: Program,
  inputs: readonly LeafReference[],
  context: RegionContext,
): Region => {
  const fusion = startFusion(context.fuse)
  const { outputs } = buildGroups(joinPads(program), fusion, inputs, context)

  const nestWork = (group: Group): Work => {
    const plan = planNest(group, undefined)
    return finishNest(group, plan, [], (body, arrangement) => [
      { kind: 'nest', ...spaceOf(arrangement), ...body },
    ])
  }

  /** Copies what the arrangement cannot follow: loads before the instruction, stores behind it. */
  const finishNest = (
    group: Group,
    plan: NestPlan,
    extra: readonly Access[],
    emit: (body: NestBody, arrangement: Arrangement) => readonly Instruction[],
  ): Work => {
    const { domain } = plan
    const copied = new Set(arrange(plan, extra).copied)
    const detour = (access: Access, spanned: readonly number[], dtype: DType): Detour => ({
      access,
      spanned,
      direct: { storage: { dtype, size: sizeOf(spanned) }, strides: stridesAlong(spanned), offset: 0 },
    })
    const before = new Map(
      plan.loads
        .filter((load) => copied.has(load))
        .map((load) => [load as Access, detour(load, domain, load.dtype)] as const),
    )
    const behind = new Map(
      plan.stores
        .filter((store) => copied.has(store))
        .map((store) => {
          const spanned = domain.map((n, axis) => (store.strides[axis] === 0 ? 1 : n))
          return [store, detour(store, spanned, store.storage.dtype)] as const
        }),
    )
    const final: NestPlan = {
      ...plan,
      loads: plan.loads.map((load) => ({ ...load, ...before.get(load)?.direct })),
      stores: plan.stores.map((store) => ({ ...store, ...behind.get(store)?.direct })),
    }
    const { arrangement, copied: still } = arrange(final, extra)
    if (still.length > 0) throw new FusionError()
    const temporary = [...before.values(), ...behind.values()].map(({ direct }) => direct.storage)
    return {
      position: group.position,
      reads: [...plan.loads.map(({ storage }) => storage), ...extra.map(({ storage }) => storage)],
      writes: [
        ...temporary,
        ...plan.stores.map(({ storage }) => storage),
        ...plan.accumulations.map(({ storage }) => storage),
      ],
      inner: 0,
      emit: () => [
        ...[...before.values()].flatMap(({ access, spanned, direct }) =>
          copyInstruction(spanned, access, direct, direct.storage.dtype),
        ),
        ...(arrangement.outer.length > 4
          ? nestInstructions(final)
          : emit(nestBody(final, arrangement), arrangement)),
        ...[...behind.values()].flatMap(({ access, spanned, direct }) =>
          copyInstruction(spanned, direct, access, direct.storage.dtype),
        ),
      ],
    }
  }

  const matmulWork = (group: Group): Work => {
    const [left, right] = group.factors as readonly [Reference, Reference]
    const product = group.nodes[0] as Node
    const whole = (node: Node): boolean =>
      node.storage !== undefined &&
      node.dtype === product.dtype &&
      node.work.kind === 'step' &&
      node.alignment.filter((axis) => axis >= 0).length === group.domain.filter((n) => n !== 1).length &&
      node.layout.strides.every(
        (stride, i) => stride === 0 || stride === stridesOf(group.domain)[node.alignment[i] as number],
      )
    const storage = product.storage ??
      group.nodes.find(whole)?.storage ?? { dtype: product.dtype, size: sizeOf(group.domain) }
    const plan = planNest(group, storage)
    const rank = group.domain.length
    const [m, n] = group.domain.slice(rank - 2) as [number, number]
    const k = left.layout.shape[rank - 1] as number
    // The factors over the domain's axes: a repeats along columns, b along rows.
    const access = ({ root, layout }: Reference, dropped: number): Access => ({
      storage: root.storage as Storage,
      strides: layout.strides.map((stride, axis) => (axis === dropped ? 0 : stride)),
      offset: layout.offset,
    })
    const [a, b] = [access(left, rank - 1), access(right, rank - 2)]
    const epilogue = group.nodes.length > 1
    const work = finishNest(group, plan, [a, b], (body, arrangement) => {
      const aAt = stridedOf(a, arrangement)
      const bAt = stridedOf(b, arrangement)
      return [
        {
          kind: 'matmul',
          dtype: product.dtype as 'float32' | 'float64',
          outer: arrangement.outer,
          m,
          n,
          k,
          a: { ...aAt, columnStride: left.layout.strides[rank - 1] as number },
          b: {
            ...bAt,
            rowStride: right.layout.strides[rank - 2] as number,
          },
          c: stridedOf({ storage, strides: stridesOf(group.domain), offset: 0 }, arrangement),
          ...(epilogue ? { epilogue: body } : {}),
        },
      ]
    })
    return { ...work, writes: [...work.writes, storage] }
  }

  const otherWork = (group: Group): Work => {
    const other = group.other
    if (other === undefined) throw new FusionError()
    const reads = other.reads.map(({ root }) => root.storage as Storage)
    const { work } = other
    if (work.kind === 'equation' && work.equation.operation === 'scan')
      return scanWork(group, work.equation.params, other.reads, other.writes)
    if (work.kind === 'equation' && work.equation.operation === 'cond')
      return condWork(group, work.equation.params, other.reads, other.writes)
    const zero = (dtype: DType): Storage => context.constantReference(zeroOf(dtype)).root.storage
    const storages = other.writes.map(({ dtype }) => zero(dtype))
    return {
      position: group.position,
      reads,
      writes: other.writes,
      inner: 0,
      emit: () => emitOther(other, storages),
    }
  }

  /** The elements of a view, in row-major order from the start of a storage. */
  const copyView = (from: Reference, to: Storage): readonly Instruction[] =>
    to.size === 0
      ? []
      : copyInstruction(
          from.layout.shape,
          { storage: writtenStorage(from), strides: from.layout.strides, offset: from.layout.offset },
          { storage: to, strides: stridesOf(from.layout.shape), offset: 0 },
          to.dtype,
        )

  const scanWork = (
    group: Group,
    { body, fixed, carried, length, reverse }: StructuralParameters['scan'],
    reads: readonly Reference[],
    writes: readonly Storage[],
  ): Work => {
    const { depth } = context
    const carriedStorages = writes.slice(0, carried)
    const stacks = writes.slice(carried)
    const sequences = reads.slice(fixed + carried)
    const elements = body.inputs
      .slice(fixed + carried)
      .map(({ dtype, shape }): Storage => ({ dtype, size: sizeOf(shape) }))
    const region = lowerRegion(
      body,
      [
        ...reads.slice(0, fixed).map(entering),
        ...[...carriedStorages, ...elements].map((storage, i) =>
          givenReference(storage, contiguousLayout(body.inputs[fixed + i]?.shape ?? [])),
        ),
      ],
      {
        ...context,
        depth: depth + 1,
        nested: true,
        // All carried values are replaced at once: what views another of them, or its own in another order, is copied
        // before the first is written.
        outputForm: ({ root, layout }, i) =>
          i >= carried
            ? 'dense'
            : !carriedStorages.includes(root.storage as Storage) ||
                (root.storage === carriedStorages[i] && isContiguousLayout(layout))
              ? 'view'
              : 'copy',
      },
    )
    const { outputs } = region
    const planned = region.plan()
    const advance = (size: number): { readonly offset: number; readonly advance: number } =>
      reverse ? { offset: (length - 1) * size, advance: -size } : { offset: 0, advance: size }
    const loop = (base: number): readonly Instruction[] => [
      {
        kind: 'loop',
        count: length,
        body: [
          ...elements.flatMap((storage, i): readonly Instruction[] => {
            if (storage.size === 0) return []
            const from = advance(storage.size)
            return [
              {
                kind: 'copyAt',
                dtype: storage.dtype,
                count: storage.size,
                depth,
                from: placeOf(writtenStorage(sequences[i] as Reference), from.offset),
                fromAdvance: from.advance,
                to: placeOf(storage, 0),
                toAdvance: 0,
              },
            ]
          }),
          ...planned.emit(base),
          ...stacks.flatMap((stack, i): readonly Instruction[] => {
            const result = outputs[carried + i] as Reference
            const count = sizeOf(result.layout.shape)
            if (count === 0) return []
            const to = advance(count)
            return [
              {
                kind: 'copyAt',
                dtype: stack.dtype,
                count,
                depth,
                from: placeOf(writtenStorage(result), 0),
                fromAdvance: 0,
                to: placeOf(stack, to.offset),
                toAdvance: to.advance,
              },
            ]
          }),
          ...carriedStorages.flatMap((storage, i) => {
            const result = outputs[i] as Reference
            return result.root.storage === storage ? [] : copyView(result, storage)
          }),
        ],
      },
    ]
    return {
      position: group.position,
      reads: reads.map(writtenStorage),
      writes: [...writes, ...elements],
      inner: planned.bytes,
      emit: (base) => [
        ...carriedStorages.flatMap((storage, i) => copyView(reads[fixed + i] as Reference, storage)),
        ...(length === 0 ? [] : loop(base)),
      ],
    }
  }

  const condWork = (
    group: Group,
    { onTrue, onFalse }: StructuralParameters['cond'],
    reads: readonly Reference[],
    writes: readonly Storage[],
  ): Work => {
    const [predicate, ...operands] = reads as readonly [Reference, ...Reference[]]
    const regions = [onTrue, onFalse].map((branch) =>
      lowerRegion(branch, operands.map(entering), { ...context, nested: true, outputForm: () => 'view' }),
    )
    const planned = regions.map((region) => region.plan())
    const branch = (i: number, base: number): readonly Instruction[] => [
      ...(planned[i]?.emit(base) ?? []),
      ...writes.flatMap((storage, j) => copyView((regions[i] as Region).outputs[j] as Reference, storage)),
    ]
    return {
      position: group.position,
      reads: reads.map(writtenStorage),
      writes,
      inner: Math.max(...planned.map(({ bytes }) => bytes)),
      emit: (base) => [
        {
          kind: 'if',
          predicate: placeOf(writtenStorage(predicate), predicate.layout.offset),
          onTrue: branch(0, base),
          onFalse: branch(1, base),
        },
      ],
    }
  }

  const workOf = (group: Group): Work =>
    group.kind === 'matmul' ? matmulWork(group) : group.kind === 'nest' ? nestWork(group) : otherWork(group)

  const given = new Set(inputs.map(({ root }) => ownerOf(root.storage)))

  const plan: Region['plan'] = () => {
    // What another group reads has to be stored by its own.
    fusion.groups().forEach((group) => {
      group.nodes.forEach(({ operands }) => {
        operands.forEach(({ root }) => {
          if (root.kind === 'node' && root.group !== group) storageOf(root)
        })
      })
    })
    const works = fusion
      .groups()
      .filter((group) => group.nodes.length > 0 || group.other !== undefined)
      .map(workOf)
    const lives = new Map<Storage, { first: number; last: number }>()
    const touch = (part: Storage, at: number): void => {
      const storage = ownerOf(part)
      if (storage.place !== undefined || given.has(storage)) return
      const known = lives.get(storage)
      lives.set(storage, { first: Math.min(known?.first ?? at, at), last: Math.max(known?.last ?? at, at) })
    }
    works.forEach(({ reads, writes }, at) => {
      reads.forEach((storage) => touch(storage, at))
      writes.forEach((storage) => touch(storage, at))
    })
    if (context.nested) outputs.forEach(({ root }) => touch(root.storage as Storage, works.length))
    const storages = [...lives.keys()]
    const blocks: readonly Lifetime[] = [
      ...storages.map((storage) => ({
        bytes: storageBytes(storage),
        ...(lives.get(storage) as { readonly first: number; readonly last: number }),
      })),
      ...works.map(({ inner }, at) => ({ bytes: inner, first: at, last: at })),
    ]
    const { offsets, bytes } = planMemory(blocks)
    return {
      bytes,
      emit: (base) => {
        storages.forEach((storage, i) => {
          storage.place = { space: 'arena', byteOffset: base + (offsets[i] as number) }
        })
        return works.flatMap((work, at) => work.emit(base + (offsets[storages.length + at] as number)))
      },
    }
  }

  return { outputs, plan }
}
