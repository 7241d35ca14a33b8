import { meetBasic } from '../../core/primitive/meet-basic.ts'
import { isStructural, type Program } from '../../core/primitive/program.ts'
import { eliminateDeadCode } from '../../core/autodiff/dead-code.ts'
import { identities } from './algebra.ts'
import { postponement } from './broadcasts.ts'
import { constantTable, sharing } from './common-subexpressions.ts'
import { folding } from './constant-folding.ts'
import { inlining } from './inline-calls.ts'
import { rewrite, type Rule } from './rewrite.ts'

/** Dead code in branches and loops may leave something for another round; few programs have any. */
const mostRounds = 4

/** Equals are looked for last, as nothing is written after it. */
const inTurn =
  (shared: Rule): Rule =>
  (equation, inputs, draft) =>
    inlining(equation, inputs, draft) ??
    folding(equation, inputs, draft) ??
    identities(equation, inputs, draft) ??
    postponement(equation, inputs, draft) ??
    shared(equation, inputs, draft)

/**
 * Every equation by the first rule that has something for it. What a rule writes goes through the rules before it is
 * written, and no rule looks at what comes later, so once over the program is enough.
 */
const rewritten = (program: Program): Program => rewrite(program, () => inTurn(sharing()), constantTable)

const settled = (program: Program, rounds: number): Program => {
  const next = rewritten(program)
  const live = eliminateDeadCode(next)
  return live === next || rounds === 1 ? live : settled(live, rounds - 1)
}

/**
 * What every program goes through: calls written out, constants folded, identities, repetition after the work, equals
 * computed once, and nothing that nobody asks for. None of it changes what the program means; see each for what becomes
 * of rounding. Transposes need no pass: lowering turns those of the factors of a product into its strides.
 */
export const simplify = (program: Program): Program => {
  meetBasic()
  // What holds programs gives fewer results where fewer are asked for. Dead equations are not written again anyway.
  const asked = program.equations.some(isStructural) ? eliminateDeadCode(program) : program
  return settled(asked, mostRounds)
}
