import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { contentId } from '../core/codec/content-id.ts'
import type { Chart } from './chart.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'

/**
 * Why there is no picture: a package that draws is not installed, or the chart is not one it can draw.
 *
 * @category Drawing
 */
export type DrawingError =
  | { readonly kind: 'missing-package'; readonly message: string }
  | { readonly kind: 'invalid-chart'; readonly message: string }

const load = TE.tryCatch(
  () => Promise.all([import('vega'), import('vega-lite'), import('vega-interpreter')]),
  (error): DrawingError => ({
    kind: 'missing-package',
    message: `drawing needs the optional packages vega, vega-lite and vega-interpreter: npm install vega vega-lite vega-interpreter (${reasonOf(error)})`,
  }),
)

/** Text as it stands in an attribute of XML. */
const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** An SVG document with a text for those who do not see it. */
const withDescription = (svg: string, { description }: Chart): string =>
  typeof description === 'string'
    ? svg.replace(/^<svg/, `<svg role="img" aria-label="${attribute(description)}"`)
    : svg

/**
 * Vega counts its clipping paths through the life of a process: here they are named after the document, so that
 * equal charts are equal documents, and several of them can stand in one page.
 */
const withOwnNames = (svg: string): string => {
  const names = [...new Set(Array.from(svg.matchAll(/ id="(\w+)"/g), ([, name]) => name!))]
  const prefix = contentId(svg.replaceAll(/clip\d+/g, '')).slice(0, 8)
  return names.reduce(
    (sofar, name, i) =>
      sofar
        .replaceAll(` id="${name}"`, ` id="p${prefix}-${String(i)}"`)
        .replaceAll(`url(#${name})`, `url(#p${prefix}-${String(i)})`),
    svg,
  )
}

/**
 * Draws a chart as an SVG document. Vega, vega-lite and vega-interpreter are loaded on first use; without them the
 * result is a `Left` that says what to install. Expressions are interpreted and not compiled, so that a chart is drawn
 * where no text may be run as code.
 *
 * @example
 * ```ts
 * import { learningCurves, pictureChart, toSvg } from 'puregrad/report'
 * const svg = await toSvg(pictureChart(learningCurves([{ epoch: 1, train: 0.9, dev: 1 }])))()
 * svg._tag === 'Right' && svg.right.startsWith('<svg') // => true
 * ```
 * @category Drawing
 */
export const toSvg = (chart: Chart): TE.TaskEither<DrawingError, string> =>
  pipe(
    load,
    TE.flatMap(([vega, vegaLite, { expressionInterpreter }]) =>
      TE.tryCatch(
        async () => {
          const { spec } = vegaLite.compile(chart as unknown as Parameters<typeof vegaLite.compile>[0])
          const runtime = vega.parse(spec, undefined, { ast: true })
          const view = new vega.View(runtime, { renderer: 'none', expr: expressionInterpreter })
          return withDescription(withOwnNames(await view.toSVG()), chart)
        },
        (error): DrawingError => ({
          kind: 'invalid-chart',
          message: `the chart cannot be drawn: ${reasonOf(error)}`,
        }),
      ),
    ),
  )
