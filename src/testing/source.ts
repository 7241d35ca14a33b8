import type { DType } from '../core/tensor/dtype.ts'

/**
 * A shape and a dtype.
 *
 * @category Random programs
 */
export interface TensorType {
  readonly shape: readonly number[]
  readonly dtype: DType
}

/**
 * What stands in source text as it is.
 *
 * @category Random programs
 */
export type Literal =
  number | boolean | string | null | readonly Literal[] | { readonly [name: string]: Literal }

/**
 * Names for a result: one name, or names for the parts of a list.
 *
 * @category Random programs
 */
export type Pattern = string | readonly Pattern[]

/**
 * A piece of source text as plain data.
 *
 * @category Random programs
 */
export type Expression =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'record'; readonly fields: { readonly [name: string]: Expression } }
  /** One of the public functions by its name, or a function that an expression gives. */
  | { readonly kind: 'call'; readonly callee: string | Expression; readonly given: readonly Expression[] }
  | { readonly kind: 'item'; readonly of: Expression; readonly at: number | string }
  | {
      readonly kind: 'function'
      readonly parameters: readonly Pattern[]
      /** The types of the tensors the parameters name, in the order of the names. */
      readonly types: readonly TensorType[]
      /** Whether it may use no names but its own. */
      readonly closed?: boolean
      readonly lines: readonly Line[]
      readonly result: Expression
    }

/**
 * `const pattern = value`, with the type of each tensor the pattern names, in the order of the names.
 *
 * @category Random programs
 */
export interface Line {
  readonly pattern: Pattern
  readonly types: readonly TensorType[]
  readonly value: Expression
}

/**
 * An argument of a source: its name, its type, and what makes it.
 *
 * @category Random programs
 */
export interface SourceInput extends TensorType {
  readonly name: string
  readonly value: Expression
}

/**
 * A well-typed function of tensors, with arguments for it, as source text in the form of plain data: `runSource`
 * executes it with the public functions, `printSource` writes it as TypeScript.
 *
 * @category Random programs
 */
export interface Source {
  readonly inputs: readonly SourceInput[]
  readonly lines: readonly Line[]
  /** The names of the results, in the order in which they are returned. */
  readonly results: readonly string[]
}

export const name = (text: string): Expression => ({ kind: 'name', name: text })

export const literal = (value: Literal): Expression => ({ kind: 'literal', value })

export const list = (...items: readonly Expression[]): Expression => ({ kind: 'list', items })

export const call = (callee: string | Expression, ...given: readonly Expression[]): Expression => ({
  kind: 'call',
  callee,
  given,
})

export const item = (of: Expression, at: number | string): Expression => ({ kind: 'item', of, at })

/** The names of a pattern, from left to right. */
export const namesOf = (pattern: Pattern): readonly string[] =>
  typeof pattern === 'string' ? [pattern] : pattern.flatMap(namesOf)
