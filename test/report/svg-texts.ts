import { textWidth } from '../../src/report/text-width.ts'

/** A text of an SVG document and the box it takes, in pixels of the document. */
export interface PlacedText {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

const times = ([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix => [
  a * g + c * h,
  b * g + d * h,
  a * i + c * j,
  b * i + d * j,
  a * k + c * l + e,
  b * k + d * l + f,
]

const matrixOf = (attributes: string): Matrix =>
  [...(/transform="([^"]*)"/.exec(attributes)?.[1] ?? '').matchAll(/(\w+)\(([^)]*)\)/g)].reduce<Matrix>(
    (sofar, [, name, inside = '']) => {
      const [x = 0, y = 0] = inside.split(/[ ,]+/).map(Number)
      const angle = (x * Math.PI) / 180
      return times(
        sofar,
        name === 'rotate'
          ? [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0]
          : [1, 0, 0, 1, x, y],
      )
    },
    [1, 0, 0, 1, 0, 0],
  )

const attribute = (attributes: string, name: string): string =>
  new RegExp(`[ ]${name}="([^"]*)"`).exec(` ${attributes}`)?.[1] ?? ''

/** Every line of text of a document that vega wrote, with its box: widths by the letters of a wide font. */
export const textsOf = (svg: string): readonly PlacedText[] => {
  const found: PlacedText[] = []
  const open: Matrix[] = [[1, 0, 0, 1, 0, 0]]
  const state = { size: 0, anchor: 'start', x: 0, y: 0 }
  for (const [, closes, name = '', attributes = '', empty, content = ''] of svg.matchAll(
    /<(\/?)([a-z]+)([^>]*?)(\/?)>([^<]*)/g,
  )) {
    if (closes === '/') {
      if (name !== 'tspan') open.pop()
    } else {
      const here = name === 'tspan' ? open.at(-1)! : times(open.at(-1)!, matrixOf(attributes))
      if (name !== 'tspan' && empty !== '/') open.push(here)
      if (name === 'text') {
        state.size = Number.parseFloat(attribute(attributes, 'font-size'))
        state.anchor = attribute(attributes, 'text-anchor')
        state.y = 0
      }
      if (name === 'tspan') state.y += Number(attribute(attributes, 'dy') || 0)
      const text = content.trim()
      if ((name === 'text' || name === 'tspan') && text !== '') {
        const wide = textWidth(text, state.size)
        const from = state.anchor === 'middle' ? -wide / 2 : state.anchor === 'end' ? -wide : 0
        const corners = [from, from + wide].flatMap((x) =>
          [state.y - 0.8 * state.size, state.y + 0.2 * state.size].map((y) => {
            const [a, b, c, d, e, f] = here
            return [a * x + c * y + e, b * x + d * y + f] as const
          }),
        )
        const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
        found.push({
          text,
          left: Math.min(...xs),
          right: Math.max(...xs),
          top: Math.min(...ys),
          bottom: Math.max(...ys),
        })
      }
    }
  }
  return found
}
