import * as RR from 'fp-ts/lib/ReadonlyRecord.js'
import type { Key } from 'puregrad'
import type { Picture, Wording } from 'puregrad/report'

/**
 * What a measured figure has to be; the bounds belong to it. NaN never passes.
 *
 * @category Claims
 */
export type Mark =
  { readonly atLeast: number } | { readonly atMost: number } | { readonly within: readonly [number, number] }

/**
 * What running a claim found.
 *
 * @category Claims
 */
export interface Measurement {
  /** One number for each of the claim's measures, under the same names. */
  readonly figures: Readonly<Record<string, number>>
  /** For a statement that is false as written: a smallest case that shows it. */
  readonly counterExample?: Wording
  readonly pictures?: readonly Picture[]
}

/**
 * Told how far a measurement has come: `done` of `of`.
 *
 * @category Claims
 */
export type Progress = (done: number, of: number) => void

/**
 * A figure that a claim measures, and what it has to be.
 *
 * @category Claims
 */
export interface Measure {
  readonly name: Wording
  /** What the corrected statement asks of it. */
  readonly corrected?: Mark
  /** What the words of the lecture, taken literally, ask of it. */
  readonly literal?: Mark
}

/**
 * A number that a measurement is made with: rows, epochs, a rate. It may be what `min` and `max` allow, these included;
 * without `min` it is above 0.
 *
 * @category Claims
 */
export interface Setting {
  readonly name: Wording
  readonly value: number
  /** The number has no fraction. */
  readonly whole?: true
  readonly min?: number
  readonly max?: number
}

/**
 * A statement of the lecture as data, with the measurement that judges it. Change a mark, a setting or the key and the
 * verdict may change. The measurement is a pure function of what it is given.
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
  /** Under which condition the statement holds, where its words fail literally. */
  readonly condition?: Wording
  /** What a reader has to know of the words themselves: that they stood in a picture which is lost. */
  readonly remark?: Wording
  /** At least one has a literal mark. */
  readonly measures: Readonly<Record<string, Measure>>
  readonly settings: Readonly<Record<string, Setting>>
  readonly measure: (input: {
    readonly key: Key
    readonly settings: Readonly<Record<string, number>>
    readonly progress: Progress
  }) => Measurement | Promise<Measurement>
}

/**
 * A claim whose measurement knows the names of its settings and gives one figure for each of its measures.
 *
 * @typeParam Figure the names of the measures.
 * @typeParam Given the names of the settings.
 */
export interface ClaimOf<Figure extends string, Given extends string> extends Omit<Claim, 'measure'> {
  readonly measures: Readonly<Record<Figure, Measure>>
  readonly settings: Readonly<Record<Given, Setting>>
  readonly measure: (input: {
    readonly key: Key
    readonly settings: Readonly<Record<Given, number>>
    readonly progress: Progress
  }) => MeasurementOf<Figure> | Promise<MeasurementOf<Figure>>
}

/** What a measurement gives: no figure is left out, and none is nobody's. */
export type MeasurementOf<Figure extends string> = Omit<Measurement, 'figures'> & {
  readonly figures: Readonly<Record<Figure, number>>
}

/** Writes a claim: names of settings and figures are checked, and a setting that is not given has its own value. */
export const claim = <const Figure extends string, const Given extends string>({
  measure,
  ...written
}: ClaimOf<Figure, Given>): Claim => ({
  ...written,
  measure: ({ settings, ...rest }) =>
    measure({
      ...rest,
      settings: { ...RR.map(({ value }: Setting) => value)(written.settings), ...settings },
    }),
})
