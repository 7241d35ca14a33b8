import { gatherKernel, scatterAddKernel } from '../../../core/kernel/indexing.ts'
import { multiply } from '../../../core/kernel/matmul.ts'
import { argsortKernel } from '../../../core/kernel/argsort.ts'
import { argmaxKernel, cumsumKernel } from '../../../core/kernel/reduction.ts'
import type { FloatBuffer } from '../../../core/kernel/routine.ts'
import { randomBitsKernel, threefryKernel } from '../../../core/kernel/threefry.ts'
import { viewOf, type ConcreteTensor } from '../../../core/tensor/concrete.ts'
import { isStorage, viewBytes, type Buffer, type DType } from '../../../core/tensor/dtype.ts'
import { bfloat16Factor, halfValue } from '../../../core/tensor/half-bits.ts'
import { PuregradError } from '../../../core/tensor/errors.ts'
import { sizeOf } from '../../../core/tensor/shape.ts'
import { requireWellFormed } from '../check-kernel-program.ts'
import { routineOf } from '../routines.ts'
import type { Executor } from '../executor.ts'
import { requireBytes } from '../require-bytes.ts'
import {
  factorDType,
  type Factor,
  type Instruction,
  type MatmulInstruction,
  type NestBody,
  type Place,
  type StridedPlace,
} from '../kernel-program.ts'
import { interpretedNest } from './interpreted-nest.ts'
import { compiledNest, type Run, type SlotOf, type Space } from './nest.ts'
import { mathematicsOf } from './step-functions.ts'

/** Runs on the typed arrays by their numbers, at the counters of the loops around it, outermost first. */
type Action = (memory: readonly Buffer[], counters: number[]) => void

/** How the instructions of one program become actions. */
interface Loading {
  readonly reproducible: boolean
  readonly slotOf: SlotOf
  readonly nest: (body: NestBody, space: Space) => Run
}

type OfKind<K extends Instruction['kind']> = Extract<Instruction, { readonly kind: K }>

/** Elements next to each other, as a tensor. */
const viewAt = (
  { slotOf }: Loading,
  place: Place,
  dtype: DType,
  shape: readonly number[],
): ((memory: readonly Buffer[]) => ConcreteTensor) => {
  const slot = slotOf(place, dtype)
  const size = sizeOf(shape)
  return (memory) => viewOf(memory[slot]!.subarray(place.offset, place.offset + size), dtype, shape)
}

/** Puts what a kernel gives into its place. */
const writing = (
  { slotOf }: Loading,
  out: Place,
  dtype: DType,
  compute: (memory: readonly Buffer[]) => ConcreteTensor,
): Action => {
  const slot = slotOf(out, dtype)
  return (memory) => {
    const { data } = compute(memory).view
    // Nothing may have its place behind the end.
    if (data.length > 0) memory[slot]!.set(data, out.offset)
  }
}

const offsetAt = ({ place, outerStrides }: StridedPlace, at: readonly number[]): number =>
  outerStrides.reduce((sum, stride, axis) => sum + stride * at[axis]!, place.offset)

/** Where the elements of a factor lie from one of them on. */
interface Elements {
  readonly data: Buffer
  readonly offset: number
  readonly row: number
  readonly column: number
}

/** What a product takes for an element of a factor in memory; undefined where that is the element. */
type Taken = ((element: number) => number) | undefined

const takenOf = (product: MatmulInstruction, factor: Factor): Taken => {
  const dtype = factorDType(product, factor)
  const isRounded = product.factors === 'bfloat16'
  if (!isStorage(dtype)) return isRounded ? bfloat16Factor : undefined
  return isRounded ? (bits) => bfloat16Factor(halfValue(bits, dtype)) : (bits) => halfValue(bits, dtype)
}

const copied = (
  { data, offset, row, column }: Elements,
  rows: number,
  columns: number,
  taken: (element: number) => number,
): Elements => {
  const copy = new Float32Array(rows * columns)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) copy[i * columns + j] = taken(data[offset + i * row + j * column]!)
  return { data: copy, offset: 0, row: columns, column: 1 }
}

/** Of a factor that is taken as other numbers so many elements are copied at once, however large it is. */
const mostCopied = 65536

/** How many rows of a, or columns of b, are multiplied at once. */
const stripOf = (size: number, depth: number, taken: Taken): number =>
  taken === undefined ? size : Math.max(4, Math.floor(mostCopied / Math.max(1, 4 * depth)) * 4)

const matmulAction = (loading: Loading, instruction: MatmulInstruction): Action => {
  const { slotOf, nest, reproducible } = loading
  const { dtype, outer, m, n, k, a, b, c, epilogue } = instruction
  const [takenA, takenB] = [takenOf(instruction, a), takenOf(instruction, b)]
  const [rows, columns] = [stripOf(m, k, takenA), stripOf(n, k, takenB)]
  const slotA = slotOf(a.place, factorDType(instruction, a))
  const slotB = slotOf(b.place, factorDType(instruction, b))
  const slotC = slotOf(c.place, dtype)
  const after = epilogue === undefined ? undefined : nest(epilogue, { outer, rows: m, columns: n })
  const from = (data: Buffer, factor: Factor, start: number): Elements => ({
    data,
    offset: start,
    row: factor.rowStride,
    column: factor.columnStride,
  })
  const strips = (memory: readonly Buffer[], at: readonly number[]): void => {
    const [startA, startB, startC] = [offsetAt(a, at), offsetAt(b, at), offsetAt(c, at)]
    for (let i = 0; i < m; i += rows) {
      const high = Math.min(rows, m - i)
      const partA = from(memory[slotA]!, a, startA + i * a.rowStride)
      const left = takenA === undefined ? partA : copied(partA, high, k, takenA)
      for (let j = 0; j < n; j += columns) {
        const wide = Math.min(columns, n - j)
        const partB = from(memory[slotB]!, b, startB + j * b.columnStride)
        const right = takenB === undefined ? partB : copied(partB, k, wide, takenB)
        multiply(
          {
            m: high,
            n: wide,
            k,
            a: left.data,
            aOffset: left.offset,
            aRow: left.row,
            aColumn: left.column,
            b: right.data,
            bOffset: right.offset,
            bRow: right.row,
            bColumn: right.column,
            out: memory[slotC]!,
            outOffset: startC + i * c.rowStride + j,
            outRow: c.rowStride,
          },
          reproducible ? k : undefined,
        )
      }
    }
  }
  const each = (memory: readonly Buffer[], at: readonly number[]): void => {
    if (at.length === outer.length) {
      strips(memory, at)
      return
    }
    for (let i = 0; i < outer[at.length]!; i++) each(memory, [...at, i])
  }
  return (memory) => {
    each(memory, [])
    after?.(memory)
  }
}

const indexingAction = (loading: Loading, instruction: OfKind<'gather' | 'scatterAdd'>): Action => {
  const { dtype, indexDType, batch, outer, n, inner, k } = instruction
  const gathers = instruction.kind === 'gather'
  const x = viewAt(loading, instruction.x, dtype, [batch, outer, gathers ? n : k, inner])
  const indices = viewAt(loading, instruction.indices, indexDType, [batch, k])
  return writing(loading, instruction.out, dtype, (memory) =>
    gathers
      ? gatherKernel(x(memory), indices(memory), 2, 1)
      : scatterAddKernel(x(memory), indices(memory), 2, 1, n),
  )
}

const routineAction = (
  { slotOf, reproducible }: Loading,
  { name, dtype, sizes, reads, out }: OfKind<'routine'>,
): Action => {
  const routine = routineOf(name)
  const arrays = routine?.reach(sizes)
  if (routine === undefined || arrays === undefined)
    throw new PuregradError(`unreachable: the routine ${name} was checked`)
  const slots = reads.map((place) => slotOf(place, dtype))
  const target = slotOf(out, dtype)
  return (memory) => {
    const at = (slot: number, { offset }: Place, size: number): FloatBuffer =>
      memory[slot]!.subarray(offset, offset + size) as FloatBuffer
    routine.run(
      sizes,
      reads.map((place, i) => at(slots[i]!, place, arrays.reads[i]!)),
      at(target, out, arrays.writes),
      reproducible,
    )
  }
}

const loopAction = (loading: Loading, { body, count }: OfKind<'loop'>): Action => {
  const turn = allActions(loading, body)
  return (memory, counters) => {
    const depth = counters.length
    counters.push(0)
    for (let i = 0; i < count; i++) {
      counters[depth] = i
      turn(memory, counters)
    }
    counters.pop()
  }
}

const copyAction = ({ slotOf }: Loading, copy: OfKind<'copyAt'>): Action => {
  const { dtype, count, depth, from, fromAdvance, to, toAdvance } = copy
  const [source, target] = [slotOf(from, dtype), slotOf(to, dtype)]
  return (memory, counters) => {
    if (count === 0) return
    const start = from.offset + counters[depth]! * fromAdvance
    memory[target]!.set(
      memory[source]!.subarray(start, start + count),
      to.offset + counters[depth]! * toAdvance,
    )
  }
}

const branchAction = (loading: Loading, { predicate, onTrue, onFalse }: OfKind<'if'>): Action => {
  const slot = loading.slotOf(predicate, 'bool')
  const [holds, fails] = [allActions(loading, onTrue), allActions(loading, onFalse)]
  return (memory, counters) => {
    const branch = memory[slot]![predicate.offset] !== 0 ? holds : fails
    branch(memory, counters)
  }
}

const whileAction = (loading: Loading, { atMost, condition, predicate, body }: OfKind<'while'>): Action => {
  const slot = loading.slotOf(predicate, 'bool')
  const [test, turn] = [allActions(loading, condition), allActions(loading, body)]
  const most = atMost ?? Infinity
  return (memory, counters) => {
    for (let i = 0; i < most; i++) {
      test(memory, counters)
      if (memory[slot]![predicate.offset] === 0) return
      turn(memory, counters)
    }
  }
}

type ActionOf<K extends Instruction['kind']> = (loading: Loading, instruction: OfKind<K>) => Action

const actions: { readonly [K in Instruction['kind']]: ActionOf<K> } = {
  nest: ({ nest }, instruction) => nest(instruction, instruction),
  matmul: matmulAction,
  routine: routineAction,
  gather: indexingAction,
  scatterAdd: indexingAction,
  cumsum: (loading, { dtype, outer, n, inner, reverse, x, out }) => {
    const operand = viewAt(loading, x, dtype, [outer, n, inner])
    return writing(loading, out, dtype, (memory) => cumsumKernel(operand(memory), 1, reverse))
  },
  argmax: (loading, { dtype, outer, n, inner, x, out }) => {
    const operand = viewAt(loading, x, dtype, [outer, n, inner])
    return writing(loading, out, 'int32', (memory) => argmaxKernel(operand(memory), 1))
  },
  argsort: (loading, { dtype, rows, n, x, out }) => {
    const operand = viewAt(loading, x, dtype, [rows, n])
    return writing(loading, out, 'int32', (memory) => argsortKernel(operand(memory)))
  },
  threefry: (loading, { count, keys, counters, out }) => {
    const key = viewAt(loading, keys, 'uint32', [count, 2])
    const counter = viewAt(loading, counters, 'uint32', [count, 2])
    return writing(loading, out, 'uint32', (memory) => threefryKernel(key(memory), counter(memory)))
  },
  randomBits: (loading, { batch, count, keys, out }) => {
    const key = viewAt(loading, keys, 'uint32', [batch, 2])
    return writing(loading, out, 'uint32', (memory) => randomBitsKernel(key(memory), [count]))
  },
  loop: loopAction,
  copyAt: copyAction,
  while: whileAction,
  if: branchAction,
}

const allActions = (loading: Loading, instructions: readonly Instruction[]): Action => {
  const all = instructions.map((instruction) => {
    const make = actions[instruction.kind] as (loading: Loading, instruction: Instruction) => Action
    return make(loading, instruction)
  })
  return (memory, counters) => {
    for (const action of all) action(memory, counters)
  }
}

/**
 * Kernel programs in plain TypeScript: each nest is compiled to one loop, or interpreted where a content-security
 * policy forbids that.
 */
export const typescriptExecutor: Executor = {
  name: 'typescript',
  load: (program) => {
    requireWellFormed(program)
    const slots: { readonly place: Place; readonly dtype: DType }[] = []
    const numbers = new Map<string, number>()
    const slotOf: SlotOf = (place, dtype) => {
      const key = `${place.space} ${place.space === 'input' ? String(place.index) : ''} ${dtype}`
      const known = numbers.get(key)
      if (known !== undefined) return known
      numbers.set(key, slots.length)
      slots.push({ place, dtype })
      return slots.length - 1
    }
    const nest = (body: NestBody, space: Space): Run => {
      const operations = body.steps.map(({ operation }) => operation)
      const mathematics = mathematicsOf(operations, program.reproducible)
      return (
        compiledNest(body, space, slotOf, mathematics) ?? interpretedNest(body, space, slotOf, mathematics)
      )
    }
    const runAll = allActions({ reproducible: program.reproducible, slotOf, nest }, program.instructions)
    const arena = new ArrayBuffer(program.arenaBytes)
    const constants = program.constants.slice().buffer
    const fixed = slots.map(({ place, dtype }) =>
      place.space === 'arena'
        ? viewBytes(dtype, arena, 0, arena.byteLength)
        : place.space === 'constant'
          ? viewBytes(dtype, constants, 0, constants.byteLength)
          : undefined,
    )
    return {
      run: (buffers, byteOffsets, output, outputOffset) => {
        requireBytes('the output', output, outputOffset, program.outputBytes)
        program.inputBytes.forEach((bytes, i) => {
          requireBytes(`input ${i}`, buffers[i], byteOffsets[i], bytes)
        })
        const memory = slots.map(({ place, dtype }, slot) => {
          const known = fixed[slot]
          if (known !== undefined) return known
          return place.space === 'input'
            ? viewBytes(
                dtype,
                buffers[place.index]!,
                byteOffsets[place.index]!,
                program.inputBytes[place.index]!,
              )
            : viewBytes(dtype, output, outputOffset, program.outputBytes)
        })
        runAll(memory, [])
      },
    }
  },
}
