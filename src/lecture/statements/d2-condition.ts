import { conditionReport, gramMatrix } from 'puregrad/data'
import { claim } from '../claim.ts'
import { carRows, formNames, scaledCars } from './scaled-cars.ts'

const forms = ['raw', 'minMax', 'zScore', 'whitened'] as const

/** Features of one scale make a well-conditioned cost. */
export const d2 = claim({
  id: 'D2',
  lines: '289',
  asWritten: {
    en: 'Normalizing is good for numerical stability: it avoids ill-conditioning.',
    bg: 'Нормализирането помага за числената устойчивост: избягва се лошата обусловеност.',
  },
  corrected: {
    en: 'The same, measured: the Hessian of a linear model on the car data has condition about 10¹², on z-scores about 1.1.',
    bg: 'Същото, измерено: хесианът на линеен модел върху данните за колите има число на обусловеност около 10¹², върху z-оценките около 1,1.',
  },
  measures: {
    raw: {
      name: { en: 'condition of the Hessian, raw', bg: 'число на обусловеност на хесиана, сурови данни' },
      corrected: { atLeast: 1e12 },
      // Above 1/ε of float32.
      literal: { atLeast: 1e7 },
    },
    minMax: {
      name: { en: 'the same after min–max', bg: 'същото след min–max' },
      corrected: { atMost: 100 },
    },
    zScore: {
      name: { en: 'the same after z-scores', bg: 'същото след z-оценки' },
      corrected: { atMost: 3 },
      literal: { atMost: 10 },
    },
    whitened: {
      name: { en: 'the same after whitening', bg: 'същото след избелване' },
      corrected: { atMost: 1.01 },
    },
  },
  settings: { rows: carRows },
  measure: ({ key, settings: { rows } }) => {
    const cars = scaledCars(key, rows)
    const reports = forms.map((form) => ({
      form,
      ...conditionReport(gramMatrix(cars[form].train.x, { intercept: true })),
    }))
    const [raw = NaN, minMax = NaN, zScore = NaN, whitened = NaN] = reports.map(({ condition }) => condition)
    return {
      figures: {
        raw,
        minMax,
        zScore,
        whitened,
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `Curvatures of the cost of a linear model, ${rows} rows of the car data`,
            bg: `Кривини на функцията на разходите на линеен модел, ${rows} реда от данните за колите`,
          },
          x: {
            title: { en: 'number of the axis, the steepest first', bg: 'номер на оста, най-стръмната първа' },
            whole: true,
          },
          y: {
            title: { en: 'eigenvalue of the Hessian', bg: 'собствена стойност на хесиана' },
            scale: 'log',
          },
          series: reports.map(({ form, eigenvalues }) => ({
            name: formNames[form],
            mark: 'both',
            points: eigenvalues.map((value, i) => [i + 1, value] as const),
          })),
        },
      ],
    }
  },
})
