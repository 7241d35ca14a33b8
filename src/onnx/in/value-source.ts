import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { settingsOf, type NodeSettings } from './attributes.ts'
import type { Node, ReadGraph } from './read-graph.ts'
import * as E from 'fp-ts/lib/Either.js'
import { tensorOfProto } from './tensor-of-proto.ts'

/** What a graph says of its values, looked up by their names. */
export interface Source {
  readonly constant: (name: string | undefined) => ConcreteTensor | undefined
  /** The node that gives a value; none for inputs and constants. */
  readonly node: (name: string | undefined) => (Node & { readonly settings: NodeSettings }) | undefined
  /** That node, if it is of this operator. */
  readonly of: (
    name: string | undefined,
    op: string,
  ) => (Node & { readonly settings: NodeSettings }) | undefined
}

/** The constants that nodes say, beside those that the graph has. */
const spelt = ({ nodes }: ReadGraph): readonly (readonly [string, ConcreteTensor])[] =>
  nodes.flatMap((node) => {
    if (node.op !== 'Constant') return []
    const value = settingsOf(node).tensor('value')
    const tensor = value === undefined ? undefined : tensorOfProto(value)
    return tensor === undefined || E.isLeft(tensor) ? [] : [[node.outputs[0]!, tensor.right] as const]
  })

export const sourceOf = (graph: ReadGraph): Source => {
  const constants = new Map([...graph.constants, ...spelt(graph)])
  const producers = new Map(
    graph.nodes.flatMap((node) =>
      node.outputs.map((name) => [name, { ...node, settings: settingsOf(node) }] as const),
    ),
  )
  const resolved = (name: string | undefined): string | undefined => {
    const node = producers.get(name ?? '')
    return node?.op === 'Identity' ? resolved(node.inputs[0]) : name
  }
  const node: Source['node'] = (name) => producers.get(resolved(name) ?? '')
  return {
    constant: (name) => constants.get(resolved(name) ?? ''),
    node,
    of: (name, op) => {
      const found = node(name)
      return found?.op === op ? found : undefined
    },
  }
}
