/**
 * A chart as plain data: a vega-lite specification.
 *
 * @category Drawing
 */
export type Chart = Readonly<Record<string, unknown>>
