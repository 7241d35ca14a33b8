import { describe, expect, test } from 'vitest'
import { grad, jit, key, mul, normal, sum, toTypedArray, type Tensor } from '../../src/index.ts'
import {
  batchNorm,
  evalMode,
  layerNorm,
  network,
  trainMode,
  type AnyLayer,
  type Mode,
} from '../../src/nn/index.ts'

const layers: Readonly<Record<string, AnyLayer>> = {
  layerNorm: layerNorm('a'),
  batchNorm: batchNorm('a'),
  'batchNorm of σ': batchNorm('a', { track: 'sigma' }),
  'batchNorm of the slide': batchNorm('a', { form: 'slide' }),
  'batchNorm of the slide of σ': batchNorm('a', { form: 'slide', track: 'sigma' }),
}
const sizes = { float32: 2 ** 100, float64: 2 ** 1000 } as const

const cases = Object.entries(layers).flatMap(([name, layer]) =>
  (['float32', 'float64'] as const).flatMap((dtype) =>
    [false, true].map((compile) => ({ name, layer, dtype, compile })),
  ),
)

describe.each(cases)('$name in $dtype, compiled: $compile', ({ name, layer, dtype, compile }) => {
  const net = network(4, layer)
  const { params, state } = net.init(key(0), { dtype })
  // So large that ε is nothing beside them.
  const x = mul(normal(key(1), [6, 4], { dtype }), 2 ** 30)
  const huge = mul(x, sizes[dtype] / 2 ** 30)
  const weights = normal(key(2), [6, 4], { dtype })
  const run = (mode: Mode, s: typeof state, input: Tensor) => {
    const apply = (z: Tensor, own: typeof state) => net.apply(mode, params, own, z)
    return (compile ? jit(apply) : apply)(input, s)
  }
  const close = (found: Tensor, expected: Tensor) =>
    toTypedArray(found).forEach((value, i) => {
      expect(Math.abs(value - Number(toTypedArray(expected)[i]))).toBeLessThan(
        dtype === 'float32' ? 2e-5 : 1e-12,
      )
    })

  test('elements without a square are normalized like others', () => {
    const mode = name === 'layerNorm' ? evalMode : trainMode(key(3))
    const [y] = run(mode, state, huge)
    close(y, run(mode, state, x)[0])
    expect(toTypedArray(y).some((value) => Math.abs(value) > 0.5)).toBe(true)
  })

  test('so is their derivative', () => {
    const mode = name === 'layerNorm' ? evalMode : trainMode(key(3))
    const slope = grad((z: Tensor) => sum(mul(weights, net.apply(mode, params, state, z)[0])))
    const derive = compile ? jit(slope) : slope
    close(mul(derive(huge), sizes[dtype]), mul(derive(x), 2 ** 30))
  })

  test('and what is remembered of them stays finite', () => {
    const [, after] = run(trainMode(key(3)), state, huge)
    const [y] = run(evalMode, after, huge)
    expect(toTypedArray(y).every((value) => Number.isFinite(value))).toBe(true)
    if (name.endsWith('σ')) close(y, run(evalMode, run(trainMode(key(3)), state, x)[1], x)[0])
  })
})
