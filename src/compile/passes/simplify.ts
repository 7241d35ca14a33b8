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

/**
 * Each pass in turn, until all the others have left alone what one of them made: a pass has nothing to do for its own
 * result.
 */
const settled = (program: Program): Program => {
  let current = program
  let idle = 0
  for (let i = 0; i < mostRounds * passes.length && idle < passes.length; i++) {
    const next = passes[i % passes.length]!(current)
    idle = next === current ? idle + 1 : 1
    current = next
  }
  return current
}

/**
 * The passes every program goes through until none changes anything. None changes what the program means; see each for
 * what becomes of rounding. Transposes need no pass: lowering turns those of the factors of a product into its strides.
 */
export const simplify = (program: Program): Program => {
  meetBasic()
  return settled(inlineCalls(program))
}
