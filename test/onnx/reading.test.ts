import { describe, expect, test } from 'vitest'
import {
  grad,
  jit,
  key,
  normal,
  sigmoid,
  softmax,
  square,
  sum,
  tensor,
  toArray,
  vmap,
  type Tensor,
} from '../../src/index.ts'
import { concreteOf } from '../../src/core/autodiff/read.ts'
import {
  activation,
  activationNames,
  batchNorm,
  block,
  dense,
  evalMode,
  layerNorm,
  leaky,
  network,
  prelu,
  scaleFeatures,
  trainMode,
  type AnyLayer,
} from '../../src/nn/index.ts'
import { networkToOnnx, onnxToFunction, onnxToNetwork } from '../../src/onnx/index.ts'
import { int64Proto, tensorProtoOf } from '../../src/onnx/format/element-types.ts'
import {
  modelProto,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
} from '../../src/onnx/format/messages.ts'
import { encodeMessage } from '../../src/onnx/format/wire.ts'
import { leftOf, rightOf } from '../data/rows.ts'
import { farthest } from './farthest.ts'
import { ortTest, runOnnx } from './run-onnx.ts'

/** A node of a file that others wrote: `Gemm x W b -> y`. */
const node = (line: string, attribute: readonly AttributeProto[] = []): NodeProto => {
  const [left = '', right = ''] = line.split(' -> ')
  const [op = '', ...input] = left.split(' ')
  const [domain, opType] = op.includes(':') ? op.split(':') : ['', op]
  return { opType: opType!, domain: domain!, input, output: right.split(' '), name: `/${right}`, attribute }
}

const float = (name: string, f: number): AttributeProto => ({ name, f, type: 1 })
const int = (name: string, i: number): AttributeProto => ({ name, i, type: 2 })
const floats = (name: string, values: readonly number[]): AttributeProto => ({
  name,
  floats: values,
  type: 6,
})

interface File {
  readonly nodes: readonly NodeProto[]
  readonly constants?: Readonly<Record<string, Tensor>>
  readonly others?: readonly TensorProto[]
  readonly outputs?: Readonly<Record<string, number>>
  readonly width?: number
  readonly opset?: number
}

/** A file as its bytes: input `x` of rows, outputs with their element types. */
const file = ({ nodes, constants = {}, others = [], outputs = { y: 1 }, width, opset = 17 }: File) =>
  encodeMessage(modelProto, {
    irVersion: 8,
    opsetImport: [
      { domain: '', version: opset },
      { domain: 'ai.onnx.ml', version: 1 },
    ],
    graph: {
      name: 'main',
      node: nodes,
      initializer: [
        ...Object.entries(constants).map(([name, value]) => tensorProtoOf(concreteOf(value, 'test'), name)),
        ...others,
      ],
      input: [
        {
          name: 'x',
          type: {
            tensorType: {
              elemType: 1,
              shape: { dim: [{ dimParam: 'N' }, width === undefined ? {} : { dimValue: width }] },
            },
          },
        },
      ],
      output: Object.entries(outputs).map(([name, elemType]) => ({
        name,
        type: { tensorType: { elemType } },
      })),
    },
  })

const weight = normal(key(1), [3, 4])
const bias = normal(key(2), [3])
const x = normal(key(3), [5, 4])

/** What a network that was read makes of x. */
const applied = (bytes: Uint8Array, options = {}) => {
  const { network: net, params, state, link } = rightOf(onnxToNetwork(bytes, options))
  const [y] = net.apply(evalMode, params, state, x)
  return {
    layers: net.spec.layers.map(({ kind, function: name }) => name ?? kind),
    y,
    link,
    names: Object.keys(params),
  }
}

describe('what this library wrote comes back as it was', () => {
  const back = (...layers: readonly AnyLayer[]) => {
    const net = network(4, ...layers)
    const { params, state } = net.init(key(2))
    const [, trained] = net.apply(trainMode(key(3)), params as never, state as never, normal(key(4), [9, 4]))
    const read = rightOf(onnxToNetwork(rightOf(networkToOnnx(net, params, trained))))
    const [found] = read.network.apply(evalMode, read.params, read.state, x)
    const [expected] = net.apply(evalMode, params as never, trained as never, x)
    expect(farthest(found, expected)).toBeLessThan(1e-6)
    return read.network.spec.layers
  }

  test('layers with their names and settings', () => {
    const layers = [
      dense('first', 6),
      batchNorm('norm', { epsilon: 1e-3 }),
      activation('relu'),
      dense('second', 5, { bias: false }),
      layerNorm('rows'),
      prelu('bend'),
      leaky(0.25),
      scaleFeatures('scale'),
      dense('output', 2),
    ]
    const named = (specs: readonly { readonly kind: string; readonly name?: unknown }[]) =>
      specs.map(({ kind, name }) => `${kind} ${typeof name === 'string' ? name : ''}`)
    expect(named(back(...layers))).toEqual(named(layers.map(({ spec }) => spec)))
  })

  test('blocks as one after another', () => {
    expect(back(block('a', dense('b', 3), block('c', dense('b', 2)))).map(({ name }) => name)).toEqual([
      'a.b',
      'a.c.b',
    ])
  })

  test.each(activationNames.filter((name) => name !== 'geluTanh' && name !== 'identity'))('%s', (name) => {
    expect(back(activation(name)).map((spec) => spec['function'])).toEqual([name])
  })
})

describe('as PyTorch writes them', () => {
  test('Gemm with the matrix turned round, BatchNormalization, Dropout, Softmax', () => {
    const scale = tensor([1, 2, 0.5])
    const bytes = file({
      nodes: [
        node('Flatten x -> flat', [int('axis', 1)]),
        node('Gemm flat fc1.weight fc1.bias -> a', [float('alpha', 1), float('beta', 1), int('transB', 1)]),
        node('BatchNormalization a bn.weight bn.bias bn.mean bn.var -> b', [
          float('epsilon', 1e-3),
          float('momentum', 0.9),
        ]),
        node('Elu b -> c', [float('alpha', 1)]),
        node('Dropout c ratio mode -> d'),
        node('Softmax d -> y', [int('axis', 1)]),
      ],
      constants: {
        'fc1.weight': weight,
        'fc1.bias': bias,
        'bn.weight': scale,
        'bn.bias': bias,
        'bn.mean': bias,
        'bn.var': scale,
        ratio: tensor(0.25),
        mode: tensor(false),
      },
      width: 4,
    })
    const { layers, y, link, names } = applied(bytes)
    expect(layers).toEqual(['dense', 'batchNorm', 'elu', 'dropout'])
    expect(names).toEqual(['fc1', 'bn', 'dropout'])
    expect(link).toBe('softmax')
    const whole = rightOf(onnxToFunction(bytes)).apply({ x })['y']!
    expect(farthest(softmax(y), whole)).toBeLessThan(1e-6)
  })

  ortTest('GELU, SiLU and Mish in their parts', async () => {
    const constants = { root: tensor(Math.SQRT2), one: tensor(1), half: tensor(0.5), W: weight }
    const parts = {
      gelu: ['Div x root -> a', 'Erf a -> b', 'Add b one -> c', 'Mul x c -> d', 'Mul d half -> y'],
      silu: ['Sigmoid x -> a', 'Mul x a -> y'],
      mish: ['Softplus x -> a', 'Tanh a -> b', 'Mul b x -> y'],
    }
    for (const [name, lines] of Object.entries(parts)) {
      const bytes = file({ nodes: lines.map((line) => node(line)), constants, width: 4 })
      const { layers, y } = applied(bytes)
      expect(layers).toEqual([name])
      expect(farthest(y, (await runOnnx(bytes, { x }))['y'] as Tensor)).toBeLessThan(1e-5)
    }
  })
})

describe('as scikit-learn writes them', () => {
  const coefficient = normal(key(5), [4, 3])
  const columns = normal(key(6), [3, 1])
  const intercept = normal(key(7), [1, 3])

  test('labels beside probabilities, which softmax makes', () => {
    const bytes = file({
      nodes: [
        node('Cast x -> f', [int('to', 1)]),
        node('MatMul f coefficient -> a'),
        node('Add a intercepts -> b'),
        node('Softmax b -> p'),
        node('ArgMax p -> k', [int('axis', 1)]),
        node('Cast k -> label', [int('to', 7)]),
        node('ai.onnx.ml:ZipMap p -> probabilities'),
      ],
      constants: { coefficient, intercepts: intercept },
      outputs: { label: 7, probabilities: 0 },
      width: 4,
    })
    const { layers, link } = applied(bytes)
    expect([layers, link]).toEqual([['dense'], 'softmax'])
  })

  test('a scaler before, and a sigmoid for the second of two classes', () => {
    const [offset, scale] = [
      [1, 2, 3, 4],
      [0.5, 2, 1, 0.25],
    ]
    const bytes = file({
      nodes: [
        node('ai.onnx.ml:Scaler x -> s', [floats('offset', offset), floats('scale', scale)]),
        node('MatMul s coefficient -> a'),
        node('Add a intercepts -> b'),
        node('Relu b -> c'),
        node('MatMul c columns -> d'),
        node('Sigmoid d -> p'),
        node('Sub unity p -> q'),
        node('Concat q p -> probabilities', [int('axis', 1)]),
      ],
      constants: { coefficient, columns, intercepts: intercept, unity: tensor(1) },
      outputs: { probabilities: 1 },
    })
    const { layers, link, y } = applied(bytes)
    expect([layers, link]).toEqual([['dense', 'dense', 'relu', 'linear'], 'sigmoid'])
    expect(y.shape).toEqual([5, 1])
    expect(toArray(sum(sigmoid(y)))).toBeGreaterThan(0)
  })
})

test('a function that was read is differentiated, batched and compiled like any other', () => {
  const bytes = file({
    nodes: [node('Gemm x W b -> a', [int('transB', 1)]), node('Tanh a -> y')],
    constants: { W: weight, b: bias },
  })
  const { apply } = rightOf(onnxToFunction(bytes))
  const loss = (rows: Tensor): Tensor => sum(square(apply({ x: rows })['y']!))
  const slopes = grad(loss)(x)
  expect(slopes.shape).toEqual([5, 4])
  expect(farthest(jit(grad(loss))(x), slopes)).toBeLessThan(1e-6)
  const each = vmap((row: Tensor) => grad(loss)(row))(normal(key(8), [2, 5, 4]))
  expect(each.shape).toEqual([2, 5, 4])
})

ortTest.each([
  [1, 0, 0, 2],
  [0, -1, 0, -2],
  [-2, 3, 1, -1],
  // Cut off from what was padded: more than there was before.
  [-6, 0, 4, 0],
])('Pad by %d and %d before, %d and %d behind: what is below 0 is cut off', async (...widths) => {
  const bytes = file({
    nodes: [node('Pad x widths seven -> y')],
    constants: { seven: tensor(7) },
    others: [int64Proto(widths, 'widths')],
  })
  const { y } = rightOf(onnxToFunction(bytes)).apply({ x })
  const expected = (await runOnnx(bytes, { x }))['y'] as Tensor
  expect(y!.shape).toEqual(expected.shape)
  expect(farthest(y!, expected)).toBe(0)
})

describe('what cannot be read is named', () => {
  const messageOf = (given: File, options = {}): string => leftOf(onnxToNetwork(file(given), options)).message

  test.each([
    [
      'an operator that is no layer',
      { nodes: [node('Conv x W -> y')] },
      /^node "\/y" \(Conv\): expected a layer of the library/,
    ],
    [
      'a product of two values',
      { nodes: [node('Mul x x -> y')] },
      /^node "\/y" \(Mul\): expected a constant as one/,
    ],
    ['values added', { nodes: [node('Add x x -> y')] }, /layers stand one after another/],
    ['a matrix that is computed', { nodes: [node('MatMul x x -> y')] }, /expected a constant matrix/],
    [
      'a setting the layer has not',
      { nodes: [node('Elu x -> y', [float('alpha', 2)])] },
      /expected alpha = 1 of elu, got 2/,
    ],
    [
      'bounds of no layer',
      { nodes: [node('Clip x low high -> y')], constants: { low: tensor(0), high: tensor(6) } },
      /got 0 and 6/,
    ],
    ['a value of no node', { nodes: [node('Relu z -> y')] }, /nothing in the graph is named "z"/],
    [
      'two outputs',
      { nodes: [node('Relu x -> y'), node('Tanh x -> z')], outputs: { y: 1, z: 1 } },
      /\{ output: "y" \| "z" \}/,
    ],
    [
      'widths that differ',
      { nodes: [node('Gemm x W -> y')], constants: { W: weight }, width: 4 },
      /expected an input of width 3, got 4/,
    ],
    ['no width', { nodes: [node('Relu x -> y')] }, /the width of the input "x" is nowhere said/],
    ['old operators', { nodes: [], opset: 6 }, /expected operators of version 7 or later/],
    [
      'elements in another file',
      { nodes: [], others: [{ name: 'w', dims: [1], dataType: 1, dataLocation: 1 }] },
      /^the constant "w" has its elements in another file/,
    ],
    [
      'elements of half precision',
      { nodes: [], others: [{ name: 'w', dims: [1], dataType: 10, rawData: new Uint8Array(2) }] },
      /expected elements of float32, .* got those of type 10/,
    ],
    [
      'elements that are too few',
      { nodes: [], others: [{ name: 'w', dims: [3], dataType: 1, rawData: new Uint8Array(8) }] },
      /expected 3 elements for \[3\], got 2/,
    ],
  ] as const)('%s', (_, given, message) => {
    expect(messageOf(given)).toMatch(message)
  })

  test('the output that is meant', () => {
    const given = { nodes: [node('Relu x -> y'), node('Tanh x -> z')], outputs: { y: 1, z: 1 }, width: 4 }
    expect(applied(file(given), { output: 'z' }).layers).toEqual(['tanh'])
    expect(messageOf(given, { output: 'w' })).toBe('output: expected one of y, z, got "w"')
  })

  test('every node of a function', () => {
    const { problems } = leftOf(
      onnxToFunction(file({ nodes: [node('Resize x W -> a'), node('Foo a -> y')] })),
    )
    expect(problems.map((problem) => problem.slice(0, 18))).toEqual([
      'node "/a" (Resize)',
      'node "/y" (Foo): t',
    ])
  })

  test('inputs of another shape or dtype, and what an operator throws', () => {
    const { apply } = rightOf(
      onnxToFunction(file({ nodes: [node('Gemm x W -> y')], constants: { W: weight }, width: 4 })),
    )
    expect(() => apply({})).toThrow(/expected the input "x"/)
    expect(() => apply({ x: normal(key(1), [2, 3]) })).toThrow(
      /expected float32 of shape \[any, 4\], got float32 of shape \[2, 3\]/,
    )
    expect(() => apply({ x })).toThrow(/^node "\/y" \(Gemm\): /)
  })

  test('bytes that are no file, whatever they are', () => {
    const bytes = file({ nodes: [node('Relu x -> y')] })
    const cut = Array.from({ length: bytes.length }, (_, i) => bytes.slice(0, i))
    const turned = Array.from({ length: bytes.length }, (_, i) =>
      bytes.map((byte, j) => (i === j ? byte ^ 0xff : byte)),
    )
    for (const wrong of [...cut, ...turned]) {
      const read = onnxToNetwork(wrong)
      if (read._tag === 'Left') expect(read.left.message.length).toBeGreaterThan(0)
      onnxToFunction(wrong)
    }
  })
})
