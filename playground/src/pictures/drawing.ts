import { pictureChart, type DrawingOptions, type Picture } from 'puregrad/report'
import { parse, View } from 'vega'
import { expressionInterpreter } from 'vega-interpreter'
import { compile } from 'vega-lite'

/** A place on the page that shows one picture after the other. */
export interface Drawing {
  readonly show: (picture: Picture, options: DrawingOptions) => Promise<void>
  readonly end: () => void
}

type Rows = readonly unknown[]

/** A chart apart from its rows, which have names: charts that differ in their rows alone have equal texts. */
const withoutRows = (chart: unknown): { readonly text: string; readonly rows: ReadonlyMap<string, Rows> } => {
  const rows = new Map<string, Rows>()
  const text = JSON.stringify(chart, (key, value: unknown) => {
    const given = key === 'data' ? (value as { readonly values?: unknown }).values : undefined
    if (!Array.isArray(given)) return value
    const name = `rows${String(rows.size)}`
    rows.set(name, given as Rows)
    return { name }
  })
  return { text, rows }
}

/** Expressions are walked, not compiled, so that the page needs no leave to run text. */
const viewOf = (text: string, place: HTMLElement): View => {
  const { spec } = compile(JSON.parse(text) as Parameters<typeof compile>[0])
  return new View(parse(spec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: 'canvas',
    container: place,
    hover: false,
  })
}

/**
 * Draws into a place. Where a picture differs from the one before in its rows alone, they are exchanged and the view
 * stays.
 */
export const drawingIn = (place: HTMLElement): Drawing => {
  const shown: { value?: { readonly text: string; readonly view: View } | undefined } = {}
  const end = (): void => {
    shown.value?.view.finalize()
    shown.value = undefined
  }
  return {
    show: async (picture, options) => {
      const { text, rows } = withoutRows(pictureChart(picture, options))
      if (text !== shown.value?.text) {
        end()
        shown.value = { text, view: viewOf(text, place) }
      }
      const { view } = shown.value
      // Vega marks the rows it is given, and those of a picture are the page's.
      rows.forEach((given, name) =>
        view.data(
          name,
          given.map((row) => ({ ...(row as object) })),
        ),
      )
      await view.runAsync()
    },
    end,
  }
}
