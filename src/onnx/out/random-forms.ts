import { viewOf } from '../../core/tensor/concrete.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import type { Write } from './form.ts'
import { extents, type Extents } from './extent.ts'
import type { Graph } from './graph.ts'
import { plain, reshaped } from './movement-forms.ts'
import { shapeOf } from './operand.ts'

/** Two words of a cipher, each a value of uint32. */
type Pair = readonly [string, string]

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const

/** Threefry-2x32 with 20 rounds, of words that broadcast; see the kernel of the primitive for its source. */
const block = (g: Graph, [key0, key1]: Pair, [counter0, counter1]: Pair): Pair => {
  const word = (value: number): string => g.scalar(value, 'uint32')
  const add = (x: string, y: string): string => g.op('Add', [x, y])
  const xor = (x: string, y: string): string => g.op('BitwiseXor', [x, y])
  const rotated = (x: string, bits: number): string =>
    g.op('BitwiseOr', [
      g.op('BitShift', [x, word(bits)], { direction: { text: 'LEFT' } }),
      g.op('BitShift', [x, word(32 - bits)], { direction: { text: 'RIGHT' } }),
    ])
  const keys = [key0, key1, xor(xor(word(0x1bd11bda), key0), key1)]
  return [0, 1, 2, 3, 4].reduce<Pair>(
    ([start, other], group) => {
      const [x, y] = rotations[group % 2]!.reduce<Pair>(
        ([a, b], bits) => {
          const sum = add(a, b)
          return [sum, xor(rotated(b, bits), sum)]
        },
        [start, other],
      )
      return [add(x, keys[(group + 1) % 3]!), add(add(y, keys[(group + 2) % 3]!), word(group + 1))]
    },
    [add(counter0, key0), add(counter1, key1)],
  )
}

/** The words of pairs `[…, 2]` at their ends. */
const wordsOf = (g: Graph, name: string, shape: Extents): Pair => {
  const axis = { axis: { int: shape.length - 1 } }
  return [
    g.op('Gather', [name, g.scalar(0, 'int32')], axis),
    g.op('Gather', [name, g.scalar(1, 'int32')], axis),
  ]
}

const paired = (g: Graph, [x, y]: Pair, axis: number): string =>
  g.op(
    'Concat',
    [x, y].map((word) => g.op('Unsqueeze', [word, g.ints([axis])])),
    { axis: { int: axis } },
  )

const threefry: Write<object> = (g, [key, counter], _, { shape }) =>
  paired(g, block(g, wordsOf(g, key!.name, shape), wordsOf(g, counter!.name, shape)), shape.length - 1)

/** Element i is half of the block of ⌊i/2⌋. */
const randomBits: Write<object> = (g, [key], _, { shape }) => {
  const keyShape = shapeOf(key!)
  const batch = keyShape.slice(0, -1)
  const rest = shape.slice(batch.length)
  if (rest.some(({ rows }) => rows !== 0))
    throw new ArgumentError('random numbers for a free number of rows: their number has to be known')
  const size = sizeOf(plain(rest))
  const blocks = Math.ceil(size / 2)
  const counters = g.tensor(
    viewOf(
      Uint32Array.from({ length: blocks }, (__, i) => i),
      'uint32',
      [blocks],
    ),
  )
  const [key0, key1] = wordsOf(g, key!.name, keyShape)
  const wide = (word: string): string => g.op('Unsqueeze', [word, g.ints([batch.length])])
  const words = paired(
    g,
    block(g, [wide(key0), wide(key1)], [counters, g.scalar(1, 'uint32')]),
    batch.length + 1,
  )
  const flat = g.op('Reshape', [words, g.sizes([...batch, ...extents([2 * blocks])])], {
    allowzero: { int: 1 },
  })
  const cut = g.op('Slice', [flat, g.ints([0]), g.ints([size]), g.ints([batch.length])])
  return reshaped(g, cut, [...batch, ...extents([size])], shape)
}

const operators = ['Gather', 'Add', 'BitwiseXor', 'BitwiseOr', 'BitShift', 'Unsqueeze', 'Concat'] as const

/** The primitives that make random numbers: the same ones, bit by bit. */
export const randomForms = {
  threefry: { operators, note: 'the rounds of the cipher, written out', write: threefry },
  randomBits: {
    operators: [...operators, 'Reshape', 'Slice'],
    note: 'likewise; their number cannot depend on a free number of rows',
    write: randomBits,
  },
} as const
