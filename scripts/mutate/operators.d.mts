export interface Change {
  readonly file: string
  readonly start: number
  readonly end: number
  readonly text: string
}

export declare const changesOf: (file: string, text: string) => readonly Change[]
