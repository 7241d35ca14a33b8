import { isNameOfPrimitive, primitiveNamed } from '../../core/primitive/named.ts'
import { isProgram, type Program } from '../../core/primitive/program.ts'

/** Meets the primitives of a program, which may have been written by hand. */
export const meetOperations = ({ equations }: Program): void => {
  equations.forEach(({ operation, params }) => {
    if (isNameOfPrimitive(operation)) primitiveNamed(operation)
    Object.values(params).filter(isProgram).forEach(meetOperations)
  })
}
