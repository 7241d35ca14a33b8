import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { full, key, mul, zeros } from '../../src/index.ts'
import { ArgumentError, ShapeError } from '../../src/core/tensor/errors.ts'
import {
  block,
  decodeNetwork,
  dense,
  evalMode,
  layerKind,
  layerName,
  network,
  type AnyLayer,
  type LayerSpec,
} from '../../src/nn/index.ts'

/** A layer as its author may write it: one part is not what a layer has. */
const own = (part: Readonly<Record<string, unknown>> = {}): AnyLayer =>
  ({
    name: 'own',
    spec: { kind: 'own', name: 'own' },
    shape: (input: readonly number[]) => input,
    init: () => ({ params: { gain: full([], 1) }, state: {} }),
    apply: (_: unknown, params: { readonly gain: never }, state: object, x: never) => [
      mul(x, params.gain),
      state,
    ],
    ...part,
  }) as unknown as AnyLayer

const run = (layer: AnyLayer): void => {
  const net = network(3, dense('first', 4), block('inside', layer), dense('last', 2))
  const { params, state } = net.init(key(0))
  net.apply(evalMode, params, state, zeros([2, 3]))
}

describe('a layer from outside that is not one says what is missing and where', () => {
  test('a right one runs', () => {
    expect(() => {
      run(own())
    }).not.toThrow()
  })
  test.each([
    ['shape', () => undefined, ShapeError, /layer 'own': shape: .* of shape \[4\], got nothing/],
    ['shape', () => [0], ShapeError, /layer 'own': shape: expected a list of whole numbers of 1 or more/],
    ['shape', () => 4, ShapeError, /layer 'own': shape: .*, got 4/],
    ['init', () => undefined, ArgumentError, /layer 'own': init: .* params and state, got nothing/],
    ['init', () => ({ params: {} }), ArgumentError, /layer 'own': init: .*, got \{params: \{\}\}/],
    ['apply', (_: unknown, __: unknown, ___: unknown, x: unknown) => x, ArgumentError, /apply: .* a pair/],
    ['spec', undefined, ArgumentError, /layer 0: expected a layer/],
    ['spec', {}, ArgumentError, /layer 0: expected a layer/],
    ['name', 3, ArgumentError, /layer 0: expected a layer/],
  ])('%s (%#)', (part, value, type, message) => {
    const mistaken = (): void => {
      run(own({ [part]: value }))
    }
    expect(mistaken).toThrow(type)
    expect(mistaken).toThrow(message)
    expect(mistaken).toThrow(/^block 'inside': /)
  })
})

describe('kinds from outside', () => {
  const decode = (build: (spec: LayerSpec) => AnyLayer, times = 1): readonly string[] => {
    const decoded = decodeNetwork(
      { input: 2, layers: Array.from({ length: times }, () => ({ kind: 'own', name: 'own' })) },
      { kinds: [layerKind('own', { name: layerName }, build as never)] },
    )
    return E.isLeft(decoded) ? decoded.left.problems.map(({ message }) => message) : []
  }
  test.each([
    [new RangeError('heads must divide width'), 'heads must divide width'],
    ['a text', 'a text'],
    [Object.create(null), 'something without a text was thrown, of type object'],
  ])('what building throws is a Left for each layer (%#)', (thrown: unknown, message) => {
    const build = (): AnyLayer => {
      throw thrown
    }
    expect(decode(build, 2)).toEqual([`layers[0]: ${message}`, `layers[1]: ${message}`])
  })
  test('what is built is a layer', () => {
    expect(decode(() => ({ name: 'own' }) as AnyLayer)[0]).toMatch(
      /^layers: network: layer 0: expected a layer/,
    )
    expect(decode(() => own({ shape: () => 'wide' }))[0]).toMatch(/^layers: network: layer 'own': shape: /)
  })
  test.each([
    ['x', /^decodeNetwork: kinds: expected a list of what layerKind makes, got "x"/],
    [[own()], /^decodeNetwork: kinds\[0\]: expected what layerKind makes/],
    [[layerKind('own', {}, () => own()), null], /^decodeNetwork: kinds\[1\]: .* got null/],
    [[layerKind('dense', {}, () => own())], /^decodeNetwork: two kinds are named 'dense'/],
  ])('a list of kinds is one (%#)', (kinds, message) => {
    const mistaken = () => decodeNetwork({}, { kinds: kinds as never })
    expect(mistaken).toThrow(ArgumentError)
    expect(mistaken).toThrow(message)
  })
})
