import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { grad } from '../../src/core/autodiff/grad.ts'
import { toArray, toTypedArray } from '../../src/core/autodiff/read.ts'
import {
  activation,
  activationFunctions,
  activationNames,
  constant,
  decodeNetwork,
  dense,
  evalMode,
  heUniform,
  network,
  normalInitializer,
  orthogonal,
  scaledIdentity,
  sigmoidBinaryCrossEntropy,
  softmaxCrossEntropy,
  trainMode,
  uniformInitializer,
  xavierUniform,
  type DenseParams,
  type InitializerSpec,
  type Network,
} from '../../src/nn/index.ts'
import { key, normal, relu, take, tensor, zeros } from '../../src/core/numeric/index.ts'
import { ArgumentError, ShapeError, TreeError } from '../../src/core/tensor/errors.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'
import { leavesWithPaths } from '../../src/core/tensor/tree.ts'
import { expectClose, float64, labelled } from './central-difference.ts'

const net = network(64, dense('hidden', 32), activation('relu'), dense('output', 10))
const bytesOf = (tree: unknown): readonly string[] =>
  leavesWithPaths(tree).map(
    ({ path, leaf }) => `${path} ${Buffer.from(toTypedArray(leaf).buffer).toString('hex')}`,
  )

describe('network', () => {
  test('training has a key, also where nothing draws', () => {
    for (const [other, shown] of [
      [5, 'got 5'],
      [undefined, 'got nothing'],
      [tensor([1, 2]), 'got a float32 tensor of shape [2]'],
    ] as const)
      expect(() => trainMode(other as never)).toThrow(`trainMode: expected a key such as key(7), ${shown}`)
  })

  test('infers widths, and knows its parameters by name', () => {
    const { params, state } = net.init(key(0))
    expectTypeOf(params).toEqualTypeOf<{ readonly hidden: DenseParams; readonly output: DenseParams }>()
    expect(leavesWithPaths(params).map(({ path, leaf }) => [path, leaf.shape, leaf.dtype])).toEqual([
      ['hidden.weight', [64, 32], 'float32'],
      ['hidden.bias', [32], 'float32'],
      ['output.weight', [32, 10], 'float32'],
      ['output.bias', [10], 'float32'],
    ])
    expect(state).toEqual({ hidden: {}, output: {} })
    const [out, after] = net.apply(trainMode(key(1)), params, state, zeros([5, 64]))
    expect(out.shape).toEqual([5, 10])
    expect(after).toEqual(state)
    expect(net.init(key(0), { dtype: 'float64' }).params.output.weight.dtype).toBe('float64')
  })

  test('has Σ (n₍ₗ₋₁₎ + 1) nₗ parameters, for any widths', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
        (input, widths) => {
          const deep = network(input, ...widths.map((width, i) => dense(`layer${String(i)}`, width)))
          const { params, state } = deep.init(key(1))
          const count = leavesWithPaths(params).reduce((n, { leaf }) => n + leaf.size, 0)
          expect(count).toBe(widths.reduce((n, width, i) => n + ((widths[i - 1] ?? input) + 1) * width, 0))
          expect(deep.apply(evalMode, params, state, zeros([2, input]))[0].shape).toEqual([2, widths.at(-1)])
        },
      ),
    )
  })

  test('computes W₂ᵀ relu(W₁ᵀx + b₁) + b₂', () => {
    const small = network(2, dense('a', 3), activation('relu'), dense('b', 1))
    const params = {
      a: {
        weight: float64([
          [1, -2, 0.5],
          [3, 1, -1],
        ]),
        bias: float64([0.25, 0, 1]),
      },
      b: { weight: float64([[2], [3], [-1]]), bias: float64([0.5]) },
    }
    const x = [1, -0.5] as const
    const hidden = [1 - 1.5 + 0.25, -2 - 0.5, 0.5 + 0.5 + 1].map((z) => Math.max(0, z))
    const [out] = small.apply(evalMode, params, { a: {}, b: {} }, float64([x]))
    expect(toArray(out)).toEqual([[2 * hidden[0]! + 3 * hidden[1]! - hidden[2]! + 0.5]])
  })

  test('draws each layer at its own address: a further layer changes nobody else', () => {
    const one = network(4, dense('a', 3), dense('c', 3)).init(key(7)).params
    const more = network(4, dense('a', 3), activation('tanh'), dense('b', 3), dense('c', 3)).init(
      key(7),
    ).params
    expect(bytesOf([one.a, one.c])).toEqual(bytesOf([more.a, more.c]))
    expect(bytesOf(more.b)).not.toEqual(bytesOf(more.c))
    expect(bytesOf(network(4, dense('a', 3)).init(key(8)).params.a)).not.toEqual(bytesOf(one.a))
  })

  test('rejects a name used twice, in the type checker and at run time', () => {
    // @ts-expect-error -- layer name is taken: 'a'
    expect(() => network(2, dense('a', 3), activation('relu'), dense('a', 1))).toThrow(ArgumentError)
    const names: readonly string[] = ['same', 'same']
    expect(() => network(2, ...names.map((name) => dense(name, 3)))).toThrow("two layers are named 'same'")
  })

  test('rejects widths that are none, and a layer without a name', () => {
    ;[0, -1, 1.5, NaN].forEach((width) => {
      expect(() => network(width)).toThrow(ArgumentError)
      expect(() => dense('a', width)).toThrow("dense 'a': width: expected a whole number of 1 or more")
    })
    expect(() => dense('', 3)).toThrow(ArgumentError)
  })

  test('names the layer and both shapes for an input of the wrong width', () => {
    const { params, state } = net.init(key(0))
    const apply =
      (x: Tensor, p = params) =>
      () =>
        net.apply(evalMode, p, state, x)
    expect(apply(zeros([5, 63]))).toThrow(ShapeError)
    expect(apply(zeros([5, 63]))).toThrow(/'hidden'.*\[64, 32\].*\[5, 63\]/)
    expect(apply(zeros([64]))).toThrow(/'hidden'.*\[64\]/)
    const swapped = { ...params, output: { weight: zeros([31, 10]), bias: zeros([10]) } }
    expect(apply(zeros([5, 64]), swapped)).toThrow(/'output'.*\[31, 10\].*\[5, 32\]/)
  })

  test('names the layer whose parameters or state are missing', () => {
    const { params, state } = net.init(key(0))
    const { output, ...rest } = params
    const apply = (p: unknown, s: unknown) => () =>
      net.apply(evalMode, p as never, s as never, zeros([1, 64]))
    expect(output.bias.size).toBe(10)
    expect(apply(rest, state)).toThrow(TreeError)
    expect(apply(rest, state)).toThrow("the parameters lack the layer 'output'; they are of {hidden}")
    expect(apply(params, {})).toThrow("the states lack the layer 'hidden'")
  })

  test('changes neither parameters nor inputs, and evaluates to the same bytes twice', () => {
    const { params, state } = net.init(key(0))
    const x = normal(key(1), [3, 64])
    const before = bytesOf({ params, x })
    const [one] = net.apply(evalMode, params, state, x)
    const [two] = net.apply(evalMode, params, state, x)
    grad((p: typeof params) => softmaxCrossEntropy(net.apply(evalMode, p, state, x)[0], labelled([0, 1, 2])))(
      params,
    )
    expect(bytesOf(one)).toEqual(bytesOf(two))
    expect(bytesOf({ params, x })).toEqual(before)
  })

  test('has outputs that do not depend on the order of hidden units', () => {
    const units = 6
    const small = network(
      3,
      dense('hidden', units, { bias: normalInitializer(1) }),
      activation('tanh'),
      dense('output', 2),
    )
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: units }),
        (seed, order) => {
          const { params, state } = small.init(key(seed), { dtype: 'float64' })
          const permuted = {
            hidden: {
              weight: take(params.hidden.weight, order, { axis: 1 }),
              bias: take(params.hidden.bias, order),
            },
            output: { ...params.output, weight: take(params.output.weight, order) },
          }
          const x = normal(key(1), [4, 3], { dtype: 'float64' })
          const outputs = toTypedArray(small.apply(evalMode, params, state, x)[0])
          toTypedArray(small.apply(evalMode, permuted, state, x)[0]).forEach((y, i) =>
            expectClose(y, outputs[i]!),
          )
        },
      ),
    )
  })

  test('with constant weights keeps hidden units alike: their gradients are bit-equal', () => {
    const alike = { weight: constant(0.3) }
    const small = network(3, dense('hidden', 4, alike), activation('tanh'), dense('output', 1, alike))
    const { params, state } = small.init(key(0))
    const x = normal(key(1), [5, 3])
    const loss = (p: typeof params) =>
      sigmoidBinaryCrossEntropy(small.apply(evalMode, p, state, x)[0], tensor([[0], [1], [1], [0], [1]]))
    const rows = toArray(grad(loss)(params).hidden.weight) as readonly (readonly number[])[]
    rows.forEach((row) => expect(new Set(row).size).toBe(1))
    expect(rows.flat().some((entry) => entry !== 0)).toBe(true)
  })
})

describe('activations', () => {
  test('every registered name is a function of elements that a network can use', () => {
    const x = float64([[-2, -0.5, 0, 0.5, 2]])
    activationNames.forEach((name) => {
      const [out] = network(5, activation(name)).apply(evalMode, {}, {}, x)
      expect(toArray(out)).toEqual(toArray(activationFunctions[name](x)))
    })
    expect(activationNames).toContain('relu')
    expect(toArray(activationFunctions.relu(x))).toEqual(toArray(relu(x)))
    expect(toArray(activationFunctions.identity(x))).toEqual(toArray(x))
  })
})

const width = fc.integer({ min: 1, max: 5 })
const initializer: fc.Arbitrary<InitializerSpec> = fc.constantFrom(
  constant(0.5),
  normalInitializer(0.2),
  uniformInitializer(1),
  xavierUniform,
  heUniform,
  orthogonal(2),
  scaledIdentity(1.5),
)
const layers = fc.array(
  fc.oneof(
    fc
      .record({ width, weight: initializer })
      .map((d) => (name: string) => dense(name, d.width, { weight: d.weight })),
    fc.constantFrom(...activationNames).map((name) => () => activation(name)),
  ),
  { maxLength: 5 },
)

describe('the description of a network', () => {
  test('survives JSON and restores the same function', () => {
    fc.assert(
      fc.property(width, layers, (input, makers) => {
        const original = network(
          input,
          ...makers.map((make, i) => make(`layer ${String(i)}`)),
        ) as unknown as Network<never, never>
        const restored = decodeNetwork(JSON.parse(JSON.stringify(original.spec)))
        if (E.isLeft(restored)) throw new Error(restored.left.message)
        expect(restored.right.spec).toEqual(original.spec)
        const [a, b] = [original.init(key(2)), restored.right.init(key(2))]
        expect(bytesOf(b)).toEqual(bytesOf(a))
        const x = normal(key(3), [2, input])
        expect(bytesOf(restored.right.apply(evalMode, b.params, b.state, x)[0])).toEqual(
          bytesOf(original.apply(evalMode, a.params, a.state, x)[0]),
        )
      }),
    )
  })

  const { spec } = net
  const [hidden, relued, output] = spec.layers
  test.each<readonly [string, unknown, string, RegExp]>([
    ['nothing', null, '', /got null/],
    ['a width of 0', { ...spec, input: 0 }, 'input', /expected a whole number of 1 or more, got 0/],
    ['layers that are no list', { ...spec, layers: 3 }, 'layers', /got 3/],
    [
      'a width that is text',
      { ...spec, layers: [{ ...hidden, width: '32' }] },
      'layers[0].width',
      /got "32"/,
    ],
    [
      'an unknown function',
      { ...spec, layers: [hidden, { ...relued, function: 'rleu' }] },
      'layers[1].function',
      /one of .*relu.*got "rleu"/,
    ],
    [
      'a name used twice',
      { ...spec, layers: [hidden, relued, hidden] },
      'layers',
      /two layers are named 'hidden'/,
    ],
    [
      'an empty name',
      { ...spec, layers: [{ ...hidden, name: '' }] },
      'layers[0].name',
      /expected a name, got ""/,
    ],
    [
      'an unknown layer',
      { ...spec, layers: [hidden, { ...output, kind: 'conv' }] },
      'layers[1].kind',
      /got .*conv/,
    ],
    [
      'an initializer without its number',
      { ...spec, layers: [{ ...hidden, weight: { kind: 'normal' } }] },
      'layers[0].weight.std',
      /expected a finite number of 0 or more, got nothing/,
    ],
    [
      'an inherited function name',
      { ...spec, layers: [{ kind: 'activation', function: 'toString' }] },
      'layers[0].function',
      /got "toString"/,
    ],
  ])('with %s is refused with the path', (_, wrong, path, message) => {
    const decoded = decodeNetwork(wrong)
    if (E.isRight(decoded)) throw new Error('decoded')
    expect(decoded.left.problems.map((problem) => problem.path)).toEqual([path])
    expect(decoded.left.message).toMatch(message)
    expect(decoded.left.message.startsWith(path === '' ? 'the network' : path)).toBe(true)
  })
})
