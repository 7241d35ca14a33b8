import { LinearityError } from '../tensor/errors.ts'
import type { AnyPrimitive, Primitive, Typed } from '../primitive/primitive.ts'
import { mayStandAt } from '../primitive/tangent.ts'
import { Symbolic, type AnyValue, type LinearNode, type Trace } from './value.ts'

export const newTrace = (level: number): Trace => ({ level, next: 0 })

export const symbolicNode = (trace: Trace, { shape, dtype }: Typed, node: LinearNode): Symbolic =>
  new Symbolic(trace, trace.next++, shape, dtype, node)

const isSymbolicAt = (value: AnyValue, level: number): value is Symbolic =>
  value.kind === 'symbolic' && value.level === level

const notLinear = (name: string, why: string): LinearityError =>
  new LinearityError(`${name}: a derivative rule has to be linear in the tangents, but ${why}`)

/** Which inputs a symbolic tangent may stand at, given which are symbolic; throws where that is not linear. */
const requireLinear = ({ name, linear }: AnyPrimitive, symbolic: readonly boolean[]): void => {
  if (linear === undefined) throw notLinear(name, 'this operation is not linear')
  if (linear.inputs === 'either' && symbolic.every(Boolean))
    throw notLinear(name, 'two tangents are multiplied with each other')
  if (linear.inputs === 'all' && !symbolic.every(Boolean))
    throw notLinear(name, 'a constant is added to a tangent')
  if (symbolic.some((is, i) => is && !mayStandAt(linear, i)))
    throw notLinear(name, 'a tangent stands where only a constant may')
}

/** The application of a primitive to tangents that are not known yet. */
export const record = <P>(
  level: number,
  primitive: Primitive<P>,
  inputs: readonly AnyValue[],
  params: P,
): Symbolic => {
  const symbolic: boolean[] = []
  let one: Symbolic | undefined
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!
    const is = isSymbolicAt(input, level)
    symbolic.push(is)
    if (is) one = input
  }
  requireLinear(primitive, symbolic)
  return symbolicNode(one!.trace, primitive.type(inputs, params), {
    op: 'primitive',
    primitive,
    inputs,
    params: params as never,
  })
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
