import { ArgumentError } from '../tensor/errors.ts'

/** λ itself, if it can be the weight of a penalty. */
export const checkedLambda = (where: string, lambda: number): number => {
  if (!(lambda >= 0 && Number.isFinite(lambda)))
    throw new ArgumentError(`${where}: λ is a finite number ≥ 0, got ${String(lambda)}`)
  return lambda
}
