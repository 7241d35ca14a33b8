import { operationsOf } from '../../core/primitive/operations.ts'
import type { AnyPrimitive, Bind, Primitive, TangentOperations } from '../../core/primitive/primitive.ts'
import { tangentOf } from '../../core/primitive/tangent.ts'
import type { Value } from '../../core/tensor/tensor.ts'
import { changedOperations, type OperationPlace } from './operation-changes.ts'
import { slips, tangentMistakes } from './tangent-mistakes.ts'

/*
 * A mistake is planted into a copy of a primitive's record, and the copy is applied where the record was: nothing is
 * changed that anybody else could see.
 */

/** Where in a rule a mistake is. */
export type Mistake =
  | { readonly in: 'tangent'; readonly kind: 'typical'; readonly number: number }
  | { readonly in: 'transposition'; readonly kind: 'typical'; readonly number: number }
  | { readonly in: 'tangent' | 'transposition'; readonly kind: 'operation'; readonly place: OperationPlace }

/** How often at most a rule asks for an operation, and how many things may stand in its place. */
const [mostOperations, mostChanges] = [24, 2]

const operationsIn = (rule: 'tangent' | 'transposition'): readonly Mistake[] =>
  Array.from({ length: mostOperations }, (_, at) => at).flatMap((at) =>
    Array.from({ length: mostChanges }, (_, change): Mistake => ({
      in: rule,
      kind: 'operation',
      place: { at, change },
    })),
  )

/** The mistakes that can be tried in any rule; those that do not fit are found out by running it. */
export const allMistakes: readonly Mistake[] = [
  ...tangentMistakes.map((_, number): Mistake => ({ in: 'tangent', kind: 'typical', number })),
  ...Array.from({ length: slips.length + 2 }, (_, number): Mistake => ({
    in: 'transposition',
    kind: 'typical',
    number,
  })),
  ...operationsIn('tangent'),
  ...operationsIn('transposition'),
]

/** What is told when a planted mistake is run. */
export type Notice = (name: string) => void

/** Rules in whose operations one primitive is another record of the same name. */
const withRecord = (
  o: TangentOperations,
  before: AnyPrimitive,
  after: () => AnyPrimitive,
): TangentOperations => {
  const through =
    (bind: Bind): Bind =>
    (primitive, inputs, params) =>
      primitive.name === before.name
        ? bind(after() as Primitive<unknown>, inputs, params)
        : bind(primitive, inputs, params)
  const bound = operationsOf(through(o.bind))
  return {
    ...o,
    ...bound,
    times: before.name === 'mul' ? bound.mul : o.times,
    over: before.name === 'div' ? bound.div : o.over,
  }
}

const inTangent = (primitive: AnyPrimitive, mistake: Mistake, notice: Notice): AnyPrimitive => ({
  ...primitive,
  derivative: {
    kind: 'general',
    tangent: (o, inputs, tangents, output, params) => {
      const right = (
        from: readonly Value[],
        along: readonly (Value | undefined)[],
        result: Value,
        by: TangentOperations = o,
      ): Value | undefined => tangentOf(by, primitive, from, along, result, params)
      if (mistake.kind === 'operation')
        return right(inputs, tangents, output, changedOperations(o, mistake.place, notice))
      const typical = tangentMistakes[mistake.number]
      const made = typical?.make(o, { primitive, inputs, tangents, output, params, right })
      if (made === undefined) return right(inputs, tangents, output)
      notice(typical!.name)
      return made === 'stopped' ? undefined : made
    },
  },
})

/** The cotangents with a slip in one, with one missing, or with two exchanged. */
const slipped = (
  o: TangentOperations,
  sent: readonly (Value | undefined)[],
  number: number,
  notice: Notice,
): readonly (Value | undefined)[] => {
  const slip = slips[number]
  const at = sent.findIndex((ct) => ct !== undefined)
  const first = sent[at]
  if (first === undefined) return sent
  if (slip !== undefined) {
    const made = slip.make(o, first)
    if (made === undefined) return sent
    notice(`in the transposition ${slip.name}`)
    return sent.map((ct, i) => (i === at ? made : ct))
  }
  if (number === slips.length) {
    notice('in the transposition the cotangent is stopped')
    return sent.map((ct, i) => (i === at ? undefined : ct))
  }
  const other = sent.findIndex((ct, i) => i > at && ct !== undefined)
  const second = sent[other]
  if (second === undefined || second.shape.join() !== first.shape.join()) return sent
  notice('in the transposition two cotangents are exchanged')
  return sent.map((ct, i) => (i === at ? second : i === other ? first : ct))
}

const inTransposition = (primitive: AnyPrimitive, mistake: Mistake, notice: Notice): AnyPrimitive => {
  const { linear } = primitive
  if (linear === undefined) return primitive
  const planted: AnyPrimitive = {
    ...primitive,
    derivative: {
      kind: 'general',
      tangent: (o, inputs, tangents, output, params) =>
        tangentOf(
          withRecord(o, primitive, () => planted),
          primitive,
          inputs,
          tangents,
          output,
          params,
        ),
    },
    linear: {
      ...linear,
      transpose: (o, cotangent, inputs, isLinear, params) =>
        mistake.kind === 'operation'
          ? linear.transpose(changedOperations(o, mistake.place, notice), cotangent, inputs, isLinear, params)
          : slipped(o, linear.transpose(o, cotangent, inputs, isLinear, params), mistake.number, notice),
    },
  }
  return planted
}

/** A copy of a record with a mistake in it, which tells when that is run. */
export const plantMistake = (primitive: AnyPrimitive, mistake: Mistake, notice: Notice): AnyPrimitive => {
  const planted =
    mistake.in === 'tangent'
      ? inTangent(primitive, mistake, notice)
      : inTransposition(primitive, mistake, notice)
  return {
    ...planted,
    // A batch is of the same record, so that the mistake is there under vmap too.
    batch: (o, inputs, batched, size, params) =>
      primitive.batch(
        operationsOf((other, given, told) =>
          other.name === primitive.name
            ? o.bind(planted as Primitive<unknown>, given, told)
            : o.bind(other, given, told),
        ),
        inputs,
        batched,
        size,
        params,
      ),
  }
}
