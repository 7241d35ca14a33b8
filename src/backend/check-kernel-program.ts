import { bytesOf, type DType } from '../tensor/dtype.ts'
import { PuregradError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Instruction, KernelProgram, NestBody, Place, StridedPlace } from './kernel-program.ts'

/** Elements a place reaches: along each axis, its size and stride. */
type Reach = readonly (readonly [size: number, stride: number])[]

/**
 * Throws unless every element an instruction can touch lies in the memory the program declares, nothing writes to
 * inputs or constants, and registers are computed before they are read.
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
    const touch = (place: Place, dtype: DType, reach: Reach, writes: boolean): void => {
      const bytes = bytesAt(place)
      if (bytes === undefined) {
        fail(`there is no such input as ${place.space === 'input' ? String(place.index) : ''}`)
        return
      }
      if (reach.some(([n]) => !Number.isSafeInteger(n) || n < 0)) fail('a size is not a whole number')
      if (reach.some(([n]) => n === 0)) return
      const least = reach.reduce((sum, [n, s]) => sum + Math.min(0, (n - 1) * s), place.offset)
      const most = reach.reduce((sum, [n, s]) => sum + Math.max(0, (n - 1) * s), place.offset)
      if (!(least >= 0 && (most + 1) * bytesOf(dtype) <= bytes))
        fail(
          `elements ${String(least)} to ${String(most)} of ${dtype} do not lie in the ` +
            `${String(bytes)} bytes of ${place.space}`,
        )
      if (writes && place.space !== 'arena' && place.space !== 'output') fail(`writes to ${place.space}`)
    }
    const run = (place: Place, dtype: DType, count: number, writes = false): void =>
      touch(place, dtype, [[count, 1]], writes)
    const body = (
      { loads, steps, stores, accumulations }: NestBody,
      outer: readonly number[],
      rows: number,
      columns: number,
    ): void => {
      if (outer.length > 4) fail(`at most four outer sizes, got ${String(outer.length)}`)
      const dtypes = [...loads, ...steps].map(({ dtype }) => dtype)
      const extents = [...loads, ...steps].map(({ extent }) => extent)
      const reach = (place: StridedPlace, extent: string | undefined): Reach => [
        ...outer.map((n, k) => [n, place.outerStrides[k] ?? 0] as const),
        [rows, extent === 'scalar' ? 0 : place.rowStride],
        [columns, extent === 'full' ? place.columnStride : 0],
      ]
      const register = (r: number, before: number): void => {
        if (!(Number.isInteger(r) && r >= 0 && r < before)) fail(`register ${String(r)} has no value yet`)
      }
      for (const load of loads) touch(load.place, load.dtype, reach(load, load.extent), false)
      steps.forEach(({ inputs }, j) => inputs.forEach((r) => register(r, loads.length + j)))
      for (const store of stores) {
        register(store.register, dtypes.length)
        const dtype = dtypes[store.register] as DType
        touch(store.place, dtype, reach(store, extents[store.register]), true)
      }
      for (const { register: r, over, place, outerStrides, columnStride } of accumulations) {
        register(r, dtypes.length)
        touch(
          place,
          dtypes[r] as DType,
          [
            ...outer.map((n, k) => [n, outerStrides[k] ?? 0] as const),
            [over === 'rows' ? columns : 1, columnStride],
          ],
          true,
        )
      }
    }
    switch (instruction.kind) {
      case 'nest':
        return body(instruction, instruction.outer, instruction.rows, instruction.columns)
      case 'matmul': {
        const { dtype, outer, m, n, k, a, b, c, epilogue } = instruction
        const reach = (place: StridedPlace, rows: number, columns: number): Reach => [
          ...outer.map((size, axis) => [size, place.outerStrides[axis] ?? 0] as const),
          [rows, place.rowStride],
          [columns, place.columnStride],
        ]
        touch(a.place, dtype, reach(a, m, k), false)
        touch(b.place, dtype, reach(b, k, n), false)
        touch(c.place, dtype, reach(c, m, n), true)
        if (epilogue !== undefined) body(epilogue, outer, m, n)
        return
      }
      case 'gather':
      case 'scatterAdd': {
        const { dtype, indexDType, batch, outer, n, inner, k, x, indices, out } = instruction
        const [whole, picked] = [sizeOf([batch, outer, n, inner]), sizeOf([batch, outer, k, inner])]
        run(x, dtype, instruction.kind === 'gather' ? whole : picked)
        run(indices, indexDType, batch * k)
        return run(out, dtype, instruction.kind === 'gather' ? picked : whole, true)
      }
      case 'cumsum': {
        const size = sizeOf([instruction.outer, instruction.n, instruction.inner])
        run(instruction.x, instruction.dtype, size)
        return run(instruction.out, instruction.dtype, size, true)
      }
      case 'argmax': {
        const { outer, n, inner } = instruction
        run(instruction.x, instruction.dtype, sizeOf([outer, n, inner]))
        return run(instruction.out, 'int32', outer * inner, true)
      }
      case 'argsort': {
        const size = instruction.rows * instruction.n
        run(instruction.x, instruction.dtype, size)
        return run(instruction.out, 'int32', size, true)
      }
      case 'threefry':
        run(instruction.keys, 'uint32', 2 * instruction.count)
        run(instruction.counters, 'uint32', 2 * instruction.count)
        return run(instruction.out, 'uint32', 2 * instruction.count, true)
      case 'randomBits':
        run(instruction.keys, 'uint32', 2 * instruction.batch)
        return run(instruction.out, 'uint32', instruction.batch * instruction.count, true)
      case 'loop':
        if (loops.length >= 8) fail('loops nest at most eight deep')
        return checkAll(instruction.body, `${path} body`, [...loops, instruction.count])
      case 'copyAt': {
        const { dtype, count, depth, from, fromAdvance, to, toAdvance } = instruction
        const times = loops[depth]
        if (times === undefined) {
          fail(`there is no loop at depth ${String(depth)}`)
          return
        }
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
    }
  }
  const checkAll = (instructions: readonly Instruction[], path: string, loops: readonly number[]): void => {
    instructions.forEach((instruction, i) => check(instruction, `${path} ${String(i)}`, loops))
  }
  checkAll(program.instructions, 'instruction', [])
}
