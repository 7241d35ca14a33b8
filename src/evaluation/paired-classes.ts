import { accuracy, balancedAccuracy } from './agreement.ts'
import { decidedOf, type ClassRows } from './class-rows.ts'
import { countPairs, type ConfusionCounts } from './confusion-counts.ts'
import type { ClassDecider } from './judgement.ts'
import { weightedMean } from './mean-of-rows.ts'
import { normalMeasure } from './measured.ts'
import { mcNemar, pairedMeans, type ComparedPair, type PairedDifference } from './paired-difference.ts'
import { logLosses } from './probability-losses.ts'
import { summedWeights } from './row-weights.ts'
import { studentTail } from './student.ts'

/** The first is what is compared by unless told otherwise. */
export const classDeciders = [
  'accuracy',
  'balancedAccuracy',
  'logLoss',
] as const satisfies readonly ClassDecider[]

/** 1 where the decision is right. */
const hits = (rows: ClassRows): Float64Array =>
  Float64Array.from(decidedOf(rows), (decided, row) => (decided === rows.labels[row] ? 1 : 0))

const pairedAccuracy = (
  model: Float64Array,
  baseline: Float64Array,
  { weights: { of, total, effective } }: ClassRows,
): PairedDifference => {
  const only = (first: Float64Array, second: Float64Array): number =>
    of.reduce((sum, w, row) => sum + (first[row]! > second[row]! ? w : 0), 0) * (effective / total)
  return mcNemar({ onlyFirst: only(model, baseline), onlySecond: only(baseline, model), rows: effective })
}

/** The mean over classes of the difference of recalls; classes are strata. */
const pairedRecall = (
  model: Float64Array,
  baseline: Float64Array,
  { labels, weights }: ClassRows,
): PairedDifference => {
  const present = [...new Set(labels)]
  const strata = present.map((k) => {
    const own = summedWeights(weights.of.map((w, row) => (labels[row] === k ? w : 0)))
    const differences = model.map((value, row) => value - baseline[row]!)
    const mean = weightedMean(differences, own)
    const spread = weightedMean(
      differences.map((d) => (d - mean) ** 2),
      own,
    )
    return { mean, variance: own.effective <= 1 ? 0 : spread / (own.effective - 1) }
  })
  const difference = strata.reduce((sum, { mean }) => sum + mean, 0) / present.length
  const error = Math.sqrt(strata.reduce((sum, { variance }) => sum + variance, 0)) / present.length
  return {
    difference,
    interval: normalMeasure(difference, error, [-1, 1]).interval,
    pValue: error === 0 ? (difference === 0 ? 1 : 0) : studentTail(difference / error, 1e9),
  }
}

const confusionOf = (rows: ClassRows): ConfusionCounts =>
  countPairs(decidedOf(rows), rows.labels, rows.names, rows.weights)

/** Two models on the same rows, by one of the deciders. */
export const pairedClasses = (first: ClassRows, second: ClassRows, by: ClassDecider): ComparedPair => {
  if (by === 'logLoss') {
    const [one, other] = [logLosses(first), logLosses(second)]
    return {
      first: weightedMean(one, first.weights),
      second: weightedMean(other, second.weights),
      ...pairedMeans(one, other, first.weights),
    }
  }
  const measure = by === 'accuracy' ? accuracy : balancedAccuracy
  const paired = by === 'accuracy' ? pairedAccuracy : pairedRecall
  return {
    first: measure(confusionOf(first)).value,
    second: measure(confusionOf(second)).value,
    ...paired(hits(first), hits(second), first),
  }
}
