import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { settingCodec } from '../../../core/codec/setting-codec.ts'
import { positive } from '../../../core/tensor/setting-ranges.ts'
import { hasNumbers, mapNumbersOf } from '../frame.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * x / √(1 + (x / bound)²): nearly x where x is small against the bound, and never beyond it. Source: D. Holzmüller,
 * L. Grinsztajn, I. Steinwart, "Better by Default: Strong Pre-Tuned MLPs and Boosted Trees on Tabular Data", NeurIPS 2024.
 *
 * @category Preparation
 */
export interface SmoothClipStep {
  readonly kind: 'smoothClip'
  readonly columns: ColumnSelection
  /** 3 unless told otherwise. */
  readonly bound?: number
}

/**
 * A fitted {@link SmoothClipStep}.
 *
 * @category Preparation
 */
export interface FittedSmoothClip {
  readonly kind: 'smoothClip'
  readonly columns: readonly string[]
  readonly bound: number
}

export const smoothClip = {
  required: () => ({ columns: selectionCodec }),
  optional: () => ({ bound: settingCodec(positive) }),
  fit: ({ columns, bound = 3 }, frame) =>
    pipe(
      selected('smoothClip', frame, columns, { words: 'numbers', is: hasNumbers }),
      E.map((found) => ({ kind: 'smoothClip' as const, columns: found.map(({ name }) => name), bound })),
    ),
} satisfies StepKind<SmoothClipStep, FittedSmoothClip>

/** Beyond 1e8 bounds the square is the rest. */
const pressed = (x: number, bound: number): number => {
  const share = x / bound
  return Math.abs(share) > 1e8 ? Math.sign(x) * bound : x / Math.sqrt(1 + share * share)
}

/** Infinite at the bound and beyond it, where all numbers are that lie too far off. */
const released = (z: number, bound: number): number => {
  const share = Math.max(-1, Math.min(1, z / bound))
  return z / Math.sqrt((1 - share) * (1 + share))
}

export const fittedSmoothClip = {
  content: { columns: t.readonlyArray(textCodec, 'a list of names'), bound: settingCodec(positive) },
  apply: ({ columns, bound }, frame) =>
    E.right({
      frame: mapNumbersOf(frame, columns, (x) => pressed(x, bound)),
      cases: [],
    }),
  invert: ({ columns, bound }, frame) => mapNumbersOf(frame, columns, (z) => released(z, bound)),
} satisfies FittedKind<FittedSmoothClip>
