import * as elementwise from '../../core/primitive/elementwise.ts'
import { reshape, slice as sliceRecord, transpose as transposeRecord } from '../../core/primitive/movement.ts'
import { operationsOf } from '../../core/primitive/operations.ts'
import type {
  AnyPrimitive,
  Bind,
  Operations,
  Region,
  TangentOperations,
  Typed,
} from '../../core/primitive/primitive.ts'
import { sameShape } from '../../core/tensor/shape.ts'
import type { Value } from '../../core/tensor/tensor.ts'

/** One operation of a rule, as it was asked for. */
interface Asked {
  readonly inputs: readonly Value[]
  readonly params: never
  readonly primitive: AnyPrimitive
}

/** What somebody might have written in its place; `undefined` where that cannot stand there. */
export interface OperationChange {
  readonly name: string
  readonly make: (o: Operations, asked: Asked) => Value | undefined
}

const nth =
  (position: number): OperationChange['make'] =>
  (_, { inputs }) =>
    inputs[position]

const call =
  (
    primitive: (typeof elementwise)['add' | 'sub' | 'mul' | 'div' | 'cos' | 'sin' | 'neg'],
  ): OperationChange['make'] =>
  (o, { inputs }) =>
    o.call(primitive, ...inputs)

const turned = (inputs: readonly Value[]): readonly Value[] => [
  ...inputs.slice(0, -2),
  ...inputs.slice(-2).reverse(),
]

const exchanged: OperationChange = {
  name: 'its operands are exchanged',
  make: (o, { primitive, inputs, params }) => o.bind(primitive, turned(inputs), params),
}

/** The first element along each axis in place of the sum over it. */
const firstOf: OperationChange['make'] = (o, { inputs: [x], params }) => {
  if (x === undefined) return undefined
  const { axes }: { readonly axes: readonly number[] } = params
  if (axes.some((axis) => x.shape[axis] === 0)) return undefined
  const first = o.bind(sliceRecord, [x], {
    start: x.shape.map(() => 0),
    step: x.shape.map(() => 1),
    shape: x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)),
  })
  return o.bind(reshape, [first], { shape: x.shape.filter((_, axis) => !axes.includes(axis)) })
}

const meanOf: OperationChange['make'] = (o, { primitive, inputs, params }) => {
  const [x] = inputs
  const { axes }: { readonly axes: readonly number[] } = params
  const n = axes.reduce((total, axis) => total * (x?.shape[axis] ?? 1), 1)
  const total = o.bind(primitive, inputs, params)
  return n < 2 ? undefined : o.mul(total, o.constant(1 / n, total))
}

/** A region one further along the last axis, where it stays inside. */
const shifted: OperationChange['make'] = (o, { primitive, inputs, params }) => {
  const region: Region = params
  const moved = [1, -1].map((by) => ({
    ...region,
    start: region.start.map((at, axis) => (axis === region.start.length - 1 ? at + by : at)),
  }))
  const fits = moved.find((each) => typeOf(primitive, inputs, each as never) !== undefined)
  return fits === undefined ? undefined : o.bind(primitive, inputs, fits as never)
}

const byName: Readonly<Record<string, readonly OperationChange[]>> = {
  add: [
    { name: 'the first term alone is kept', make: nth(0) },
    { name: 'a difference in place of a sum', make: call(elementwise.sub) },
  ],
  sub: [{ name: 'a sum in place of a difference', make: call(elementwise.add) }, exchanged],
  neg: [{ name: 'the sign is forgotten', make: nth(0) }],
  mul: [
    { name: 'the second factor is dropped', make: nth(0) },
    { name: 'the first factor is dropped', make: nth(1) },
  ],
  div: [
    { name: 'the divisor is dropped', make: nth(0) },
    { name: 'a product in place of a quotient', make: call(elementwise.mul) },
  ],
  sum: [
    { name: 'the mean in place of the sum', make: meanOf },
    { name: 'the first element in place of the sum', make: firstOf },
  ],
  select: [exchanged],
  less: [exchanged],
  lessEqual: [exchanged],
  sin: [{ name: 'cos in place of sin', make: call(elementwise.cos) }],
  cos: [{ name: 'sin in place of cos', make: call(elementwise.sin) }],
  slice: [{ name: 'off by one index', make: shifted }],
  pad: [{ name: 'off by one index', make: shifted }],
  transpose: [
    { name: 'the axes are not exchanged', make: nth(0) },
    {
      name: 'the axes are exchanged the other way round',
      make: (o, { inputs, params }) => {
        const { permutation }: { readonly permutation: readonly number[] } = params
        return o.bind(transposeRecord, inputs, {
          permutation: permutation.map((_, axis) => permutation.indexOf(axis)),
        })
      },
    },
  ],
  cumsum: [
    {
      name: 'from the wrong end',
      make: (o, { primitive, inputs, params }) => {
        const told: { readonly reverse: boolean } = params
        const { reverse } = told
        return o.bind(primitive, inputs, { ...told, reverse: !reverse } as never)
      },
    },
  ],
  matmul: [
    {
      name: 'the second factor is transposed',
      make: (o, { primitive, inputs, params }) => {
        const [a, b] = inputs
        if (a === undefined || b === undefined) return undefined
        const axes = [...b.shape.keys()]
        return o.bind(
          primitive,
          [a, o.transpose(b, [...axes.slice(0, -2), axes.length - 1, axes.length - 2])],
          params,
        )
      },
    },
  ],
}

/** Of any other function of one float: it is forgotten. */
const forgotten: readonly OperationChange[] = [{ name: 'it is forgotten', make: nth(0) }]

export const changesOf = (primitive: AnyPrimitive): readonly OperationChange[] =>
  byName[primitive.name] ?? (primitive.arity === 1 && primitive.traits.elementwise === true ? forgotten : [])

const typeOf = (primitive: AnyPrimitive, inputs: readonly Value[], params: never): Typed | undefined => {
  try {
    return primitive.type(inputs, params)
  } catch {
    return undefined
  }
}

const suits = (made: Value | undefined, type: Typed): made is Value =>
  made !== undefined && made.dtype === type.dtype && sameShape(made.shape, type.shape)

/** Which operation of a rule is another one, counted in the order in which the rule asks for them. */
export interface OperationPlace {
  readonly at: number
  readonly change: number
}

/** Called when the planted operation is run. */
export type Planted = (name: string) => void

/** Applies a primitive, or at one place something else. */
const changedBind =
  (bind: Bind, o: Operations, count: () => number, { at, change }: OperationPlace, planted: Planted): Bind =>
  (primitive, inputs, params) => {
    const asIs = (): Value => bind(primitive, inputs, params)
    if (count() !== at) return asIs()
    const asked: Asked = {
      primitive,
      inputs,
      params: params as never,
    }
    const chosen = changesOf(asked.primitive)[change]
    const type = typeOf(asked.primitive, inputs, asked.params)
    const made = chosen?.make(o, asked)
    if (chosen === undefined || type === undefined || !suits(made, type)) return asIs()
    planted(`${primitive.name}: ${chosen.name}`)
    return made
  }

/** The language of rules in which one operation is another one; made anew for each time that a rule is run. */
export const changedOperations = (
  o: TangentOperations,
  place: OperationPlace,
  planted: Planted,
): TangentOperations => {
  // eslint-disable-next-line functional/no-let -- counts within one run of a rule
  let asked = 0
  const count = (): number => asked++
  const plain = operationsOf(changedBind(o.plain.bind, o.plain, count, place, planted))
  const tangents = operationsOf(changedBind(o.bind, o, count, place, planted))
  const factor = (tangent: Value, make: () => Value, name: string): Value => {
    if (count() !== place.at || place.change !== 0) return make()
    planted(name)
    return tangent
  }
  const constant = (value: number, like: Typed): Value => {
    if (count() !== place.at || place.change > 1) return o.plain.constant(value, like)
    planted(place.change === 0 ? `constant ${value}: doubled` : `constant ${value}: of the other sign`)
    return o.plain.constant(place.change === 0 ? 2 * value : -value, like)
  }
  return {
    ...o,
    ...tangents,
    constant,
    plain: { ...plain, constant },
    times: (tangent, coefficient) =>
      factor(tangent, () => o.times(tangent, coefficient), 'times: the factor of the chain is dropped'),
    over: (tangent, coefficient) =>
      factor(tangent, () => o.over(tangent, coefficient), 'over: the divisor of the chain is dropped'),
  }
}
