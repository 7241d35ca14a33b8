import { meetBasic } from '../../core/primitive/meet-basic.ts'
import type { Program } from '../../core/primitive/program.ts'
import { eliminateDeadCode } from '../../core/autodiff/dead-code.ts'
import { applyIdentities } from './algebra.ts'
import { postponeBroadcasts } from './broadcasts.ts'
import { shareSubexpressions } from './common-subexpressions.ts'
import { foldConstants } from './constant-folding.ts'
import { inlineCalls } from './inline-calls.ts'

/** One pass may make work for another; few programs need more than two rounds. */
const mostRounds = 4

const passes = [
  eliminateDeadCode,
  foldConstants,
  applyIdentities,
  postponeBroadcasts,
  shareSubexpressions,
] as const

const settled = (program: Program, rounds: number): Program => {
  const next = passes.reduce((sofar, pass) => pass(sofar), program)
  return next === program || rounds === 1 ? next : settled(next, rounds - 1)
}

/**
 * The passes every program goes through until none changes anything. None changes what the program means; see each for
 * what becomes of rounding. Transposes need no pass: lowering turns those of the factors of a product into its strides.
 */
export const simplify = (program: Program): Program => {
  meetBasic()
  return settled(inlineCalls(program), mostRounds)
}
