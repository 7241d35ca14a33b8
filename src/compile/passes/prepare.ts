import type { Program } from '../../core/primitive/program.ts'
import { joinPads } from './join-pads.ts'
import { simplify } from './simplify.ts'

/**
 * What a program goes through before it is lowered: it is simplified, then expressions of pads become concatenations.
 * `joinPads` comes last and once: it writes an expression down again for each stretch, which no rule takes back.
 */
export const prepare = (program: Program): Program => joinPads(simplify(program))
