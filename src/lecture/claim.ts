import type { Key } from 'puregrad'

/**
 * A text in both languages of the ledger.
 *
 * @category Claims
 */
export interface Wording {
  readonly en: string
  readonly bg: string
}

/**
 * What a measured figure has to be; the bounds belong to it. NaN never passes.
 *
 * @category Claims
 */
export type Mark =
  { readonly atLeast: number } | { readonly atMost: number } | { readonly within: readonly [number, number] }

/**
 * Curves or points as plain data, drawn on the page of the ledger.
 *
 * @category Claims
 */
export interface Picture {
  readonly title: string
  readonly x: { readonly title: string; readonly scale?: 'linear' | 'log' }
  readonly y: { readonly title: string; readonly scale?: 'linear' | 'log' }
  readonly mark: 'line' | 'point'
  readonly series: readonly {
    readonly name: string
    readonly points: readonly (readonly [x: number, y: number])[]
    /** Drawn as a band: the 95 % intervals of measured points. */
    readonly intervals?: readonly (readonly [x: number, low: number, high: number])[]
  }[]
}

/**
 * What running a claim found.
 *
 * @category Claims
 */
export interface Measurement {
  /** One number for each of the claim's marks, under the same names. */
  readonly figures: Readonly<Record<string, number>>
  /** For a statement that is false as written: a smallest case that shows it. */
  readonly counterExample?: string
  readonly pictures?: readonly Picture[]
}

/**
 * Told how far a measurement has come: `done` of `of`.
 *
 * @category Claims
 */
export type Progress = (done: number, of: number) => void

/**
 * A statement of the lecture as data, with the measurement that judges it. Change a mark and the verdict may change.
 * The measurement is a pure function of the key.
 *
 * @category Claims
 */
export interface Claim {
  /** The row of the lecture, `A1` to `G3`. */
  readonly id: string
  /** Lines of the lecture; 'title' where only the title says it. */
  readonly lines: string
  /** What the lecture says, in our words. */
  readonly asWritten: Wording
  /** What is true instead, or more exactly. */
  readonly corrected: Wording
  /** Under which condition the statement holds, where it does not hold as it stands. */
  readonly condition?: Wording
  /** What the figures of the corrected statement have to be. */
  readonly marks: Readonly<Record<string, Mark>>
  /** What figures would have to be if the wording of the lecture were literally true, where that differs. */
  readonly literalMarks?: Readonly<Record<string, Mark>>
  readonly measure: (key: Key, progress: Progress) => Measurement | Promise<Measurement>
}
