import type { Program } from '../../core/primitive/program.ts'
import { isPrimitiveName, primitiveOf } from '../../core/primitive/table.ts'

const isProgram = (value: unknown): value is Program =>
  typeof value === 'object' && value !== null && 'equations' in value

/** The program, whose primitives are met by that: it may have been written by hand. */
export const meetOperations = (program: Program): Program => {
  program.equations.forEach(({ operation, params }) => {
    if (isPrimitiveName(operation)) primitiveOf(operation)
    Object.values(params).filter(isProgram).forEach(meetOperations)
  })
  return program
}
