import { bytesOf, dtypes, type DType } from '../../core/tensor/dtype.ts'
import { PuregradError } from '../../core/tensor/errors.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { extents, isSummed, stepProblem, type RegisterType } from './check-steps.ts'
import {
  largestWord,
  type Accumulation,
  type Extent,
  type Instruction,
  type KernelProgram,
  type NestBody,
  type Place,
  type StridedPlace,
} from './kernel-program.ts'

/** Elements a place reaches: along each axis, its size and stride. */
type Reach = readonly (readonly [size: number, stride: number])[]

const isSize = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= largestWord

const isStride = (n: number): boolean => Number.isInteger(n) && Math.abs(n) <= largestWord

const sameMemory = (a: Place, b: Place): boolean =>
  a.space === b.space && (a.space !== 'input' || b.space !== 'input' || a.index === b.index)

/** Whether two runs of elements in one memory share a byte. */
const overlap = (a: Place, aType: DType, aCount: number, b: Place, bType: DType, bCount: number): boolean =>
  a.offset * bytesOf(aType) < (b.offset + bCount) * bytesOf(bType) &&
  b.offset * bytesOf(bType) < (a.offset + aCount) * bytesOf(aType)

/** What the instructions call an input, the arena and so on, in messages. */
const nameOf = (place: Place): string =>
  place.space === 'input' ? `input ${String(place.index)}` : `the ${place.space}`

/**
 * Throws unless every element an instruction can touch lies in the memory the program declares, nothing writes to
 * inputs or constants, registers are computed before they are read, and every step is one that there is, of the dtype
 * and extent it says. What passes here runs on every executor.
 */
export const requireWellFormed = (program: KernelProgram): void => {
  const bytesAt = (place: Place): number | undefined => {
    switch (place.space) {
      case 'arena':
        return program.arenaBytes
      case 'constant':
        return program.constants.length
      case 'output':
        return program.outputBytes
      case 'input':
        return program.inputBytes[place.index]
    }
  }

  const check = (instruction: Instruction, path: string, loops: readonly number[]): void => {
    const fail = (message: string): never => {
      throw new PuregradError(`kernel program, ${path} (${instruction.kind}): ${message}`)
    }
    const sizes = (...list: readonly number[]): void => {
      const odd = list.find((n) => !isSize(n))
      if (odd !== undefined) fail(`expected a size from 0 to ${String(largestWord)}, got ${String(odd)}`)
    }
    const strides = (...list: readonly number[]): void => {
      const odd = list.find((stride) => !isStride(stride))
      if (odd !== undefined) fail(`expected a stride that is a whole number, got ${String(odd)}`)
    }
    const requireDType = (dtype: DType, allowed: readonly DType[] = dtypes): void => {
      if (!allowed.includes(dtype)) fail(`expected ${allowed.join(' or ')}, got ${dtype}`)
    }
    const touch = (place: Place, dtype: DType, reach: Reach, writes: boolean): void => {
      requireDType(dtype)
      const bytes = bytesAt(place)
      if (bytes === undefined) return fail(`there is no memory called ${nameOf(place)}`)
      if (!isSize(place.offset)) fail(`expected an offset of 0 or more, got ${String(place.offset)}`)
      sizes(...reach.map(([n]) => n))
      strides(...reach.map(([, stride]) => stride))
      if (writes && place.space !== 'arena' && place.space !== 'output') fail(`writes to ${nameOf(place)}`)
      if (reach.some(([n]) => n === 0)) return
      const least = reach.reduce((sum, [n, s]) => sum + Math.min(0, (n - 1) * s), place.offset)
      const most = reach.reduce((sum, [n, s]) => sum + Math.max(0, (n - 1) * s), place.offset)
      if (!(least >= 0 && (most + 1) * bytesOf(dtype) <= bytes))
        fail(
          `elements ${String(least)} to ${String(most)} of ${dtype} do not lie in the ` +
            `${String(bytes)} bytes of ${nameOf(place)}`,
        )
    }
    const run = (place: Place, dtype: DType, count: number, writes = false): void =>
      touch(place, dtype, [[count, 1]], writes)
    const outerReach = (outer: readonly number[], steps: readonly number[]): Reach => {
      if (steps.length !== outer.length)
        fail(`expected ${String(outer.length)} outer strides, got ${String(steps.length)}`)
      return outer.map((n, k) => [n, steps[k] as number] as const)
    }
    const space = (outer: readonly number[], ...inner: readonly number[]): void => {
      if (outer.length > 4) fail(`at most four outer sizes, got ${String(outer.length)}`)
      sizes(...outer, ...inner)
      // A product of sizes that lost digits would be checked against memory as another number.
      if (!Number.isSafeInteger(sizeOf([...outer, ...inner].map((n) => Math.max(n, 1)))))
        fail('the sizes have too large a product')
    }
    const body = (
      { loads, steps, stores, accumulations }: NestBody,
      outer: readonly number[],
      rows: number,
      columns: number,
    ): void => {
      const registers: RegisterType[] = []
      const reach = ({ outerStrides, rowStride, columnStride }: StridedPlace, extent: Extent): Reach => {
        // Those along axes the register does not span are not used.
        strides(rowStride, columnStride)
        return [
          ...outerReach(outer, outerStrides),
          ...(extent === 'scalar' ? [] : [[rows, rowStride] as const]),
          ...(extent === 'full' ? [[columns, columnStride] as const] : []),
        ]
      }
      const registerAt = (r: number): RegisterType =>
        registers[r] ?? fail(`register ${String(r)} has no value yet`)
      for (const load of loads) {
        const { dtype, extent } = load
        if (!extents.includes(extent)) fail(`there is no extent ${extent}`)
        touch(load.place, dtype, reach(load, extent), false)
        registers.push({ dtype, extent })
      }
      for (const step of steps) {
        const problem = stepProblem(
          step,
          step.inputs.map((r) => registers[r]),
        )
        if (problem !== undefined) fail(problem)
        registers.push({ dtype: step.dtype, extent: step.extent })
      }
      for (const store of stores) {
        const { dtype, extent } = registerAt(store.register)
        touch(store.place, dtype, reach(store, extent), true)
      }
      for (const accumulation of accumulations) accumulate(accumulation, registerAt, outer, columns)
    }
    const accumulate = (
      { register, reduction, over, place, outerStrides, columnStride }: Accumulation,
      registerAt: (r: number) => RegisterType,
      outer: readonly number[],
      columns: number,
    ): void => {
      const { dtype } = registerAt(register)
      if (!['sum', 'max'].includes(reduction) || !['rows', 'all'].includes(over))
        fail(`there is no ${reduction} over ${over}`)
      if (reduction === 'sum' && !isSummed(dtype)) fail(`there is no sum of ${dtype}`)
      strides(columnStride)
      const reach = outerReach(outer, outerStrides)
      touch(place, dtype, over === 'rows' ? [...reach, [columns, columnStride]] : reach, true)
    }
    switch (instruction.kind) {
      case 'nest':
        space(instruction.outer, instruction.rows, instruction.columns)
        return body(instruction, instruction.outer, instruction.rows, instruction.columns)
      case 'matmul': {
        const { dtype, outer, m, n, k, a, b, c, epilogue } = instruction
        requireDType(dtype, ['float32', 'float64'])
        space(outer, m, n, k)
        const reach = (place: StridedPlace, rows: number, columns: number): Reach => [
          ...outerReach(outer, place.outerStrides),
          [rows, place.rowStride],
          [columns, place.columnStride],
        ]
        touch(a.place, dtype, reach(a, m, k), false)
        touch(b.place, dtype, reach(b, k, n), false)
        touch(c.place, dtype, reach(c, m, n), true)
        if (n > 1 && m > 0 && !outer.includes(0) && c.columnStride !== 1)
          fail('expected columns of c that lie next to each other')
        if (epilogue !== undefined) body(epilogue, outer, m, n)
        return
      }
      case 'gather':
      case 'scatterAdd': {
        const { dtype, indexDType, batch, outer, n, inner, k, x, indices, out } = instruction
        requireDType(indexDType, ['int32', 'uint32'])
        space([batch, outer, inner], n)
        space([batch, outer, inner], k)
        const [whole, picked] = [sizeOf([batch, outer, n, inner]), sizeOf([batch, outer, k, inner])]
        run(x, dtype, instruction.kind === 'gather' ? whole : picked)
        run(indices, indexDType, batch * k)
        run(out, dtype, instruction.kind === 'gather' ? picked : whole, true)
        if (
          sameMemory(out, indices) &&
          overlap(out, dtype, instruction.kind === 'gather' ? picked : whole, indices, indexDType, batch * k)
        )
          fail('the output lies over the indices')
        return
      }
      case 'cumsum': {
        const { outer, n, inner } = instruction
        space([outer], n, inner)
        if (!isSummed(instruction.dtype)) fail(`there is no cumsum of ${instruction.dtype}`)
        const size = sizeOf([outer, n, inner])
        run(instruction.x, instruction.dtype, size)
        return run(instruction.out, instruction.dtype, size, true)
      }
      case 'argmax': {
        const { outer, n, inner } = instruction
        space([outer], n, inner)
        run(instruction.x, instruction.dtype, sizeOf([outer, n, inner]))
        return run(instruction.out, 'int32', outer * inner, true)
      }
      case 'argsort': {
        space([], instruction.rows, instruction.n)
        const size = instruction.rows * instruction.n
        run(instruction.x, instruction.dtype, size)
        return run(instruction.out, 'int32', size, true)
      }
      case 'threefry':
        space([], instruction.count)
        run(instruction.keys, 'uint32', 2 * instruction.count)
        run(instruction.counters, 'uint32', 2 * instruction.count)
        return run(instruction.out, 'uint32', 2 * instruction.count, true)
      case 'randomBits':
        space([], instruction.batch, instruction.count)
        run(instruction.keys, 'uint32', 2 * instruction.batch)
        return run(instruction.out, 'uint32', instruction.batch * instruction.count, true)
      case 'loop':
        sizes(instruction.count)
        if (loops.length >= 8) fail('loops nest at most eight deep')
        return checkAll(instruction.body, `${path} body`, [...loops, instruction.count])
      case 'copyAt': {
        const { dtype, count, depth, from, fromAdvance, to, toAdvance } = instruction
        const times = loops[depth]
        if (times === undefined) return fail(`there is no loop at depth ${String(depth)}`)
        touch(
          from,
          dtype,
          [
            [times, fromAdvance],
            [count, 1],
          ],
          false,
        )
        return touch(
          to,
          dtype,
          [
            [times, toAdvance],
            [count, 1],
          ],
          true,
        )
      }
      case 'if':
        run(instruction.predicate, 'bool', 1)
        checkAll(instruction.onTrue, `${path} true`, loops)
        return checkAll(instruction.onFalse, `${path} false`, loops)
      default:
        return fail('there is no such instruction')
    }
  }
  const declared = [program.arenaBytes, program.constants.length, program.outputBytes, ...program.inputBytes]
  const odd = declared.find((bytes) => !isSize(bytes))
  if (odd !== undefined)
    throw new PuregradError(
      `kernel program: expected a number of bytes from 0 to ${String(largestWord)}, got ${String(odd)}`,
    )
  const checkAll = (instructions: readonly Instruction[], path: string, loops: readonly number[]): void => {
    instructions.forEach((instruction, i) => check(instruction, `${path} ${String(i)}`, loops))
  }
  checkAll(program.instructions, 'instruction', [])
}
