import type { Judgement } from './judgement.ts'

/**
 * The figures of classes that models are compared by.
 *
 * @category Comparisons
 */
export type ClassMeasure =
  | 'accuracy'
  | 'balancedAccuracy'
  | 'macroF1'
  | 'matthews'
  | 'rocArea'
  | 'logLoss'
  | 'brierScore'
  | 'calibrationError'

/**
 * The figures of numbers that models are compared by.
 *
 * @category Comparisons
 */
export type ValueMeasure = 'rootMeanSquaredError' | 'meanAbsoluteError' | 'medianAbsoluteError' | 'rSquared'

/**
 * The figures that models are compared by.
 *
 * @category Comparisons
 */
export type Measure = ClassMeasure | ValueMeasure

/** Of each figure whether more of it is better. */
export const higherIsBetter: Readonly<Record<Measure, boolean>> = {
  accuracy: true,
  balancedAccuracy: true,
  macroF1: true,
  matthews: true,
  rocArea: true,
  logLoss: false,
  brierScore: false,
  calibrationError: false,
  rootMeanSquaredError: false,
  meanAbsoluteError: false,
  medianAbsoluteError: false,
  rSquared: true,
}

const ofClasses: readonly ClassMeasure[] = [
  'accuracy',
  'balancedAccuracy',
  'macroF1',
  'matthews',
  'rocArea',
  'logLoss',
  'brierScore',
  'calibrationError',
]
const ofValues: readonly ValueMeasure[] = [
  'rootMeanSquaredError',
  'meanAbsoluteError',
  'medianAbsoluteError',
  'rSquared',
]

/** The figures of a kind of predictions; the first is what is compared by unless told otherwise. */
export const measuresOfKind = (kind: 'classes' | 'values'): readonly Measure[] =>
  kind === 'classes' ? ofClasses : ofValues

/**
 * Figures by name.
 *
 * @category Comparisons
 */
export type Measures = Readonly<Partial<Record<Measure, number>>>

/** The figures of a judgement. */
export const measuresOf = (judgement: Judgement): Measures =>
  judgement.kind === 'classes'
    ? {
        accuracy: judgement.accuracy.value,
        balancedAccuracy: judgement.balancedAccuracy.value,
        macroF1: judgement.f1.macro.value,
        matthews: judgement.matthews.value,
        rocArea: judgement.rocArea.value,
        logLoss: judgement.logLoss.value,
        brierScore: judgement.brierScore.value,
        calibrationError: judgement.calibrationError.value,
      }
    : {
        rootMeanSquaredError: judgement.rootMeanSquaredError.value,
        meanAbsoluteError: judgement.meanAbsoluteError.value,
        medianAbsoluteError: judgement.medianAbsoluteError.value,
        rSquared: judgement.rSquared.value,
      }
