import { describe, expect, test } from 'vitest'
import {
  add,
  grad,
  jit,
  key,
  mul,
  normal,
  reshape,
  scan,
  slice,
  sum,
  tensor,
  toTypedArray,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import {
  embedding,
  evalMode,
  gruCell,
  lstmCell,
  masked,
  network,
  recurrent,
  runCell,
  simpleCell,
  trainMode,
  type Mode,
} from '../../src/nn/index.ts'
import { checkGrad } from '../../src/testing/index.ts'
import { waves } from './waves.ts'
import { ArgumentError, DTypeError, ShapeError } from '../../src/core/tensor/errors.ts'

const close = (found: Tensor, expected: readonly number[], digits = 10): void => {
  expect(found.size).toBe(expected.length)
  toTypedArray(found).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, digits))
}

/** By PyTorch 2.15 in float64: torch.nn.LSTM, GRU and RNN of 2 units on waves([2, 3, 2], 1.3). */
const reference = {
  lstm: [
    -0.179445985526, -0.0981787651852, -0.226930788943, 0.162003970727, -0.198398834065, 0.0704999483713,
    -0.267760907527, 0.0921833149926, -0.180866801726, 0.196473739175, -0.284105018479, 0.020995542103,
  ],
  memory: [-0.369435415144, 0.153838145336, -0.54812850307, 0.040305141766],
  gru: [
    0.0215949503396, -0.0604098735196, -0.1772506474, 0.0217413679389, 0.0993733351586, 0.264338333022,
    -0.19910995495, -0.265411670817, 0.133619895109, 0.337900860228, -0.00372465575619, -0.160809458297,
  ],
  gruReverse: [
    -0.034513090576, -0.0318766667915, -0.154232838622, -0.0486350762245, 0.162955682119, 0.238054681883,
    -0.138849707847, -0.292548183858, 0.14493133281, 0.346225215033, -0.0506629810625, -0.17319537364,
  ],
  simple: [
    0.816441729586, 0.806116271331, 0.618087456093, 0.376253821794, 0.916320696267, 0.813916395304,
    0.357856976339, 0.525673539197, 0.72329387469, 0.334680558154, 0.90102505922, 0.895595958611,
  ],
} as const

const x = waves([2, 3, 2], 1.3)
const paramsOf = (gates: number) => ({
  weight: waves([2, 2 * gates], 0.7),
  recurrent: waves([2, 2 * gates], 0.9),
  bias: waves([2 * gates], 1.1),
})
const gru = { ...paramsOf(3), candidateBias: waves([2], 1.7) }

describe('cells over sequences', () => {
  test('are those of other libraries', () => {
    const { outputs, carried } = runCell(lstmCell(2), paramsOf(4), x)
    close(outputs, reference.lstm)
    close(carried.memory, reference.memory)
    close(runCell(gruCell(2), gru, x).outputs, reference.gru)
    close(runCell(gruCell(2), gru, x, { reverse: true }).outputs, reference.gruReverse)
    close(runCell(simpleCell(2), paramsOf(1), x).outputs, reference.simple)
  })

  test('have derivatives that agree with differences, compiled as well as not', () => {
    const cells = [
      [lstmCell(2), paramsOf(4)],
      [gruCell(2), gru],
      [simpleCell(2), paramsOf(1)],
    ] as const
    for (const [cell, params] of cells) {
      const loss = (p: typeof params): Tensor => {
        const { outputs } = runCell(cell as ReturnType<typeof lstmCell>, p, x)
        return sum(mul(outputs, waves([2, 3, 2], 0.4)))
      }
      expect(checkGrad(loss)(params).kind).toBe('agrees')
      const [eager, compiled] = [grad(loss)(params), jit(grad(loss))(params)]
      close(compiled.recurrent, [...toTypedArray(eager.recurrent)].map(Number))
    }
  })

  test('go both ways side by side, and give the last of each way', () => {
    const both = recurrent('r', gruCell(2), { bidirectional: true })
    const params = { forward: gru, backward: gru }
    const [y] = both.apply(evalMode, params, {}, x)
    expect(y.shape).toEqual([2, 3, 4])
    close(slice(y, [0, 0, 0], [2, 3, 2]), reference.gru)
    close(slice(y, [0, 0, 2], [2, 3, 4]), reference.gruReverse)
    const [last] = recurrent('r', gruCell(2), { bidirectional: true, returns: 'last' }).apply(
      evalMode,
      params,
      {},
      x,
    )
    close(last, [
      ...reference.gru.slice(4, 6),
      ...reference.gruReverse.slice(0, 2),
      ...reference.gru.slice(10),
      ...reference.gruReverse.slice(6, 8),
    ])
  })

  test('stack, and a step of one is a function', () => {
    const net = network(
      [3, 2],
      recurrent('below', lstmCell(4), { bidirectional: true }),
      recurrent('above', gruCell(3), { returns: 'last' }),
    )
    expect(net.output).toEqual([3])
    const { params, state } = net.init(key(0), { dtype: 'float64' })
    expect(net.apply(evalMode, params, state, x)[0].shape).toEqual([2, 3])
    const cell = lstmCell(2)
    const own = paramsOf(4)
    const [carried] = scan(
      (before, z: Tensor) => [cell.step(own, before, cell.project(own, z)), undefined],
      cell.start(1, 'float64'),
      reshape(slice(x, [0, 0, 0], [1, 3, 2]), [3, 1, 2]),
    )
    close(cell.output(carried), reference.lstm.slice(4, 6))
  })

  test('say what they cannot take', () => {
    expect(() => network(3, recurrent('r', gruCell(2)))).toThrow(
      "recurrent 'r': expected sequences, of a shape [time, features], got inputs of shape [3]",
    )
    expect(() => recurrent('r', 8 as never)).toThrow(/^recurrent 'r': cell: expected a cell such as/)
    expect(() => recurrent('r', gruCell(2), { reverse: true, bidirectional: true })).toThrow(ArgumentError)
    const mask = zeros([2, 4], { dtype: 'bool' })
    expect(() => runCell(gruCell(2), gru, x, { mask })).toThrow(ShapeError)
    expect(() => runCell(gruCell(2), gru, x, { mask: zeros([2, 3]) })).toThrow(DTypeError)
    expect(() => runCell(gruCell(2), gru, zeros([3, 2]))).toThrow(ShapeError)
  })
})

describe('padding', () => {
  const words = masked('words', [
    embedding('vectors', { levels: 9, width: 3 }),
    recurrent('below', gruCell(4), { bidirectional: true }),
    recurrent('above', lstmCell(3), { returns: 'last' }),
  ])
  const run = (
    net: ReturnType<typeof network>,
    mode: Mode,
    codes: readonly (readonly number[])[],
  ): Tensor => {
    const { params, state } = net.init(key(3), { dtype: 'float64' })
    return net.apply(mode, params, state, tensor(codes, { dtype: 'int32' }))[0]
  }
  const values = (x: Tensor): readonly number[] => [...toTypedArray(x)].map(Number)

  test('changes nothing, at the end or at the beginning, whatever the length of the array', () => {
    const alone = values(run(network([2], words), evalMode, [[4, 7]]))
    for (const codes of [
      [4, 7, 0, 0, 0],
      [0, 0, 4, 7],
      [4, 0, 7],
    ])
      close(run(network([codes.length], words), evalMode, [codes]), alone)
    const longer = values(run(network([3], words), evalMode, [[4, 7, 1]]))
    expect(longer).not.toEqual(alone)
  })

  test('is told by the mode as well, and both leave out', () => {
    const plain = network([4], ...words.layers)
    const mask = tensor([[1, 1, 0, 0]], { dtype: 'bool' })
    const { params, state } = plain.init(key(3), { dtype: 'float64' })
    const codes = tensor([[4, 7, 5, 6]], { dtype: 'int32' })
    const [told] = plain.apply({ ...evalMode, mask }, params, state, codes)
    const short = network([2], ...words.layers)
    close(told, values(short.apply(evalMode, params, state, tensor([[4, 7]]))[0]))
    const both = network([4], words)
    const [less] = both.apply(
      { ...trainMode(key(1)), mask },
      { words: params },
      { words: state },
      tensor([[4, 0, 7, 7]], { dtype: 'int32' }),
    )
    close(less, values(network([1], ...words.layers).apply(evalMode, params, state, tensor([[4]]))[0]))
  })

  test('a step of features is padding where all of them are', () => {
    const net = network([3, 2], masked('m', [recurrent('r', gruCell(2))], { padding: -1 }))
    const at = normal(key(1), [1, 3, 2], { dtype: 'float64' })
    const params = { m: { r: gru } }
    const odd = add(
      mul(at, tensor([[0], [1], [1]], { dtype: 'float64' })),
      tensor([[-1], [0], [0]], { dtype: 'float64' }),
    )
    const [y] = net.apply(evalMode, params, { m: { r: {} } }, odd)
    expect(values(y).slice(0, 2)).toEqual([0, 0])
    close(
      slice(y, [0, 1, 0], [1, 3, 2]),
      values(runCell(gruCell(2), gru, slice(at, [0, 1, 0], [1, 3, 2])).outputs),
    )
  })
})
