import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { scalarOf } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import {
  elementTypes,
  int64Proto,
  stringsProto,
  tensorProtoOf,
  type ElementType,
} from '../format/element-types.ts'
import type { AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfo } from '../format/messages.ts'
import type { Extent, Extents } from './extent.ts'

/** What an attribute of a node may be. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly tensor: TensorProto }
  | { readonly graph: GraphProto }

export type Attributes = Readonly<Record<string, Attribute>>

const encoder = new TextEncoder()

const attributeProto = (name: string, given: Attribute): AttributeProto =>
  'int' in given
    ? { name, type: 2, i: given.int }
    : 'ints' in given
      ? { name, type: 7, ints: given.ints }
      : 'float' in given
        ? { name, type: 1, f: given.float }
        : 'floats' in given
          ? { name, type: 6, floats: given.floats }
          : 'text' in given
            ? { name, type: 3, s: encoder.encode(given.text) }
            : 'texts' in given
              ? { name, type: 8, strings: given.texts.map((text) => encoder.encode(text)) }
              : 'tensor' in given
                ? { name, type: 4, t: given.tensor }
                : { name, type: 5, g: given.graph }

/** The number of rows where it is free: what a file calls it. */
const rowsName = 'batch'

export const valueInfo = (name: string, type: ElementType, shape: Extents): ValueInfo => ({
  name,
  type: {
    tensorType: {
      elemType: elementTypes[type],
      shape: {
        dim: shape.map(({ rows, plus }) =>
          rows === 0
            ? { dimValue: plus }
            : rows === 1 && plus === 0
              ? { dimParam: rowsName }
              : { dimParam: `${rowsName}*${rows}+${plus}` },
        ),
      },
    },
  },
})

/**
 * A graph that is written node by node. Constants stand in the outermost graph, and what a graph has computed once it
 * does not compute again, nor do the graphs inside of it.
 */
export interface Graph {
  /** The first output of a node, by its name. */
  readonly op: (type: string, inputs: readonly string[], attributes?: Attributes, domain?: string) => string
  /** All outputs of a node. */
  readonly ops: (
    type: string,
    inputs: readonly string[],
    count: number,
    attributes?: Attributes,
    domain?: string,
  ) => readonly string[]
  readonly tensor: (tensor: ConcreteTensor, name?: string) => string
  readonly scalar: (value: number, dtype: DType) => string
  readonly ints: (values: readonly number[]) => string
  readonly texts: (values: readonly string[]) => string
  /** One number of int64 without axes. */
  readonly count: (extent: Extent) => string
  /** Sizes as a list of int64. */
  readonly sizes: (extents: Extents) => string
  /** What `make` gives, which is made once for a key. */
  readonly once: (key: string, make: () => string) => string
  /** A name that nothing has, with some of the given text in it. */
  readonly fresh: (like: string) => string
  /** A graph inside of this one: it can use all names of it. */
  readonly inner: () => Graph
  /** The graph with its inputs and outputs; the names of the outputs are given to the values. */
  readonly finish: (
    name: string,
    inputs: readonly ValueInfo[],
    outputs: readonly { readonly info: ValueInfo; readonly value: string }[],
  ) => GraphProto
  /** Says where the number of rows is found: the first axis of an input. */
  readonly rowsAre: (input: string) => void
  readonly domains: () => readonly string[]
}

interface Shared {
  readonly initializers: TensorProto[]
  readonly counts: Map<string, number>
  readonly taken: Set<string>
  readonly domains: Set<string>
  /** The input whose first axis has the rows. */
  rows: string | undefined
}

/** The graph inside of which nothing is yet. `taken` are names that others choose: of inputs and outputs. */
export const graph = (taken: readonly string[] = []): Graph =>
  within(
    {
      initializers: [],
      counts: new Map(),
      taken: new Set(taken),
      domains: new Set(['']),
      rows: undefined,
    },
    new Map(),
    undefined,
    true,
  )

const freshName = ({ counts, taken }: Pick<Shared, 'counts' | 'taken'>, like: string): string => {
  const number = (counts.get(like) ?? 0) + 1
  counts.set(like, number)
  const name = `${like}_${String(number)}`
  if (taken.has(name)) return freshName({ counts, taken }, like)
  taken.add(name)
  return name
}

/** Where names are looked up that stand for what has been made before. */
type Made = (key: string) => string | undefined

/** Writes a constant, which is written once for a key. */
type WriteConstant = (key: string, like: string, write: (name: string) => TensorProto) => string

/** Sizes as values: constants, or multiples of the number of rows. */
const sizesIn = (
  shared: Shared,
  constant: WriteConstant,
  self: () => Graph,
): Pick<Graph, 'count' | 'sizes'> => {
  const rowsTimes = ({ rows, plus }: Extent): string => {
    const { once, op, ints } = self()
    if (rows === 0) return ints([plus])
    const counted = once('rows', () => op('Shape', [shared.rows!], { start: { int: 0 }, end: { int: 1 } }))
    const scaled = rows === 1 ? counted : once(`rows ${rows}`, () => op('Mul', [counted, ints([rows])]))
    return plus === 0 ? scaled : once(`rows ${rows} ${plus}`, () => op('Add', [scaled, ints([plus])]))
  }
  return {
    count: (extent) => {
      const { once, op, ints } = self()
      const { rows, plus } = extent
      return rows === 0
        ? constant(`count ${plus}`, 'count', (name) => ({ ...int64Proto([plus], name), dims: [] }))
        : once(`count ${rows} ${plus}`, () => op('Squeeze', [rowsTimes(extent), ints([0])]))
    },
    sizes: (extents) => {
      const { once, op, ints } = self()
      if (extents.every(({ rows }) => rows === 0)) return ints(extents.map(({ plus }) => plus))
      return extents.length === 1
        ? rowsTimes(extents[0]!)
        : once(`sizes ${extents.map(({ rows, plus }) => `${rows}/${plus}`).join()}`, () =>
            op('Concat', extents.map(rowsTimes), { axis: { int: 0 } }),
          )
    },
  }
}

const within = (
  shared: Shared,
  constants: Map<string, string>,
  outer: Made | undefined,
  isOutermost: boolean,
): Graph => {
  const nodes: NodeProto[] = []
  const made = new Map<string, string>()
  const find: Made = (key) => made.get(key) ?? outer?.(key)
  const constant: WriteConstant = (key, like, write) => {
    const known = constants.get(key)
    if (known !== undefined) return known
    const name = freshName(shared, like)
    shared.initializers.push(write(name))
    constants.set(key, name)
    return name
  }
  const ops: Graph['ops'] = (type, inputs, count, attributes = {}, domain = '') => {
    const output = Array.from({ length: count }, () => freshName(shared, type))
    shared.domains.add(domain)
    nodes.push({
      input: inputs,
      output,
      name: output[0]!,
      opType: type,
      attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
      ...(domain === '' ? {} : { domain }),
    })
    return output
  }
  const self: Graph = {
    ops,
    op: (type, inputs, attributes, domain) => ops(type, inputs, 1, attributes, domain)[0]!,
    tensor: (tensor, wanted = '') => {
      const name =
        wanted === '' || shared.taken.has(wanted) ? freshName(shared, wanted || 'constant') : wanted
      shared.taken.add(name)
      shared.initializers.push(tensorProtoOf(tensor, name))
      return name
    },
    scalar: (value, dtype) =>
      constant(`${dtype} ${Object.is(value, -0) ? '-0' : String(value)}`, 'scalar', (name) =>
        tensorProtoOf(scalarOf(value, dtype), name),
      ),
    ints: (values) => constant(`ints ${String(values)}`, 'sizes', (name) => int64Proto(values, name)),
    texts: (values) =>
      constant(`texts ${JSON.stringify(values)}`, 'texts', (name) => stringsProto(values, name)),
    ...sizesIn(shared, constant, () => self),
    once: (key, make) => {
      const known = find(key)
      if (known !== undefined) return known
      const name = make()
      made.set(key, name)
      return name
    },
    fresh: (like) => freshName(shared, like),
    inner: () => within(shared, constants, find, false),
    finish: (name, inputs, outputs) => {
      outputs.forEach(({ info, value }) => {
        nodes.push({ input: [value], output: [info.name!], name: `${info.name!} is`, opType: 'Identity' })
      })
      return {
        node: nodes,
        name,
        ...(isOutermost ? { initializer: shared.initializers } : {}),
        input: inputs,
        output: outputs.map(({ info }) => info),
      }
    },
    rowsAre: (input) => {
      shared.rows = input
    },
    domains: () => [...shared.domains],
  }
  return self
}
