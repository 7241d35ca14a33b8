/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   pictures are drawn pixel by pixel into one buffer that nobody else sees */
import { toTypedArray } from '../../core/autodiff/read.ts'
import { foldIn, normal, tensor, uniform, type Key } from '../../core/numeric/index.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { dataset, type Classes, type Dataset } from '../dataset.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { notNegative } from '../../core/tensor/setting-ranges.ts'

type Point = readonly [number, number]

/** A circle as a closed polyline. */
const ring = (x: number, y: number, rx: number, ry: number): readonly Point[] =>
  Array.from({ length: 13 }, (_, i): Point => {
    const angle = (i * Math.PI) / 6
    return [x + rx * Math.sin(angle), y - ry * Math.cos(angle)]
  })

/** Strokes of the ten glyphs in a unit square, x to the right, y down. */
const glyphs: readonly (readonly (readonly Point[])[])[] = [
  [ring(0.5, 0.5, 0.24, 0.36)],
  [
    [
      [0.36, 0.3],
      [0.54, 0.14],
      [0.54, 0.86],
    ],
  ],
  [
    [
      [0.28, 0.3],
      [0.4, 0.15],
      [0.62, 0.15],
      [0.72, 0.32],
      [0.62, 0.5],
      [0.28, 0.84],
      [0.74, 0.84],
    ],
  ],
  [
    [
      [0.28, 0.18],
      [0.68, 0.16],
      [0.46, 0.44],
      [0.7, 0.58],
      [0.66, 0.78],
      [0.46, 0.87],
      [0.27, 0.78],
    ],
  ],
  [
    [
      [0.62, 0.86],
      [0.62, 0.14],
      [0.26, 0.62],
      [0.76, 0.62],
    ],
  ],
  [
    [
      [0.7, 0.15],
      [0.34, 0.15],
      [0.31, 0.46],
      [0.56, 0.43],
      [0.71, 0.6],
      [0.62, 0.82],
      [0.42, 0.87],
      [0.28, 0.78],
    ],
  ],
  [
    [
      [0.66, 0.16],
      [0.44, 0.28],
      [0.31, 0.56],
    ],
    ring(0.5, 0.66, 0.19, 0.2),
  ],
  [
    [
      [0.27, 0.16],
      [0.73, 0.16],
      [0.44, 0.86],
    ],
  ],
  [ring(0.5, 0.32, 0.17, 0.17), ring(0.5, 0.67, 0.21, 0.19)],
  [
    ring(0.5, 0.34, 0.19, 0.2),
    [
      [0.69, 0.36],
      [0.62, 0.7],
      [0.44, 0.86],
    ],
  ],
]

const side = 16
const mostPoints = Math.max(...glyphs.map((strokes) => strokes.flat().length))

/** Ends of the segments of some strokes: ax, ay, bx, by of each in turn. */
const segmentsOf = (strokes: readonly (readonly Point[])[]): Float64Array =>
  Float64Array.from(strokes.flatMap((stroke) => stroke.slice(1).flatMap((end, i) => [...stroke[i]!, ...end])))

/** The distance of a pixel from the nearest segment. */
const distanceTo = (segments: Float64Array, px: number, py: number): number => {
  let nearest = Infinity
  for (let s = 0; s < segments.length; s += 4) {
    const dx = segments[s + 2]! - segments[s]!
    const dy = segments[s + 3]! - segments[s + 1]!
    const x = px - segments[s]!
    const y = py - segments[s + 1]!
    const length = dx * dx + dy * dy
    const along = length === 0 ? 0 : (x * dx + y * dy) / length
    const t = along < 0 ? 0 : along > 1 ? 1 : along
    const squared = (x - t * dx) * (x - t * dx) + (y - t * dy) * (y - t * dy)
    if (squared < nearest) nearest = squared
  }
  return Math.sqrt(nearest)
}

/**
 * How many pictures {@link digits16} draws, and how noisy they are.
 *
 * @category Generated data
 */
export interface Digits16Options {
  readonly key: Key
  /** How many pictures; the classes come in equal numbers, in turn. */
  readonly n: number
  /** Standard deviation of the noise of a pixel; 0.1 unless told otherwise. */
  readonly noise?: number
  /** How far pictures stray from their glyph: 1 unless told otherwise. */
  readonly jitter?: number
  readonly dtype?: FloatDType
}

/**
 * Procedural digits: ten glyphs of polylines under a random affine map with jittered points, drawn with a soft stroke on
 * 16 × 16 pixels, with noise, clipped to [0, 1]. Inputs `[n, 256]`, labels 0 … 9. A key fixes every picture: asking for
 * more of them only adds to the end.
 *
 * @throws ArgumentError unless `n` is a positive integer and `noise` and `jitter` are at least 0.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { digits16 } from 'puregrad/data'
 * digits16({ key: key(0), n: 20 }).x.shape // => [20, 256]
 * ```
 * @category Generated data
 */
export const digits16 = (options: Digits16Options): Dataset<'raw', Classes> => {
  checkOptions('digits16', options, { key: true, n: true, noise: true, jitter: true, dtype: true })
  const { key, n, noise = 0.1, jitter = 1, dtype = 'float32' } = options
  if (!Number.isInteger(n) || n < 1)
    throw new ArgumentError(`digits16: the number of pictures is a positive integer, got ${n}`)
  checkSetting('digits16', 'noise', noise, notNegative)
  checkSetting('digits16', 'jitter', jitter, notNegative)
  const affine = toTypedArray(uniform(foldIn(key, 'affine'), [n, 7], { low: -1, high: 1, dtype: 'float64' }))
  const points = toTypedArray(normal(foldIn(key, 'points'), [n, mostPoints, 2], { dtype: 'float64' }))
  const pixels = toTypedArray(
    normal(foldIn(key, 'pixels'), [n, side * side], { std: noise, dtype: 'float64' }),
  )
  for (let i = 0; i < n; i++) {
    const draw = (k: number): number => jitter * affine[i * 7 + k]!
    const angle = 0.28 * draw(0)
    const [scaleX, scaleY, shear] = [1 + 0.19 * draw(1), 1 + 0.19 * draw(2), 0.28 * draw(3)]
    const [moveX, moveY, width] = [0.105 * draw(4), 0.105 * draw(5), 0.055 + 0.018 * affine[i * 7 + 6]!]
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    let used = 0
    const moved = ([x, y]: Point): Point => {
      const at = (i * mostPoints + used++) * 2
      const u = (x - 0.5 + 0.026 * jitter * points[at]!) * scaleX
      const v = (y - 0.5 + 0.026 * jitter * points[at + 1]!) * scaleY
      const w = u + shear * v
      return [0.5 + moveX + cos * w - sin * v, 0.5 + moveY + sin * w + cos * v]
    }
    const segments = segmentsOf(glyphs[i % 10]!.map((stroke) => stroke.map(moved)))
    for (let p = 0; p < side * side; p++) {
      const px = ((p % side) + 0.5) / side
      const py = (Math.floor(p / side) + 0.5) / side
      const ink = 1 / (1 + Math.exp((distanceTo(segments, px, py) - width) / 0.016))
      const at = i * side * side + p
      pixels[at] = Math.min(1, Math.max(0, ink + pixels[at]!))
    }
  }
  return dataset({
    x: tensor(pixels, { shape: [n, side * side], dtype }),
    y: tensor(
      Array.from({ length: n }, (_, i) => i % 10),
      { dtype: 'int32' },
    ),
    classNames: Array.from({ length: 10 }, (_, i) => String(i)),
  })
}
