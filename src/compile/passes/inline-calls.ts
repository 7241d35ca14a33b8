import type { Program } from '../../core/primitive/program.ts'
import { decomposed } from './decompose.ts'
import { rewrite, type Rule } from './rewrite.ts'

const callInlined: Rule = (equation, inputs, draft) => {
  switch (equation.operation) {
    case 'checkpoint':
    case 'custom':
      return draft.insert(equation.params.body, inputs)
    case 'stopGradient':
      return inputs
    default:
      return undefined
  }
}

/** The rule of {@link inlineCalls}. */
export const inlining: Rule = (equation, inputs, draft) =>
  callInlined(equation, inputs, draft) ?? decomposed(equation, inputs, draft)

/**
 * The program with the bodies of `custom` and `checkpoint` in their place, without `stopGradient`, and with primitives
 * that executors have no code for written as others, in branches and loops too: what a program means once nobody will
 * differentiate it any more. Every bit of the results is the same, but where a primitive is written as others.
 */
export const inlineCalls = (program: Program): Program => rewrite(program, () => inlining)
