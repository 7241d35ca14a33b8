import type { Interval } from '../training/confidence.ts'
import type { AgainstBaseline, ClassDecider, JudgementNote, ValueDecider, Verdict } from './judgement.ts'
import type { ComparedPair } from './paired-difference.ts'

/** Which side of 0 is good. */
const higherIsBetter: Readonly<Record<ClassDecider | ValueDecider, boolean>> = {
  accuracy: true,
  balancedAccuracy: true,
  logLoss: false,
  squaredError: false,
  absoluteError: false,
}

export const verdictOf = ([lower, upper]: Interval, higher: boolean): Verdict => {
  const [worst, best] = higher ? [lower, upper] : [-upper, -lower]
  return worst > 0 ? 'better' : best < 0 ? 'worse' : 'not better'
}

/** A model, the first, beside its baseline, the second. */
export const against = <D extends ClassDecider | ValueDecider>(
  by: D,
  { first, second, difference, interval, pValue }: ComparedPair,
): AgainstBaseline<D> => ({
  by,
  model: first,
  baseline: second,
  difference,
  interval,
  pValue,
  verdict: verdictOf(interval, higherIsBetter[by]),
})

/** How many rows would tell, were the difference to stay: the reach of an interval falls as 1/√n. */
export const tooFewRows = (
  { difference, interval: [lower, upper], verdict, by }: AgainstBaseline,
  rows: number,
): readonly JudgementNote[] => {
  const good = higherIsBetter[by] ? difference > 0 : difference < 0
  const reach = (upper - lower) / 2
  return verdict === 'not better' && good && Number.isFinite(reach)
    ? [{ kind: 'too-few-rows', rows, needed: Math.ceil(1.05 * rows * (reach / difference) ** 2) + 1 }]
    : []
}
