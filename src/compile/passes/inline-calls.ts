import type { Program } from '../../core/primitive/program.ts'
import { rewrite, type Rule } from './rewrite.ts'

const inlined: Rule = (equation, inputs, draft) => {
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

/**
 * The program with the bodies of `custom` and `checkpoint` in their place and without `stopGradient`, in branches and
 * loops too: what a program means once nobody will differentiate it any more. Every bit of the results is the same.
 */
export const inlineCalls = (program: Program): Program => rewrite(program, () => inlined)
