/**
 * A column that cannot be read as it should be.
 *
 * @category Data sets
 */
export type UnusableColumn =
  | { readonly column: string; readonly problem: 'absent'; readonly message: string }
  | {
      readonly column: string
      readonly problem: 'odd-cells'
      /** The first odd cell, its line counted from 1, and how many there are. */
      readonly line: number
      readonly cell: string
      readonly count: number
      readonly message: string
    }

/**
 * What is wrong with a data file, and where. Every message is one line that names the file.
 *
 * @category Data sets
 */
export type DataError =
  | { readonly kind: 'unreadable'; readonly file: string; readonly message: string }
  | { readonly kind: 'empty'; readonly file: string; readonly message: string }
  | {
      readonly kind: 'duplicate-column'
      readonly file: string
      readonly column: string
      readonly message: string
    }
  | {
      readonly kind: 'missing-column'
      readonly file: string
      readonly column: string
      readonly message: string
    }
  | {
      /** A byte that is no letter in the encoding of the file. */
      readonly kind: 'encoding'
      readonly file: string
      /** The byte of the (decompressed) file, counted from 0, and its line, counted from 1. */
      readonly offset: number
      readonly line: number
      readonly message: string
    }
  | {
      /** What an option has to say: whether the first line is a header, what the targets are for, or what the bytes mean. */
      readonly kind: 'undecided'
      readonly file: string
      readonly option: 'header' | 'task' | 'encoding'
      readonly message: string
    }
  | {
      /** Columns that are not as a schema or an option says: all of them. */
      readonly kind: 'unusable-columns'
      readonly file: string
      readonly columns: readonly UnusableColumn[]
      readonly message: string
    }
  | {
      /** Text between the quote that closes a cell and the next separator. */
      readonly kind: 'odd-quote'
      readonly file: string
      readonly line: number
      readonly message: string
    }
  | {
      /** More than a limit allows, or than memory holds. */
      readonly kind: 'too-large'
      readonly file: string
      readonly message: string
    }
  | { readonly kind: 'missing-array'; readonly file: string; readonly name: string; readonly message: string }
  | { readonly kind: 'open-quote'; readonly file: string; readonly line: number; readonly message: string }
  | { readonly kind: 'ragged-row'; readonly file: string; readonly line: number; readonly message: string }
  | {
      readonly kind: 'not-a-number'
      readonly file: string
      readonly line: number
      readonly column: string
      readonly message: string
    }
  | { readonly kind: 'missing-label'; readonly file: string; readonly line: number; readonly message: string }
  | {
      /** Targets that are neither classes nor numbers to be estimated. */
      readonly kind: 'unusable-target'
      readonly file: string
      readonly column: string
      readonly message: string
    }
  | { readonly kind: 'one-class'; readonly file: string; readonly message: string }
  | {
      readonly kind: 'malformed'
      readonly file: string
      /** The byte of the file, counted from 0, where `field` begins. */
      readonly offset: number
      readonly field: string
      readonly message: string
    }
  | { readonly kind: 'unsupported'; readonly file: string; readonly field: string; readonly message: string }
  | {
      readonly kind: 'not-finite'
      readonly file: string
      readonly place: string
      readonly feature: number
      readonly message: string
    }
  | { readonly kind: 'unequal-rows'; readonly file: string; readonly message: string }
  | {
      readonly kind: 'unknown-class'
      readonly file: string
      readonly place: string
      readonly message: string
    }
  | { readonly kind: 'aborted'; readonly file: string; readonly message: string }
