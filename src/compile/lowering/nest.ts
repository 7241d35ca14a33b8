import type {
  Accumulation,
  Extent,
  Load,
  NestBody,
  Place,
  Step,
  Store,
  StridedPlace,
} from '../executors/kernel-program.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { stridesOf, sizeOf } from '../../core/tensor/shape.ts'
import { FusionError } from './fusion-error.ts'
import type { Group, Node, Reference, Storage } from './graph.ts'

/** An access to memory over the axes of a domain. */
export interface Access {
  readonly storage: Storage
  readonly strides: readonly number[]
  readonly offset: number
}

interface LoadAccess extends Access {
  readonly dtype: DType
  /** Every position has its own value in the register, even where the memory repeats. */
  readonly full: boolean
}

/** What a group's nest reads, computes and writes, before its axes are arranged. */
export interface NestPlan {
  readonly domain: readonly number[]
  readonly loads: readonly LoadAccess[]
  readonly steps: readonly PlannedStep[]
  readonly stores: readonly (Access & { readonly register: number })[]
  readonly accumulations: readonly (Access & {
    readonly register: number
    readonly reduction: 'sum' | 'max'
    readonly over: 'rows' | 'all'
  })[]
  readonly outer: number | undefined
  readonly columns: number | undefined
}

interface PlannedStep {
  readonly operation: Step['operation']
  readonly dtype: DType
  readonly inputs: readonly number[]
}

/** Strides over the axes of the domain from strides over aligned axes. */
const overDomain = (
  strides: readonly number[],
  alignment: readonly number[],
  rank: number,
): readonly number[] => {
  const result = Array.from({ length: rank }, () => 0)
  alignment.forEach((axis, i) => {
    if (axis >= 0) result[axis] = strides[i] as number
  })
  return result
}

const isCopy = ({ work }: Node): boolean => work.kind === 'copy' || work.kind === 'part'

const storageOf = ({ root }: Reference): Storage => {
  if (root.storage === undefined) throw new FusionError()
  return root.storage
}

/** Steps with a · b + c in one, where the product is used once. */
const contracted = (
  steps: readonly PlannedStep[],
  loads: number,
  kept: ReadonlySet<number>,
): { readonly steps: readonly PlannedStep[]; readonly renumber: (register: number) => number } => {
  const uses = new Map<number, number>()
  steps.forEach(({ inputs }) => {
    inputs.forEach((register) => uses.set(register, (uses.get(register) ?? 0) + 1))
  })
  const product = (register: number): PlannedStep | undefined => {
    const step = steps[register - loads]
    return step?.operation === 'mul' && uses.get(register) === 1 && !kept.has(register) ? step : undefined
  }
  const dropped = new Set<number>()
  const merged = steps.map((step): PlannedStep => {
    if (step.operation !== 'add' || !(step.dtype === 'float32' || step.dtype === 'float64')) return step
    const [x, y] = step.inputs as readonly [number, number]
    const from = product(x) !== undefined ? x : product(y) !== undefined ? y : undefined
    if (from === undefined) return step
    const [a, b] = (product(from) as PlannedStep).inputs as readonly [number, number]
    dropped.add(from)
    return { operation: 'mulAdd', dtype: step.dtype, inputs: [a, b, from === x ? y : x] }
  })
  const numbers = new Map<number, number>()
  let next = loads
  merged.forEach((_, i) => {
    if (!dropped.has(loads + i)) numbers.set(loads + i, next++)
  })
  const renumber = (register: number): number =>
    register < loads ? register : (numbers.get(register) as number)
  return {
    steps: merged
      .filter((_, i) => !dropped.has(loads + i))
      .map((step) => ({ ...step, inputs: step.inputs.map(renumber) })),
    renumber,
  }
}

/** The nest of a group; for a matmul, register 0 is the product read from `product`. */
export const planNest = (group: Group, product: Storage | undefined): NestPlan => {
  const { domain } = group
  const rank = domain.length
  const loads: LoadAccess[] = []
  const keys = new Map<string, number>()
  const ids = new Map<Storage, number>()
  const load = (access: LoadAccess): number => {
    const id = ids.get(access.storage) ?? ids.size
    ids.set(access.storage, id)
    const key = `${String(id)}|${access.strides.join()}|${String(access.offset)}|${String(access.full)}`
    const found = keys.get(key)
    if (found !== undefined) return found
    keys.set(key, loads.length)
    loads.push(access)
    return loads.length - 1
  }
  if (product !== undefined)
    load({
      storage: product,
      strides: stridesOf(domain),
      offset: 0,
      dtype: (group.nodes[0] as Node).dtype,
      full: true,
    })
  // Loads are numbered before steps: a first sweep finds them, a second one numbers the steps.
  type Operand = { readonly load: number } | { readonly node: Node }
  const operandOf = (operand: Reference, alignment: readonly number[], full: boolean): Operand => {
    const { root, layout } = operand
    if (root.kind === 'node' && root.group === group && root.work.kind !== 'accumulation') {
      if (root.work.kind === 'copy') return operandOf(root.operands[0] as Reference, root.alignment, true)
      return { node: root }
    }
    return {
      load: load({
        storage: storageOf(operand),
        strides: overDomain(layout.strides, alignment, rank),
        offset: layout.offset,
        dtype: dtypeOf(operand),
        full,
      }),
    }
  }
  const planned = group.nodes
    .filter(({ work }) => work.kind !== 'product')
    .map((node) => ({
      node,
      operands: node.operands.map((operand) =>
        operandOf(
          operand,
          node.operandAlignment ?? node.alignment,
          isCopy(node) || node.operandAlignment !== undefined,
        ),
      ),
    }))
  const registers = new Map<Node, number>()
  group.nodes.forEach((node) => {
    if (node.work.kind === 'product') registers.set(node, 0)
  })
  const registerOf = (operand: Operand): number =>
    'load' in operand ? operand.load : (registers.get(operand.node) as number)
  const steps: PlannedStep[] = []
  // What is computed already from the same registers is not computed again.
  const computed = new Map<string, number>()
  for (const { node, operands } of planned) {
    const { work } = node
    if (isCopy(node)) registers.set(node, registerOf(operands[0] as Operand))
    if (work.kind === 'step' || work.kind === 'rowReduction') {
      const inputs = operands.map(registerOf)
      const { operation } = work
      const key = `${operation} ${node.dtype} ${inputs.join()}`
      const known = computed.get(key) ?? loads.length + steps.length
      computed.set(key, known)
      registers.set(node, known)
      if (known === loads.length + steps.length) steps.push({ operation, dtype: node.dtype, inputs })
    }
  }
  const stored = group.nodes.filter(
    (node) =>
      node.storage !== undefined &&
      node.work.kind !== 'accumulation' &&
      !(node.work.kind === 'product' && node.storage === product),
  )
  const accumulated = planned.filter(({ node }) => node.work.kind === 'accumulation')
  const kept = new Set([
    ...stored.map((node) => registers.get(node) as number),
    ...accumulated.map(({ operands }) => registerOf(operands[0] as Operand)),
  ])
  const { steps: merged, renumber } = contracted(steps, loads.length, kept)
  return {
    domain,
    loads,
    steps: merged,
    stores: stored.map((node) => ({
      register: renumber(registers.get(node) as number),
      storage: node.storage as Storage,
      strides: overDomain(node.layout.strides, node.alignment, rank),
      offset: 0,
    })),
    accumulations: accumulated.map(({ node, operands }) => {
      const work = node.work as Extract<Node['work'], { kind: 'accumulation' }>
      return {
        register: renumber(registerOf(operands[0] as Operand)),
        reduction: work.reduction,
        over: work.over,
        storage: node.storage as Storage,
        strides: overDomain(node.layout.strides, node.alignment, rank),
        offset: 0,
      }
    }),
    outer: group.outer,
    columns: group.columns,
  }
}

const dtypeOf = ({ root }: Reference): DType => (root.kind === 'leaf' ? root.storage.dtype : root.dtype)

/** How the axes of a domain become outer loops, rows and columns. */
export interface Arrangement {
  readonly outer: readonly number[]
  readonly rows: number
  readonly columns: number
  /** For each outer loop, the rows and the columns: the axes they run over, outermost first. */
  readonly outerAxes: readonly (readonly number[])[]
  readonly rowAxes: readonly number[]
  readonly columnAxes: readonly number[]
}

/** Whether one stride walks through these axes together. */
const merges = (strides: readonly number[], axes: readonly number[], domain: readonly number[]): boolean =>
  axes.every((axis, i) => {
    const next = axes[i + 1]
    return next === undefined || strides[axis] === (strides[next] as number) * (domain[next] as number)
  })

/** Adjacent axes in runs that every access walks through with one stride. */
const runs = (
  axes: readonly number[],
  accesses: readonly Access[],
  domain: readonly number[],
): readonly (readonly number[])[] =>
  axes.reduce<readonly (readonly number[])[]>((sofar, axis) => {
    const last = sofar[sofar.length - 1]
    if (last === undefined) return [[axis]]
    const longer = [...last, axis]
    return accesses.every(({ strides }) => merges(strides, longer.slice(-2), domain))
      ? [...sofar.slice(0, -1), longer]
      : [...sofar, [axis]]
  }, [])

const sizeAlong = (axes: readonly number[], domain: readonly number[]): number =>
  sizeOf(axes.map((axis) => domain[axis] as number))

/**
 * Arranges the axes of a nest, and says which loads have to be copied first, and which stores copied behind it, because
 * the arrangement the reductions ask for is not one their strides can follow.
 */
export const arrange = (
  plan: NestPlan,
  extra: readonly Access[] = [],
): { readonly arrangement: Arrangement; readonly copied: readonly Access[] } => {
  const { domain, outer, columns } = plan
  const real = [...domain.keys()].filter((axis) => domain[axis] !== 1)
  const from = (start: number, end: number): readonly number[] =>
    real.filter((axis) => axis >= start && axis < end)
  const rank = domain.length
  const all: readonly Access[] = [...plan.loads, ...plan.stores, ...extra]
  const required: (readonly number[])[] = []
  if (columns !== undefined) required.push(from(columns, rank))
  if (outer !== undefined && columns !== undefined) required.push(from(outer, columns))
  const loadRuns = runs(real, all, domain)
  // Without columns settled but all reduced, at most two runs are left as rows and columns.
  const last = loadRuns[loadRuns.length - 1] ?? []
  if (outer !== undefined && columns === undefined) {
    required.push(last)
    required.push(from(outer, last[0] ?? rank))
  }
  const copied = all.filter(({ strides }) => required.some((axes) => !merges(strides, axes, domain)))
  if (copied.some((access) => extra.includes(access))) throw new FusionError()
  const rest = all.filter((access) => !copied.includes(access))
  const columnAxes = columns === undefined ? last : from(columns, rank)
  const before = real.filter(
    (axis) => !columnAxes.includes(axis) && axis < (columnAxes[0] ?? columns ?? rank),
  )
  const outerPart = outer === undefined ? before : before.filter((axis) => axis < outer)
  const rowPart = outer === undefined ? [] : before.filter((axis) => axis >= outer)
  const outerRuns = runs(outerPart, [...rest, ...plan.accumulations], domain)
  const rowAxes = outer === undefined ? (outerRuns[outerRuns.length - 1] ?? []) : rowPart
  const outerAxes = outer === undefined ? outerRuns.slice(0, -1) : outerRuns
  return {
    arrangement: {
      outer: outerAxes.map((axes) => sizeAlong(axes, domain)),
      rows: sizeAlong(rowAxes, domain),
      columns: sizeAlong(columnAxes, domain),
      outerAxes,
      rowAxes,
      columnAxes,
    },
    copied,
  }
}

const strideAlong = (strides: readonly number[], axes: readonly number[]): number => {
  const last = axes[axes.length - 1]
  return last === undefined ? 0 : (strides[last] as number)
}

export const placeOf = ({ place, dtype, within }: Storage, offset: number): Place => {
  if (within !== undefined) return placeOf(within.storage, within.offset + offset)
  if (place === undefined) throw new FusionError()
  if (place.space === 'input') return { space: 'input', index: place.index, offset }
  const bytes = bytesOf(dtype)
  return { space: place.space, offset: place.byteOffset / bytes + offset }
}

export const bytesOf = (dtype: DType): number => (dtype === 'float64' ? 8 : dtype === 'bool' ? 1 : 4)

export const stridedOf = (
  { storage, strides, offset }: Access,
  { outerAxes, rowAxes, columnAxes }: Arrangement,
): StridedPlace => ({
  place: placeOf(storage, offset),
  outerStrides: outerAxes.map((axes) => strideAlong(strides, axes)),
  rowStride: strideAlong(strides, rowAxes),
  columnStride: strideAlong(strides, columnAxes),
})

/** The instruction's body, once every storage has a place. */
export const nestBody = (plan: NestPlan, arrangement: Arrangement): NestBody => {
  const { columns } = arrangement
  const loads = plan.loads.map((access): Load => {
    const strided = stridedOf(access, arrangement)
    const { outerStrides, rowStride, columnStride } = strided
    const extent: Extent =
      access.full || (columnStride !== 0 && columns > 1) || (columns === 1 && rowStride !== 0)
        ? 'full'
        : rowStride !== 0 || outerStrides.some((stride) => stride !== 0)
          ? 'row'
          : 'scalar'
    return { dtype: access.dtype, extent, ...strided }
  })
  const extents: Extent[] = loads.map(({ extent }) => extent)
  const steps = plan.steps.map(({ operation, dtype, inputs }): Step => {
    const inner = inputs.map((register) => extents[register] as Extent)
    const extent: Extent =
      operation === 'rowSum' || operation === 'rowMax'
        ? 'row'
        : inner.includes('full')
          ? 'full'
          : inner.includes('row')
            ? 'row'
            : 'scalar'
    extents.push(extent)
    return { operation, dtype, extent, inputs }
  })
  return {
    loads,
    steps,
    stores: plan.stores.map((store): Store => {
      const strided = stridedOf(store, arrangement)
      return { register: store.register, ...strided }
    }),
    accumulations: plan.accumulations.map((accumulation): Accumulation => {
      const { place, outerStrides, columnStride } = stridedOf(accumulation, arrangement)
      return {
        register: accumulation.register,
        reduction: accumulation.reduction,
        over: accumulation.over,
        place,
        outerStrides,
        columnStride,
      }
    }),
  }
}

/** The sizes an instruction has. */
export const spaceOf = ({
  outer,
  rows,
  columns,
}: Arrangement): { readonly outer: readonly number[]; readonly rows: number; readonly columns: number } => ({
  outer,
  rows,
  columns,
})
