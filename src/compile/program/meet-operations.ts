import type { Program } from '../../core/primitive/program.ts'
import { isNameOfPrimitive, primitiveNamed } from '../../core/primitive/named.ts'

const isProgram = (value: unknown): value is Program =>
  typeof value === 'object' && value !== null && 'equations' in value

/** The program, whose primitives are met by that: it may have been written by hand. */
export const meetOperations = (program: Program): Program => {
  program.equations.forEach(({ operation, params }) => {
    if (isNameOfPrimitive(operation)) primitiveNamed(operation)
    Object.values(params).filter(isProgram).forEach(meetOperations)
  })
  return program
}
