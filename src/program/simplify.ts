import type { Program } from '../primitive/program.ts'
import { eliminateDeadCode } from './passes/dead-code.ts'
import { inlineCalls } from './passes/inline-calls.ts'

/** The passes every program goes through before it is lowered; none changes what the program means. */
export const simplify = (program: Program): Program => eliminateDeadCode(inlineCalls(program))
