import type { Tensor } from '../core/tensor/tensor.ts'
import { accuracy, balancedAccuracy, cohenKappa, matthews } from './agreement.ts'
import { shareOfEach, type ClassBaseline } from './baseline.ts'
import { calibrationErrorOf } from './calibration.ts'
import { classRates } from './class-rates.ts'
import { classRows, decidedOf, type ClassRows } from './class-rows.ts'
import { against, tooFewRows } from './compared.ts'
import { countPairs, type ConfusionCounts } from './confusion-counts.ts'
import type { AgainstBaseline, ClassDecider, ClassJudgement, JudgementNote } from './judgement.ts'
import { meanOfRows, weightedMean } from './mean-of-rows.ts'
import { mcNemar, pairedMeans, type PairedDifference } from './paired-difference.ts'
import { averagePrecisionOfClass } from './precision-recall.ts'
import type { ClassPredictions } from './predictions.ts'
import { brierLosses, logLosses, topOf } from './probability-losses.ts'
import { areaOfClass, meanArea } from './roc.ts'
import { summedWeights } from './row-weights.ts'
import { normalMeasure } from './measured.ts'
import { studentTail } from './student.ts'

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

const comparisons = (
  rows: ClassRows,
  other: ClassRows,
  confusion: ConfusionCounts,
): readonly AgainstBaseline<ClassDecider>[] => {
  const [own, simple] = [hits(rows), hits(other)]
  const [loss, simpleLoss] = [logLosses(rows), logLosses(other)]
  const simpleConfusion = countPairs(decidedOf(other), other.labels, other.names, other.weights)
  return [
    against(
      'accuracy',
      accuracy(confusion).value,
      accuracy(simpleConfusion).value,
      pairedAccuracy(own, simple, rows),
    ),
    against(
      'balancedAccuracy',
      balancedAccuracy(confusion).value,
      balancedAccuracy(simpleConfusion).value,
      pairedRecall(own, simple, rows),
    ),
    against(
      'logLoss',
      weightedMean(loss, rows.weights),
      weightedMean(simpleLoss, rows.weights),
      pairedMeans(loss, simpleLoss, rows.weights),
    ),
  ]
}

type WithoutNotes = Omit<ClassJudgement, 'notes'>

const notesOf = (found: WithoutNotes): readonly JudgementNote[] => {
  const decisive = found.against.find(({ by }) => by === found.decidedBy)
  const probabilities = found.against.find(({ by }) => by === 'logLoss')
  return [
    ...found.classes
      .filter(({ rows, taken }) => rows > 0 && taken === 0)
      .map(({ name, rows }): JudgementNote => ({ kind: 'class-never-decided', name, rows })),
    ...found.classes
      .filter(({ rows, taken, recall }) => rows > 0 && taken > 0 && recall.interval[1] < 0.5)
      .map(({ name, recall }): JudgementNote => ({ kind: 'class-poorly-found', name, recall })),
    ...(probabilities?.verdict === 'worse'
      ? [{ kind: 'probabilities-worse', difference: probabilities } as const]
      : []),
    ...(found.calibrationError.interval[0] > 0.05
      ? [{ kind: 'miscalibrated', error: found.calibrationError } as const]
      : []),
    ...(found.verdict !== 'better' && found.rocArea.interval[0] > 0.5
      ? [{ kind: 'ranks-without-deciding', area: found.rocArea } as const]
      : []),
    ...(decisive === undefined ? [] : tooFewRows(decisive, found.rows)),
  ]
}

export const judgeClasses = (
  predictions: ClassPredictions,
  y: Tensor,
  options: {
    readonly baseline: ClassBaseline
    readonly by: ClassDecider
    readonly top: number
    readonly weights?: Tensor
  },
): ClassJudgement => {
  const { baseline, by, top } = options
  const weights = options.weights === undefined ? {} : { weights: options.weights }
  const rows = classRows('judge', predictions, y, weights)
  const simple = shareOfEach(baseline, rows.n)
  const confusion = countPairs(decidedOf(rows), rows.labels, rows.names, rows.weights)
  const rates = classRates(confusion)
  const compared = comparisons(rows, classRows('judge', simple, y, weights), confusion)
  const found: WithoutNotes = {
    kind: 'classes',
    rows: rows.n,
    names: rows.names,
    confusion,
    accuracy: accuracy(confusion),
    balancedAccuracy: balancedAccuracy(confusion),
    precision: rates.precision,
    recall: rates.recall,
    f1: rates.f1,
    classes: rates.classes.map((rate, k) => ({
      ...rate,
      rocArea: areaOfClass(rows, k),
      averagePrecision: averagePrecisionOfClass(rows, k),
    })),
    top: { k: top, accuracy: topOf(rows, top) },
    matthews: matthews(confusion),
    cohenKappa: cohenKappa(confusion),
    rocArea: meanArea(rows),
    logLoss: meanOfRows(logLosses(rows), rows.weights, [0, Infinity]),
    brierScore: meanOfRows(brierLosses(rows), rows.weights, [0, 2]),
    calibrationError: calibrationErrorOf(rows, {}),
    majority: baseline.names[baseline.shares.indexOf(Math.max(...baseline.shares))]!,
    against: compared,
    decidedBy: by,
    verdict: compared.find((each) => each.by === by)!.verdict,
  }
  return { ...found, notes: notesOf(found) }
}
