import type { Routine } from '../../core/kernel/routine.ts'
import { metPrimitives } from '../../core/primitive/met.ts'

/** The routine of a name, of those that a program can have; `undefined` where there is none. */
export const routineOf = (name: string): Routine | undefined => {
  for (const { lowering } of metPrimitives())
    if (lowering.kind === 'routine' && lowering.routine.name === name) return lowering.routine
  return undefined
}

/**
 * What stands for a routine in the words of a kernel program: the FNV-1a hash of its name, without its sign.
 * `native/routines.cc` computes the same.
 */
export const routineNumber = (name: string): number =>
  [...name].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16777619), 0x811c9dc5) &
  0x7fffffff
