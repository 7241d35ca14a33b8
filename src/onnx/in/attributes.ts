import type { GraphProto, TensorProto } from '../format/messages.ts'
import { textOf, type Node } from './read-graph.ts'

/** The settings of a node, each with what it is where the file does not say. */
export interface NodeSettings {
  readonly int: (name: string, otherwise: number) => number
  readonly float: (name: string, otherwise: number) => number
  readonly text: (name: string, otherwise: string) => string
  readonly ints: (name: string) => readonly number[] | undefined
  readonly floats: (name: string) => readonly number[] | undefined
  readonly tensor: (name: string) => TensorProto | undefined
  readonly graph: (name: string) => GraphProto | undefined
  readonly has: (name: string) => boolean
}

export const settingsOf = ({ attributes }: Pick<Node, 'attributes'>): NodeSettings => {
  const at = (name: string) => attributes.get(name)
  return {
    int: (name, otherwise) => at(name)?.i ?? (attributes.has(name) ? 0 : otherwise),
    float: (name, otherwise) => at(name)?.f ?? (attributes.has(name) ? 0 : otherwise),
    text: (name, otherwise) => (attributes.has(name) ? textOf(at(name)?.s) : otherwise),
    ints: (name) => at(name)?.ints,
    floats: (name) => at(name)?.floats,
    tensor: (name) => at(name)?.t,
    graph: (name) => at(name)?.g,
    has: (name) => attributes.has(name),
  }
}
