import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Chart } from './learning-curve-chart.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'

/**
 * Why there is no picture: a package that draws is not installed, or the chart is not one it can draw.
 *
 * @category Output
 */
export type DrawingError =
  | { readonly kind: 'missing-package'; readonly message: string }
  | { readonly kind: 'invalid-chart'; readonly message: string }

const load = TE.tryCatch(
  () => Promise.all([import('vega'), import('vega-lite')]),
  (error): DrawingError => ({
    kind: 'missing-package',
    message: `drawing needs the optional packages vega and vega-lite: npm install vega vega-lite (${reasonOf(error)})`,
  }),
)

/**
 * Draws a chart as an SVG document. Vega and vega-lite are loaded on first use; without them the result is a
 * `Left` that says what to install.
 *
 * @example
 * ```ts
 * import { learningCurveChart, toSvg } from 'puregrad/report'
 * const svg = await toSvg(learningCurveChart([{ epoch: 1, train: 0.9, dev: 1 }]))()
 * svg._tag === 'Right' && svg.right.startsWith('<svg') // => true
 * ```
 * @category Output
 */
export const toSvg = (chart: Chart): TE.TaskEither<DrawingError, string> =>
  pipe(
    load,
    TE.flatMap(([vega, vegaLite]) =>
      TE.tryCatch(
        () => {
          const { spec } = vegaLite.compile(chart as unknown as Parameters<typeof vegaLite.compile>[0])
          return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG()
        },
        (error): DrawingError => ({
          kind: 'invalid-chart',
          message: `the chart cannot be drawn: ${reasonOf(error)}`,
        }),
      ),
    ),
  )
