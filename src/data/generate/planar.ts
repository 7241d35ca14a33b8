import { toTypedArray } from '../../core/autodiff/read.ts'
import { foldIn, normal, tensor, uniform, type Key } from '../../core/numeric/index.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { dataset, type Classes, type Dataset } from '../dataset.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { notNegative } from '../../core/tensor/setting-ranges.ts'

/**
 * How many points of the plane are drawn, and how noisy they are.
 *
 * @category Generated data
 */
export interface PlanarOptions {
  readonly key: Key
  /** How many points; the classes come in equal numbers, in turn. */
  readonly n: number
  /** Standard deviation of the noise of each coordinate; 0.1 unless told otherwise. */
  readonly noise?: number
  /** `float32` unless told otherwise. */
  readonly dtype?: FloatDType
}

/** The names of {@link PlanarOptions}. */
export const planarOptions = { key: true, n: true, noise: true, dtype: true } as const

/** A point of a class without noise, from three numbers drawn uniformly from [0, 1). */
type Place = (label: number, draws: readonly [number, number, number]) => readonly [number, number]

/** Points in the plane; row i is of class i mod `classes`. More of them only add to the end. */
export const planarDataset = (
  name: string,
  { key, n, noise = 0.1, dtype = 'float32' }: PlanarOptions,
  classes: number,
  place: Place,
): Dataset<'raw', Classes> => {
  if (!Number.isInteger(n) || n < 1)
    throw new ArgumentError(`${name}: the number of points is a positive integer, got ${n}`)
  if (!Number.isInteger(classes) || classes < 2)
    throw new ArgumentError(`${name}: the number of classes is an integer from 2, got ${classes}`)
  checkSetting(name, 'noise', noise, notNegative)
  const draws = toTypedArray(uniform(foldIn(key, 'place'), [n, 3], { dtype: 'float64' }))
  const strayed = toTypedArray(normal(foldIn(key, 'noise'), [n, 2], { std: noise, dtype: 'float64' }))
  const points = Array.from({ length: n }, (_, i) => {
    const drawn = [draws[3 * i] ?? 0, draws[3 * i + 1] ?? 0, draws[3 * i + 2] ?? 0] as const
    return place(i % classes, drawn).map((value, axis) => value + (strayed[2 * i + axis] ?? 0))
  })
  return dataset({
    x: tensor(points, { dtype }),
    y: tensor(
      Int32Array.from({ length: n }, (_, i) => i % classes),
      { dtype: 'int32' },
    ),
    classNames: Array.from({ length: classes }, (_, label) => String(label)),
  })
}
