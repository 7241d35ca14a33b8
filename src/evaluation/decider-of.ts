import { checkChoice } from '../core/tensor/check-choice.ts'

const isOneOf = <D extends string>(by: string, deciders: readonly D[]): by is D =>
  deciders.some((each) => each === by)

/** What is compared by, the first unless told otherwise. */
export const deciderOf = <D extends string>(
  where: string,
  by: string | undefined,
  deciders: readonly [D, ...D[]],
): D => {
  const chosen = by === undefined ? deciders[0] : by
  checkChoice(where, 'by', chosen, deciders)
  return isOneOf(chosen, deciders) ? chosen : deciders[0]
}
