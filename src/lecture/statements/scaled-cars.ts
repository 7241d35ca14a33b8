import { foldIn, type Key } from 'puregrad'
import {
  allForDev,
  allForTraining,
  car,
  minMaxScale,
  robustScale,
  scaled,
  standardize,
  whiten,
  type Dataset,
  type Values,
} from 'puregrad/data'
import { certainly } from './certainly.ts'

/** Rows of the car data to train on and fresh ones, raw and by every scaler fitted on the training rows. */
export const scaledCars = (
  key: Key,
  rows: number,
): Readonly<
  Record<
    'raw' | 'minMax' | 'zScore' | 'robust' | 'whitened',
    { readonly train: Dataset<'train', Values>; readonly fresh: Dataset<'dev', Values> }
  >
> => {
  const train = allForTraining(car({ key: foldIn(key, 'train'), n: rows, dtype: 'float64' }))
  const fresh = allForDev(car({ key: foldIn(key, 'fresh'), n: 4 * rows, dtype: 'float64' }))
  const by = (scaler: Parameters<typeof scaled>[1]) => ({
    train: scaled(train, scaler),
    fresh: scaled(fresh, scaler),
  })
  return {
    raw: { train, fresh },
    minMax: by(certainly(minMaxScale(train))),
    zScore: by(certainly(standardize(train))),
    robust: by(certainly(robustScale(train))),
    whitened: by(certainly(whiten(train))),
  }
}

/** What the forms of the car data are called. */
export const formNames = {
  raw: { en: 'raw', bg: 'сурови' },
  minMax: { en: 'min–max', bg: 'min–max' },
  zScore: { en: 'z-scores', bg: 'z-оценки' },
  robust: { en: 'median and quartiles', bg: 'медиана и квартили' },
  whitened: { en: 'whitened', bg: 'избелени' },
} as const

/** The setting that all claims on the car data have. */
export const carRows = {
  name: { en: 'training rows', bg: 'обучаващи редове' },
  value: 1000,
  whole: true,
  min: 100,
  max: 20_000,
} as const
