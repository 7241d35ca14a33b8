import type { AgainstBaseline, ClassDecider, JudgementNote, ValueDecider, Verdict } from './judgement.ts'
import type { PairedDifference } from './paired-difference.ts'

/** Which side of 0 is good. */
const higherIsBetter: Readonly<Record<ClassDecider | ValueDecider, boolean>> = {
  accuracy: true,
  balancedAccuracy: true,
  logLoss: false,
  squaredError: false,
  absoluteError: false,
}

export const verdictOf = ({ interval: [lower, upper] }: PairedDifference, higher: boolean): Verdict => {
  const [worst, best] = higher ? [lower, upper] : [-upper, -lower]
  return worst > 0 ? 'better' : best < 0 ? 'worse' : 'not better'
}

export const against = <D extends ClassDecider | ValueDecider>(
  by: D,
  model: number,
  baseline: number,
  difference: PairedDifference,
): AgainstBaseline<D> => ({
  by,
  model,
  baseline,
  ...difference,
  verdict: verdictOf(difference, higherIsBetter[by]),
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
