import {
  abs,
  add,
  foldIn,
  item,
  matmul,
  max,
  mul,
  normal,
  reshape,
  sub,
  take,
  tensor,
  toTypedArray,
  transpose,
  type Key,
  type Tensor,
} from 'puregrad'
import { activation, dense, evalMode, network, normalInitializer } from 'puregrad/nn'
import { activeAffine, layerOutputs } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

const [inputs, units, outputs] = [10, 24, 3]

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const bias = normalInitializer(0.3)
  const net = network(
    inputs,
    dense('hidden1', units, { bias }),
    activation('relu'),
    dense('hidden2', units, { bias }),
    activation('relu'),
    dense('output', outputs, { bias }),
  )
  const { params, state } = net.init(foldIn(key, 'parameters'), { dtype: 'float64' })
  const x = normal(foldIn(key, 'x'), [inputs], { dtype: 'float64' })
  const row = (at: Tensor): Tensor => reshape(at, [1, inputs])
  const output = (at: Tensor): Tensor => reshape(net.apply(evalMode, params, state, row(at))[0], [outputs])
  /** The units of both rectified layers whose output is not 0. */
  const active = (at: Tensor): readonly (readonly number[])[] =>
    layerOutputs(net, params, state, row(at))
      .filter((_, position) => net.spec.layers[position]?.kind === 'activation')
      .map((layer) => Array.from(toTypedArray(layer)).flatMap((value, unit) => (value > 0 ? [unit] : [])))
  const { matrix, offset } = activeAffine(net, params, state, x)
  const affine = (at: Tensor): Tensor => add(matmul(matrix, at), offset)
  const apart = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))
  const pattern = active(x)
  const near = Array.from({ length: 200 }, (_, i) => {
    const own = foldIn(foldIn(key, 'near'), i)
    return add(x, mul(normal(own, [inputs], { dtype: 'float64' }), 10 ** (-1 - (i % 3))))
  }).filter((at) => String(active(at)) === String(pattern))
  // What is left when units with output 0 are taken away: the rows and columns of the others.
  const [first = [], second = []] = pattern.map((kept) =>
    tensor([...kept], { dtype: 'int32' }),
  ) as readonly Tensor[]
  const thin = [
    take(params.hidden1.weight, first, { axis: 1 }),
    take(take(params.hidden2.weight, first), second, { axis: 1 }),
    take(params.output.weight, second),
  ].reduce((product, weight) => matmul(product, weight))
  const plain = network(
    inputs,
    dense('hidden1', units, { bias: false }),
    activation('relu'),
    dense('hidden2', units, { bias: false }),
    activation('relu'),
    dense('output', outputs, { bias: false }),
  )
  const start = plain.init(foldIn(key, 'without biases'), { dtype: 'float64' })
  const unbiased = (at: Tensor): Tensor => plain.apply(evalMode, start.params, start.state, row(at))[0]
  const direction = normal(foldIn(key, 'direction'), [inputs], { dtype: 'float64' })
  const steps = Array.from({ length: 121 }, (_, i) => (i - 60) / 20)
  const along = (f: (at: Tensor) => Tensor) =>
    steps.map((t) => [t, Number(toTypedArray(f(add(x, mul(direction, t))))[0])] as const)
  return {
    figures: {
      'units left of 48': pattern.flat().length,
      'product of the remaining weights against M': apart(transpose(thin), matrix),
      'Mx + c against the network': apart(affine(x), output(x)),
      'other inputs with the same units': near.length,
      'Mx + c against the network at these': Math.max(...near.map((at) => apart(affine(at), output(at)))),
      'without biases: distance of f(3x) from 3f(x)': apart(unbiased(mul(x, 3)), mul(unbiased(x), 3)),
    },
    pictures: [
      {
        title: 'The network along a line through x, and its affine map at x',
        x: { title: 't in x + t·d' },
        y: { title: 'first output' },
        mark: 'line',
        series: [
          { name: 'network', points: along(output) },
          { name: 'Mx + c', points: along(affine) },
        ],
      },
    ],
  }
}

/** At each input a rectified network is a thinner linear one. */
export const e7 = earlierClaim({
  id: 'E7',
  lines: '468–475',
  asWritten: {
    en: 'With rectified units a thinner linear network remains, and its gradients do not get smaller from layer to layer.',
    bg: 'При ReLU остава по-тънка линейна мрежа, в която градиентите не намаляват от слой на слой.',
  },
  corrected: {
    en: 'The same at each input: units with output 0 are taken away, the others pass their input on unchanged, so the rest is Mx + c (affine, because of the biases) with M the product of the weights that are left. Another input with the same active units has the same M and c; one with others has its own, so the whole is not linear.',
    bg: 'Същото за всеки вход: невроните с изход 0 отпадат, останалите предават входа си без промяна, така че остава Mx + c (афинно заради отместванията), където M е произведението на останалите тегла. Друг вход със същите активни неврони има същите M и c, а вход с други активни неврони – свои; затова цялата мрежа не е линейна.',
  },
  marks: {
    'units left of 48': { within: [8, 40] },
    'product of the remaining weights against M': { atMost: 1e-12 },
    'Mx + c against the network': { atMost: 1e-12 },
    'other inputs with the same units': { atLeast: 20 },
    'Mx + c against the network at these': { atMost: 1e-12 },
    'without biases: distance of f(3x) from 3f(x)': { atMost: 1e-12 },
  },
  measure,
})
