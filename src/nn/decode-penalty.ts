import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { groupings } from '../optim/grouping.ts'
import { refinedCodec } from '../core/tensor/refined-codec.ts'
import { choiceCodec, settingCodec } from '../core/tensor/setting-codec.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { showText, showValue } from '../core/tensor/show-value.ts'
import { groupLasso } from './group-lasso.ts'
import type { Penalty } from './penalty.ts'
import { tie, tieForms } from './tie.ts'
import { l1, l2 } from './weight-penalties.ts'

/** A penalty setting that is not acceptable, with the path to it. */
export interface PenaltyError {
  readonly kind: 'penalty'
  readonly path: string
  readonly message: string
}

const lambda = settingCodec(notNegative)
const path = refinedCodec('the path of a parameter', (u): u is string => typeof u === 'string' && u !== '')

const settings = {
  l1: lambda,
  l2: lambda,
  groupLasso: t.type({ lambda, by: choiceCodec(...groupings) }),
  tie: t.type({ lambda, a: path, b: path, form: choiceCodec(...tieForms) }),
}

const codec = t.partial(settings)

/** A penalty as plain data: the sum of what is named. `l1` with `l2` is the elastic net. */
export type PenaltySpec = Readonly<t.TypeOf<typeof codec>>

const wrong = (at: string, problem: string): PenaltyError => ({
  kind: 'penalty',
  path: at,
  message: `${at === '' ? 'penalty' : showText(at)}: ${problem}`,
})

/** Terms with λ = 0 are left out: they would cost time and change nothing. */
const termsOf = <P>(of: number | undefined, make: (lambda: number) => Penalty<P>): Penalty<P>['terms'] =>
  of === undefined || of === 0 ? [] : make(of).terms

/**
 * The penalty that settings from outside describe, or what is wrong with them and where.
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
 */
export const decodePenalty = <P>(spec: unknown): E.Either<PenaltyError, Penalty<P>> => {
  const odd =
    typeof spec === 'object' && spec !== null
      ? Object.keys(spec).find((name) => !Object.hasOwn(settings, name))
      : undefined
  return odd !== undefined
    ? E.left(wrong(odd, `penalties have no such setting; they have ${Object.keys(settings).join(', ')}`))
    : pipe(
        codec.decode(spec),
        E.mapLeft((errors) => {
          const [first] = errors
          const at = (first?.context ?? []).map(({ key }) => key).filter((key) => key !== '')
          return wrong(
            at.join('.'),
            `${first?.message ?? 'expected a record'}, got ${showValue(first?.value)}`,
          )
        }),
        E.map((valid) => ({
          terms: [
            ...termsOf<P>(valid.l1, (by) => l1(by)),
            ...termsOf<P>(valid.l2, (by) => l2(by)),
            ...termsOf<P>(valid.groupLasso?.lambda, (by) =>
              groupLasso(by, { by: valid.groupLasso?.by ?? 'unit' }),
            ),
            ...termsOf<P>(valid.tie?.lambda, (by) =>
              tie(by, valid.tie?.a ?? '', valid.tie?.b ?? '', valid.tie?.form ?? 'squared'),
            ),
          ],
        })),
      )
}
