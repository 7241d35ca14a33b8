import { gatherKernel, scatterAddKernel } from '../../../core/kernel/indexing.ts'
import { multiply } from '../../../core/kernel/matmul.ts'
import { argmaxKernel, argsortKernel, cumsumKernel } from '../../../core/kernel/reduction.ts'
import { randomBitsKernel, threefryKernel } from '../../../core/kernel/threefry.ts'
import { viewOf, type ConcreteTensor } from '../../../core/tensor/concrete.ts'
import { viewBytes, type Buffer, type DType } from '../../../core/tensor/dtype.ts'
import { sizeOf } from '../../../core/tensor/shape.ts'
import { requireWellFormed } from '../check-kernel-program.ts'
import type { Executor } from '../executor.ts'
import { requireBytes } from '../require-bytes.ts'
import type { Instruction, KernelProgram, MatmulInstruction, NestBody, Place } from '../kernel-program.ts'
import { interpretedNest } from './interpreted-nest.ts'
import { compiledNest, type Run, type SlotOf, type Space } from './nest.ts'
import { engineMathematics, portableMathematics } from './step-functions.ts'

/** Runs on the typed arrays by their numbers, at the counters of the loops around it, outermost first. */
type Action = (memory: readonly Buffer[], counters: number[]) => void

const placeAction = (
  program: KernelProgram,
  slotOf: SlotOf,
  nest: (body: NestBody, space: Space) => Run,
): ((instruction: Instruction) => Action) => {
  const viewAt = (
    place: Place,
    dtype: DType,
    shape: readonly number[],
  ): ((memory: readonly Buffer[]) => ConcreteTensor) => {
    const slot = slotOf(place, dtype)
    const size = sizeOf(shape)
    return (memory) => viewOf(memory[slot]!.subarray(place.offset, place.offset + size), dtype, shape)
  }
  const writing = (
    out: Place,
    dtype: DType,
    compute: (memory: readonly Buffer[]) => ConcreteTensor,
  ): Action => {
    const slot = slotOf(out, dtype)
    return (memory) => {
      memory[slot]!.set(compute(memory).view.data, out.offset)
    }
  }
  const matmul = ({ dtype, outer, m, n, k, a, b, c, epilogue }: MatmulInstruction): Action => {
    const [slotA, slotB, slotC] = [slotOf(a.place, dtype), slotOf(b.place, dtype), slotOf(c.place, dtype)]
    const after = epilogue === undefined ? undefined : nest(epilogue, { outer, rows: m, columns: n })
    const offset = (at: readonly number[], place: Place, strides: readonly number[]): number =>
      strides.reduce((sum, stride, axis) => sum + stride * at[axis]!, place.offset)
    const each = (memory: readonly Buffer[], at: readonly number[]): void => {
      if (at.length < outer.length) {
        for (let i = 0; i < outer[at.length]!; i++) each(memory, [...at, i])
        return
      }
      multiply(
        {
          m,
          n,
          k,
          a: memory[slotA]!,
          aOffset: offset(at, a.place, a.outerStrides),
          aRow: a.rowStride,
          aColumn: a.columnStride,
          b: memory[slotB]!,
          bOffset: offset(at, b.place, b.outerStrides),
          bRow: b.rowStride,
          bColumn: b.columnStride,
          out: memory[slotC]!,
          outOffset: offset(at, c.place, c.outerStrides),
          outRow: c.rowStride,
        },
        program.reproducible ? k : undefined,
      )
    }
    return (memory) => {
      each(memory, [])
      after?.(memory)
    }
  }
  const all = (instructions: readonly Instruction[]): Action => {
    const actions = instructions.map(one)
    return (memory, counters) => {
      for (const action of actions) action(memory, counters)
    }
  }
  const one = (instruction: Instruction): Action => {
    switch (instruction.kind) {
      case 'nest':
        return nest(instruction, instruction)
      case 'matmul':
        return matmul(instruction)
      case 'gather':
      case 'scatterAdd': {
        const { dtype, indexDType, batch, outer, n, inner, k } = instruction
        const gathers = instruction.kind === 'gather'
        const x = viewAt(instruction.x, dtype, [batch, outer, gathers ? n : k, inner])
        const indices = viewAt(instruction.indices, indexDType, [batch, k])
        return writing(instruction.out, dtype, (memory) =>
          gathers
            ? gatherKernel(x(memory), indices(memory), 2, 1)
            : scatterAddKernel(x(memory), indices(memory), 2, 1, n),
        )
      }
      case 'cumsum': {
        const x = viewAt(instruction.x, instruction.dtype, [
          instruction.outer,
          instruction.n,
          instruction.inner,
        ])
        return writing(instruction.out, instruction.dtype, (memory) =>
          cumsumKernel(x(memory), 1, instruction.reverse),
        )
      }
      case 'argmax': {
        const { outer, n, inner } = instruction
        const x = viewAt(instruction.x, instruction.dtype, [outer, n, inner])
        return writing(instruction.out, 'int32', (memory) => argmaxKernel(x(memory), 1))
      }
      case 'argsort': {
        const x = viewAt(instruction.x, instruction.dtype, [instruction.rows, instruction.n])
        return writing(instruction.out, 'int32', (memory) => argsortKernel(x(memory)))
      }
      case 'threefry': {
        const keys = viewAt(instruction.keys, 'uint32', [instruction.count, 2])
        const counters = viewAt(instruction.counters, 'uint32', [instruction.count, 2])
        return writing(instruction.out, 'uint32', (memory) => threefryKernel(keys(memory), counters(memory)))
      }
      case 'randomBits': {
        const keys = viewAt(instruction.keys, 'uint32', [instruction.batch, 2])
        return writing(instruction.out, 'uint32', (memory) =>
          randomBitsKernel(keys(memory), [instruction.count]),
        )
      }
      case 'loop': {
        const body = all(instruction.body)
        return (memory, counters) => {
          const depth = counters.length
          counters.push(0)
          for (let i = 0; i < instruction.count; i++) {
            counters[depth] = i
            body(memory, counters)
          }
          counters.pop()
        }
      }
      case 'copyAt': {
        const { dtype, count, depth, from, fromAdvance, to, toAdvance } = instruction
        const [source, target] = [slotOf(from, dtype), slotOf(to, dtype)]
        return (memory, counters) => {
          const start = from.offset + counters[depth]! * fromAdvance
          memory[target]!.set(
            memory[source]!.subarray(start, start + count),
            to.offset + counters[depth]! * toAdvance,
          )
        }
      }
      case 'if': {
        const predicate = slotOf(instruction.predicate, 'bool')
        const [onTrue, onFalse] = [all(instruction.onTrue), all(instruction.onFalse)]
        return (memory, counters) => {
          const branch = memory[predicate]![instruction.predicate.offset] !== 0 ? onTrue : onFalse
          branch(memory, counters)
        }
      }
    }
  }
  return one
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
    const mathematics = program.reproducible ? portableMathematics : engineMathematics
    const nest = (body: NestBody, space: Space): Run =>
      compiledNest(body, space, slotOf, mathematics) ?? interpretedNest(body, space, slotOf, mathematics)
    const actions = program.instructions.map(placeAction(program, slotOf, nest))
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
        for (const action of actions) action(memory, [])
      },
    }
  },
}
