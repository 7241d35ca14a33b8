import { foldIn, type Key } from 'puregrad'
import {
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

/** A thousand training rows of the car data and fresh ones, raw and by every scaler fitted on the training rows. */
export const scaledCars = (
  key: Key,
): Readonly<
  Record<
    'raw' | 'min–max' | 'z-score' | 'robust' | 'whitened',
    { readonly train: Dataset<'train', Values>; readonly fresh: Dataset<'dev', Values> }
  >
> => {
  const train = { ...car({ key: foldIn(key, 'train'), dtype: 'float64' }), role: 'train' as const }
  const fresh = { ...car({ key: foldIn(key, 'fresh'), n: 4000, dtype: 'float64' }), role: 'dev' as const }
  const by = (scaler: Parameters<typeof scaled>[1]) => ({
    train: scaled(train, scaler),
    fresh: scaled(fresh, scaler),
  })
  return {
    raw: { train, fresh },
    'min–max': by(certainly(minMaxScale(train))),
    'z-score': by(certainly(standardize(train))),
    robust: by(certainly(robustScale(train))),
    whitened: by(certainly(whiten(train))),
  }
}
