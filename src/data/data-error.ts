/** What is wrong with a data file, and where. Every message is one line that names the file. */
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
  | { readonly kind: 'one-class'; readonly file: string; readonly message: string }
