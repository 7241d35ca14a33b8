/** A dimension known to the type checker: a literal, a name such as `'batch'`, or `number` when unknown. */
export type Dimension = number | string

/** A shape known to the type checker. */
export type Shape = readonly Dimension[]

/** The run-time sizes of a shape: a named dimension is a number whose value is not known. */
export type SizesOf<S extends Shape> = {
  readonly [K in keyof S]: S[K] extends number ? S[K] : number
}
