import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import type { DecodingError } from '../core/codec/decoding-error.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { groupings } from '../optim/grouping.ts'
import { refinedCodec } from '../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../core/codec/setting-codec.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { groupLasso } from './group-lasso.ts'
import type { Penalty } from './penalty.ts'
import { tie, tieForms } from './tie.ts'
import { l1, l2 } from './weight-penalties.ts'

const lambda = settingCodec(notNegative)
const path = refinedCodec('the path of a parameter', (u): u is string => typeof u === 'string' && u !== '')

const settings = {
  l1: lambda,
  l2: lambda,
  groupLasso: strictRecord('a group lasso', { lambda, by: choiceCodec(...groupings) }),
  tie: strictRecord('a tie', { lambda, a: path, b: path, form: choiceCodec(...tieForms) }),
}

const codec = strictRecord('a penalty', {}, settings)

/**
 * A penalty as plain data: the sum of what is named. `l1` with `l2` is the elastic net.
 *
 * @category Penalties
 */
export type PenaltySpec = Readonly<t.TypeOf<typeof codec>>

/** Terms with λ = 0 are left out: they would cost time and change nothing. */
const termsOf = <P>(of: number | undefined, make: (lambda: number) => Penalty<P>): Penalty<P>['terms'] =>
  of === undefined || of === 0 ? [] : make(of).terms

/**
 * The penalty that settings from outside describe, or all that is wrong with them and where.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodePenalty } from 'puregrad/nn'
 * const wrong = decodePenalty({ l2: -1 })
 * E.isLeft(wrong) ? wrong.left.message : '' // => 'l2: expected a finite number of 0 or more, got -1'
 * const right = decodePenalty({ l1: 0.1, groupLasso: { lambda: 0.2, by: 'unit' } })
 * E.isRight(right) ? right.right.terms.map(({ name }) => name) : [] // => ['l1', 'groupLasso']
 * ```
 * @category Penalties
 */
export const decodePenalty = <P>(data: unknown): E.Either<DecodingError, Penalty<P>> =>
  pipe(
    decodeWith(codec, 'penalty', data),
    E.map(({ l1: lasso, l2: ridge, groupLasso: group, tie: tied }) => ({
      terms: [
        ...termsOf<P>(lasso, (by) => l1(by)),
        ...termsOf<P>(ridge, (by) => l2(by)),
        ...(group === undefined ? [] : termsOf<P>(group.lambda, (by) => groupLasso(by, { by: group.by }))),
        ...(tied === undefined ? [] : termsOf<P>(tied.lambda, (by) => tie(by, tied.a, tied.b, tied.form))),
      ],
    })),
  )
