import type { DType } from '../../../core/tensor/dtype.ts'
import {
  factorDType,
  type Instruction,
  type NestBody,
  type Place,
  type StridedPlace,
} from '../kernel-program.ts'

/** Another place for each, by the dtype that is read or written there. */
type Moved = (place: Place, dtype: DType) => Place

const strided = <P extends StridedPlace>(moved: Moved, at: P, dtype: DType): P => ({
  ...at,
  place: moved(at.place, dtype),
})

const bodyWith = (moved: Moved, body: NestBody): NestBody => {
  const registers = [...body.loads, ...body.steps]
  const typeOf = (register: number): DType => registers[register]!.dtype
  return {
    loads: body.loads.map((load) => strided(moved, load, load.dtype)),
    steps: body.steps,
    stores: body.stores.map((store) => strided(moved, store, typeOf(store.register))),
    accumulations: body.accumulations.map((each) => ({
      ...each,
      place: moved(each.place, typeOf(each.register)),
    })),
  }
}

/** The same instruction on other memory. */
export const withPlaces = (instruction: Instruction, moved: Moved): Instruction => {
  const all = (list: readonly Instruction[]): readonly Instruction[] =>
    list.map((each) => withPlaces(each, moved))
  switch (instruction.kind) {
    case 'nest':
      return { ...instruction, ...bodyWith(moved, instruction) }
    case 'matmul': {
      const { dtype, a, b, c, epilogue } = instruction
      const factors = {
        a: strided(moved, a, factorDType(instruction, a)),
        b: strided(moved, b, factorDType(instruction, b)),
        c: strided(moved, c, dtype),
      }
      return epilogue === undefined
        ? { ...instruction, ...factors }
        : { ...instruction, ...factors, epilogue: bodyWith(moved, epilogue) }
    }
    case 'gather':
    case 'scatterAdd': {
      const { dtype, indexDType, x, indices, out } = instruction
      return {
        ...instruction,
        x: moved(x, dtype),
        indices: moved(indices, indexDType),
        out: moved(out, dtype),
      }
    }
    case 'cumsum':
      return {
        ...instruction,
        x: moved(instruction.x, instruction.dtype),
        out: moved(instruction.out, instruction.dtype),
      }
    case 'argmax':
    case 'argsort':
      return {
        ...instruction,
        x: moved(instruction.x, instruction.dtype),
        out: moved(instruction.out, 'int32'),
      }
    case 'threefry': {
      const { keys, counters, out } = instruction
      const words = (place: Place): Place => moved(place, 'uint32')
      return { ...instruction, keys: words(keys), counters: words(counters), out: words(out) }
    }
    case 'randomBits':
      return {
        ...instruction,
        keys: moved(instruction.keys, 'uint32'),
        out: moved(instruction.out, 'uint32'),
      }
    case 'routine': {
      const { dtype, reads, out } = instruction
      return { ...instruction, reads: reads.map((place) => moved(place, dtype)), out: moved(out, dtype) }
    }
    case 'copyAt': {
      const { dtype, from, to } = instruction
      return { ...instruction, from: moved(from, dtype), to: moved(to, dtype) }
    }
    case 'loop':
      return { ...instruction, body: all(instruction.body) }
    case 'while':
      return {
        ...instruction,
        condition: all(instruction.condition),
        predicate: moved(instruction.predicate, 'bool'),
        body: all(instruction.body),
      }
    case 'if':
      return {
        ...instruction,
        predicate: moved(instruction.predicate, 'bool'),
        onTrue: all(instruction.onTrue),
        onFalse: all(instruction.onFalse),
      }
  }
}
