import type { Tensor } from '../core/tensor/tensor.ts'
import { accuracy, balancedAccuracy, cohenKappa, matthews } from './agreement.ts'
import { shareOfEach, type ClassBaseline } from './baseline.ts'
import { calibrationErrorOf } from './calibration.ts'
import { classRates } from './class-rates.ts'
import { classRows, decidedOf, type ClassRows } from './class-rows.ts'
import { against, tooFewRows } from './compared.ts'
import { countPairs } from './confusion-counts.ts'
import type { AgainstBaseline, ClassDecider, ClassJudgement, JudgementNote } from './judgement.ts'
import { meanOfRows } from './mean-of-rows.ts'
import { classDeciders, pairedClasses } from './paired-classes.ts'
import { averagePrecisionOfClass } from './precision-recall.ts'
import type { ClassPredictions } from './predictions.ts'
import { brierLosses, logLosses, topOf } from './probability-losses.ts'
import { areaOfClass, meanArea } from './roc.ts'

const comparisons = (rows: ClassRows, baseline: ClassRows): readonly AgainstBaseline<ClassDecider>[] =>
  classDeciders.map((by) => against(by, pairedClasses(rows, baseline, by)))

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
  const compared = comparisons(rows, classRows('judge', simple, y, weights))
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
