import * as t from 'io-ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import { dtypes, isDType, type DType } from '../../core/tensor/dtype.ts'
import { numberCodec, refinedCodec } from '../../core/codec/refined-codec.ts'
import { strictRecord } from '../../core/codec/strict-record.ts'

export const dtypeCodec: t.Type<DType> = refinedCodec(`one of ${dtypes.join(', ')}`, isDType)

/** Sizes, counts, axes and the numbers of variables. */
export const countCodec: t.Type<number> = numberCodec(
  'a whole number of 0 or more',
  (x) => Number.isSafeInteger(x) && x >= 0,
)

export const countsCodec: t.Type<readonly number[], readonly number[]> = t.readonlyArray(
  countCodec,
  'a list of whole numbers',
)

/** The shape and dtype of a variable. */
export const typedCodec: t.Type<Typed, Typed> = strictRecord('a type', {
  dtype: dtypeCodec,
  shape: countsCodec,
})
