import { toTypedArray } from '../core/autodiff/read.ts'
import { tensor } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { contourGrid } from '../study/contour-grid.ts'
import type { Waypoint } from '../study/trajectory.ts'
import type { BoundaryPicture } from './boundary-picture.ts'
import type { IsolinesPicture } from './isolines-picture.ts'
import { rowsOf } from './numbers-of.ts'
import type { PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'

/**
 * The window of a plane and what is drawn in it besides its field.
 *
 * @category Makers of pictures
 */
export interface PlaneOptions {
  readonly x: readonly [low: number, high: number]
  readonly y: readonly [low: number, high: number]
  /** Points along each side, at least 2; 61 unless told otherwise. */
  readonly points?: number
  readonly title?: PictureText
  /** What the axes are called. */
  readonly axes?: readonly [x: PictureText, y: PictureText]
}

const planeOptions = { x: true, y: true, points: true, title: true, axes: true } as const

/**
 * What {@link boundaryPicture} shows.
 *
 * @category Makers of pictures
 */
export interface BoundaryOptions extends PlaneOptions {
  readonly classes: readonly PictureText[]
  readonly rows?: BoundaryPicture['points']
  readonly dtype?: FloatDType
  /** Of a model that gives one score for a row: above it is the second class; 0.5 unless told otherwise. */
  readonly threshold?: number
}

const along = ([low, high]: readonly [number, number], points: number): readonly number[] =>
  Array.from({ length: points }, (_, i) => low + ((high - low) * i) / (points - 1))

/**
 * What a model says on a grid of a plane, by one evaluation of all its points.
 *
 * @param model from rows `[n, 2]` to probabilities `[n, classes]`, or to one score each, `[n]` or `[n, 1]`.
 * @throws ShapeError where it gives something else; ArgumentError for another option or a window without extent.
 * @example
 * ```ts
 * import { sigmoid, sum, type Tensor } from 'puregrad'
 * import { boundaryPicture } from 'puregrad/report'
 * const picture = boundaryPicture((x: Tensor) => sigmoid(sum(x, { axis: 1 })), { x: [-1, 1], y: [-1, 1], points: 3, classes: ['below', 'above'] })
 * picture.grid.field.kind // => 'score'
 * picture.grid.xs // => [-1, 0, 1]
 * ```
 * @category Makers of pictures
 */
export const boundaryPicture = (model: (x: Tensor) => Tensor, options: BoundaryOptions): BoundaryPicture => {
  checkOptions<BoundaryOptions>('boundaryPicture', options, {
    ...planeOptions,
    classes: true,
    rows: true,
    dtype: true,
    threshold: true,
  })
  const { x, y, points = 61, title = words.boundary, axes = ['x₁', 'x₂'], classes, rows = [] } = options
  checkSetting('boundaryPicture', 'points', points, { min: 2, whole: true })
  ;[x, y].forEach(([low, high], i) => {
    checkSetting('boundaryPicture', `${i === 0 ? 'x' : 'y'}[0]`, low)
    checkSetting('boundaryPicture', `${i === 0 ? 'x' : 'y'}[1]`, high, { above: low })
  })
  const [xs, ys] = [along(x, points), along(y, points)]
  const grid = tensor(
    ys.flatMap((b) => xs.map((a) => [a, b])),
    { dtype: options.dtype ?? 'float32' },
  )
  const said = model(grid)
  const n = points * points
  const inRows = <A>(flat: readonly A[]): readonly (readonly A[])[] =>
    ys.map((_, j) => flat.slice(j * points, (j + 1) * points))
  const one = said.size === n && said.shape[0] === n
  if (!one && (said.rank !== 2 || said.shape[0] !== n || said.shape[1] !== classes.length))
    throw new ShapeError(
      `boundaryPicture: expected a model that gives [${n}, ${classes.length}] or [${n}] for ${n} rows, got ${showShape(said.shape)}`,
    )
  return {
    kind: 'boundary',
    title,
    x: { title: axes[0] },
    y: { title: axes[1] },
    classes,
    grid: {
      xs,
      ys,
      field: one
        ? {
            kind: 'score',
            values: inRows(Array.from(toTypedArray(said), Number)),
            ...(options.threshold === undefined ? {} : { threshold: options.threshold }),
          }
        : { kind: 'probabilities', values: inRows(rowsOf('boundaryPicture', 'model', said)) },
    },
    points: rows,
  }
}

/**
 * What {@link isolinesPicture} shows.
 *
 * @category Makers of pictures
 */
export interface IsolinesOptions extends PlaneOptions {
  /** What is constant on a line; 'loss' unless told otherwise. */
  readonly value?: PictureText
  readonly levels?: NonNullable<IsolinesPicture['value']['levels']>
  /** Ways of `trajectory` over points `[2]`. */
  readonly ways?: readonly { readonly name: PictureText; readonly way: readonly Waypoint<Tensor>[] }[]
  readonly places?: NonNullable<IsolinesPicture['places']>
}

/**
 * The isolines of a function of a point, with ways of descent over them.
 *
 * @param f from a point `[2]` to a number.
 * @throws ArgumentError for another option, ends that are not finite, and unless there are at least two points along a
 * side.
 * @example
 * ```ts
 * import { mul, sum, tensor, type Tensor } from 'puregrad'
 * import { isolinesPicture } from 'puregrad/report'
 * import { trajectory } from 'puregrad/study'
 * const bowl = (w: Tensor) => sum(mul(w, w))
 * const way = trajectory(bowl, tensor([1, 0.5], { dtype: 'float64' }), { steps: 1, by: 0.25 })
 * const picture = isolinesPicture(bowl, { x: [-1, 1], y: [-1, 1], points: 3, ways: [{ name: 'descent', way }] })
 * picture.grid.values[0] // => [2, 1, 2]
 * picture.paths?.[0]?.points // => [[1, 0.5], [0.5, 0.25]]
 * ```
 * @category Makers of pictures
 */
export const isolinesPicture = (f: (point: Tensor) => Tensor, options: IsolinesOptions): IsolinesPicture => {
  checkOptions<IsolinesOptions>('isolinesPicture', options, {
    ...planeOptions,
    value: true,
    levels: true,
    ways: true,
    places: true,
  })
  const { x, y, points = 61, title = words.isolines, axes = ['w₁', 'w₂'], value = words.loss } = options
  const { levels, ways = [], places } = options
  return {
    kind: 'isolines',
    title,
    x: { title: axes[0] },
    y: { title: axes[1] },
    grid: contourGrid(f, { x, y, points }),
    value: { title: value, ...(levels === undefined ? {} : { levels }) },
    paths: ways.map(({ name, way }) => ({
      name,
      points: way.map(({ params }) => {
        const [px = NaN, py = NaN] = Array.from(toTypedArray(params), Number)
        return [px, py] as const
      }),
    })),
    ...(places === undefined ? {} : { places }),
  }
}
