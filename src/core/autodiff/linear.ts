import { LinearityError } from '../tensor/errors.ts'
import { primitives } from '../primitive/table.ts'
import type { Parameters, Primitive, PrimitiveName, Typed } from '../primitive/primitive.ts'
import { Symbolic, type AnyValue } from './value.ts'

/** Hands out dense ids to the nodes of one linear expression. */
export interface Trace {
  readonly level: number
  next: number
}

/** A linear map between lists of values, given by its two readings. `undefined` is an exact zero. */
export interface LinearCall {
  readonly outputs: readonly Typed[]
  readonly apply: (tangents: readonly (AnyValue | undefined)[]) => readonly (AnyValue | undefined)[]
  readonly transpose: (cotangents: readonly (AnyValue | undefined)[]) => readonly (AnyValue | undefined)[]
}

/** A linear expression, held as plain data. Every constructor is one linear map of its symbolic inputs. */
export type LinearNode =
  | { readonly op: 'input'; readonly position: number }
  | { readonly op: 'zero' }
  | {
      readonly op: 'primitive'
      readonly name: PrimitiveName
      readonly inputs: readonly AnyValue[]
      readonly params: Parameters[PrimitiveName]
    }
  | { readonly op: 'call'; readonly inputs: readonly (Symbolic | undefined)[]; readonly call: LinearCall }
  | { readonly op: 'output'; readonly of: Symbolic; readonly position: number }

export const newTrace = (level: number): Trace => ({ level, next: 0 })

export const symbolicNode = (trace: Trace, { shape, dtype }: Typed, node: LinearNode): Symbolic =>
  new Symbolic(trace, trace.next++, shape, dtype, node)

const isSymbolicAt = (value: AnyValue, level: number): value is Symbolic =>
  value.kind === 'symbolic' && value.level === level

const notLinear = (name: string, why: string): LinearityError =>
  new LinearityError(`${name}: a derivative rule has to be linear in the tangents, but ${why}`)

/** Which inputs a symbolic tangent may stand at, given which are symbolic; throws where that is not linear. */
const requireLinear = (name: PrimitiveName, symbolic: readonly boolean[]): void => {
  const { derivative, transpose } = primitives[name] as Primitive<unknown>
  if (transpose === undefined) throw notLinear(name, 'this operation is not linear')
  if (derivative.kind === 'bilinear' && symbolic.every(Boolean))
    throw notLinear(name, 'two tangents are multiplied with each other')
  if (name === 'div' && symbolic[1] === true) throw notLinear(name, 'a tangent stands in the denominator')
  if ((name === 'add' || name === 'sub') && !symbolic.every(Boolean))
    throw notLinear(name, 'a constant is added to a tangent')
  if (derivative.kind === 'linear' && derivative.positions !== 'all') {
    const { positions } = derivative
    if (symbolic.some((is, i) => is && !positions.includes(i)))
      throw notLinear(name, 'a tangent stands where only a constant may')
  }
}

/** The application of a primitive to tangents that are not known yet. */
export const record = <N extends PrimitiveName>(
  level: number,
  name: N,
  inputs: readonly AnyValue[],
  params: Parameters[N],
): Symbolic => {
  const primitive = primitives[name] as Primitive<Parameters[N]>
  requireLinear(
    name,
    inputs.map((x) => isSymbolicAt(x, level)),
  )
  const { trace } = inputs.find((x) => isSymbolicAt(x, level)) as Symbolic
  return symbolicNode(trace, primitive.type(inputs, params), { op: 'primitive', name, inputs, params })
}

/** The symbolic inputs of a node that belong to the same expression. */
export const dependencies = ({ node, level }: Symbolic): readonly Symbolic[] => {
  switch (node.op) {
    case 'input':
    case 'zero':
      return []
    case 'primitive':
      return node.inputs.filter((x) => isSymbolicAt(x, level))
    case 'call':
      return node.inputs.filter((x) => x !== undefined)
    case 'output':
      return [node.of]
  }
}

/** The nodes the outputs depend on, each once, at the index of its id. Iterative: depth is not bounded. */
export const reachable = (outputs: readonly (Symbolic | undefined)[]): readonly (Symbolic | undefined)[] => {
  const nodes: (Symbolic | undefined)[] = []
  const stack = outputs.filter((output) => output !== undefined)
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (nodes[node.id] !== undefined) continue
    nodes[node.id] = node
    for (const input of dependencies(node)) stack.push(input)
  }
  return nodes
}
