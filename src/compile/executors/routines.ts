import type { Routine } from '../../core/kernel/routine.ts'
import { primitives } from '../../core/primitive/table.ts'

const routines: ReadonlyMap<string, Routine> = new Map(
  Object.values(primitives).flatMap(({ lowering }) =>
    lowering.kind === 'routine' ? [[lowering.routine.name, lowering.routine] as const] : [],
  ),
)

/** The routine of a name; `undefined` where there is none. */
export const routineOf = (name: string): Routine | undefined => routines.get(name)

/**
 * What stands for a routine in the words of a kernel program: the FNV-1a hash of its name, without its sign.
 * `native/routines.cc` computes the same.
 */
export const routineNumber = (name: string): number =>
  [...name].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16777619), 0x811c9dc5) &
  0x7fffffff
