import { bytesOf, type DType } from '../../../core/tensor/dtype.ts'
import {
  factorDType,
  type Extent,
  type Instruction,
  type NestBody,
  type Place,
  type StridedPlace,
} from '../kernel-program.ts'
import { routineOf } from '../routines.ts'
import type { Binding, PlacementOf } from './binder.ts'

/** Bytes of a buffer that an instruction reads or writes, from the first to behind the last. */
export interface Access {
  readonly binding: Binding
  readonly from: number
  readonly to: number
  readonly writes: boolean
}

type Plain = Exclude<Instruction, { readonly kind: 'loop' | 'while' | 'if' }>

interface Space {
  readonly outer: readonly number[]
  readonly rows: number
  readonly columns: number
}

/** Whether one has to be done before the other. */
export const doConflict = (some: readonly Access[], others: readonly Access[]): boolean =>
  some.some((a) =>
    others.some((b) => (a.writes || b.writes) && a.binding === b.binding && a.from < b.to && b.from < a.to),
  )

type Spans = readonly (readonly [size: number, stride: number])[]

/** Writes down what is touched, by where places are. */
const touchesOf = (placementOf: PlacementOf) => {
  const reach = (place: Place, dtype: DType, writes: boolean, spans: Spans): Access => {
    const { binding, bytes } = placementOf(place)
    const size = bytesOf(dtype)
    if (spans.some(([n]) => n === 0)) return { binding, from: bytes, to: bytes, writes }
    const ends = spans.map(([n, stride]) => (n - 1) * stride)
    const least = ends.reduce((sum, end) => sum + Math.min(0, end), place.offset)
    const most = ends.reduce((sum, end) => sum + Math.max(0, end), place.offset)
    return { binding, from: bytes + least * size, to: bytes + (most + 1) * size, writes }
  }
  return {
    run: (place: Place, dtype: DType, count: number, writes = false): Access =>
      reach(place, dtype, writes, [[count, 1]]),
    strided: (
      { place, outerStrides, rowStride, columnStride }: StridedPlace,
      dtype: DType,
      { outer, rows, columns }: Space,
      writes: boolean,
      extent: Extent = 'full',
    ): Access =>
      reach(place, dtype, writes, [
        ...outer.map((n, k) => [n, outerStrides[k]!] as const),
        [extent === 'scalar' ? 1 : rows, rowStride],
        [extent === 'full' ? columns : 1, columnStride],
      ]),
    /** What is touched in all turns of a loop, which moves on by `advance` each time. */
    turns: (
      place: Place,
      dtype: DType,
      count: number,
      times: number,
      advance: number,
      writes = false,
    ): Access =>
      reach(place, dtype, writes, [
        [count, 1],
        [times, advance],
      ]),
  }
}

type Touches = ReturnType<typeof touchesOf>

const bodyAccesses = (
  { strided }: Touches,
  { loads, steps, stores, accumulations }: NestBody,
  space: Space,
): readonly Access[] => {
  const registers = [...loads, ...steps]
  return [
    ...loads.map((load) => strided(load, load.dtype, space, false, load.extent)),
    ...stores.map((store) => {
      const { dtype, extent } = registers[store.register]!
      return strided(store, dtype, space, true, extent)
    }),
    // Over no rows too there is a result.
    ...accumulations.map((accumulation) =>
      strided(
        { ...accumulation, rowStride: 0 },
        registers[accumulation.register]!.dtype,
        { ...space, rows: 1 },
        true,
        accumulation.over === 'rows' ? 'full' : 'scalar',
      ),
    ),
  ]
}

type OfKind<K extends Plain['kind']> = Extract<Plain, { readonly kind: K }>

const indexingAccesses = ({ run }: Touches, instruction: OfKind<'gather' | 'scatterAdd'>) => {
  const { dtype, indexDType, batch, outer, n, inner, k, x, indices, out } = instruction
  const [whole, picked] = [batch * outer * n * inner, batch * outer * k * inner]
  const [read, written] = instruction.kind === 'gather' ? [whole, picked] : [picked, whole]
  return [run(x, dtype, read), run(indices, indexDType, batch * k), run(out, dtype, written, true)]
}

const accesses: {
  readonly [K in Plain['kind']]: (
    touches: Touches,
    instruction: OfKind<K>,
    loops: readonly number[],
  ) => readonly Access[]
} = {
  nest: (touches, nest) => bodyAccesses(touches, nest, nest),
  matmul: (touches, product) => {
    const { dtype, outer, m, n, k, a, b, c, epilogue } = product
    return [
      touches.strided(a, factorDType(product, a), { outer, rows: m, columns: k }, false),
      touches.strided(b, factorDType(product, b), { outer, rows: k, columns: n }, false),
      touches.strided(c, dtype, { outer, rows: m, columns: n }, true),
      ...(epilogue === undefined ? [] : bodyAccesses(touches, epilogue, { outer, rows: m, columns: n })),
    ]
  },
  gather: indexingAccesses,
  scatterAdd: indexingAccesses,
  cumsum: ({ run }, { dtype, outer, n, inner, x, out }) => [
    run(x, dtype, outer * n * inner),
    run(out, dtype, outer * n * inner, true),
  ],
  argmax: ({ run }, { dtype, outer, n, inner, x, out }) => [
    run(x, dtype, outer * n * inner),
    run(out, 'int32', outer * inner, true),
  ],
  argsort: ({ run }, { dtype, rows, n, x, out }) => [
    run(x, dtype, rows * n),
    run(out, 'int32', rows * n, true),
  ],
  threefry: ({ run }, { count, keys, counters, out }) => [
    run(keys, 'uint32', 2 * count),
    run(counters, 'uint32', 2 * count),
    run(out, 'uint32', 2 * count, true),
  ],
  randomBits: ({ run }, { batch, count, keys, out }) => [
    run(keys, 'uint32', 2 * batch),
    run(out, 'uint32', batch * count, true),
  ],
  copyAt: ({ turns }, { dtype, count, depth, from, fromAdvance, to, toAdvance }, loops) => [
    turns(from, dtype, count, loops[depth]!, fromAdvance),
    turns(to, dtype, count, loops[depth]!, toAdvance, true),
  ],
  routine: ({ run }, { name, dtype, sizes, reads, out }) => {
    const arrays = routineOf(name)!.reach(sizes)!
    return [
      ...reads.map((place, i) => run(place, dtype, arrays.reads[i]!)),
      run(out, dtype, arrays.writes, true),
    ]
  },
}

/** What an instruction reads and writes, in all turns of the loops around it, which make so many each. */
export const accessesOf = (
  placementOf: PlacementOf,
  instruction: Plain,
  loops: readonly number[],
): readonly Access[] => {
  const write = accesses[instruction.kind] as (
    touches: Touches,
    instruction: Plain,
    loops: readonly number[],
  ) => readonly Access[]
  return write(touchesOf(placementOf), instruction, loops)
}

/** What instructions touch, those inside of them too. */
export const accessesOfAll = (
  placementOf: PlacementOf,
  instructions: readonly Instruction[],
  loops: readonly number[] = [],
): readonly Access[] => {
  const inside = (list: readonly Instruction[], around = loops): readonly Access[] =>
    accessesOfAll(placementOf, list, around)
  const boolean = (place: Place): Access => touchesOf(placementOf).run(place, 'bool', 1)
  return instructions.flatMap((instruction) => {
    switch (instruction.kind) {
      case 'loop':
        return inside(instruction.body, [...loops, instruction.count])
      case 'while':
        return [...inside(instruction.condition), boolean(instruction.predicate), ...inside(instruction.body)]
      case 'if':
        return [boolean(instruction.predicate), ...inside(instruction.onTrue), ...inside(instruction.onFalse)]
      default:
        return accessesOf(placementOf, instruction, loops)
    }
  })
}
