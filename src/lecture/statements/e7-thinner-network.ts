import { signalPicture } from 'puregrad/report'
import {
  abs,
  add,
  foldIn,
  grad,
  item,
  matmul,
  max,
  mul,
  normal,
  reshape,
  slice,
  sub,
  sum,
  take,
  tensor,
  toTypedArray,
  transpose,
  type Key,
  type Tensor,
} from 'puregrad'
import { activation, dense, evalMode, heNormal, lecunNormal, network, normalInitializer } from 'puregrad/nn'
import { activeAffine, gainReport, layerOutputs } from 'puregrad/study'
import { claim } from '../claim.ts'
import { rowsOf } from './rows-of.ts'

const [inputs, outputs] = [10, 3]

const apart = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))

/** Two rectified layers, and what can be asked of them at an input. */
const rectified = (key: Key, units: number) => {
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
  const row = (at: Tensor): Tensor => reshape(at, [1, inputs])
  const layersAt = (at: Tensor): readonly Tensor[] => layerOutputs(net, params, state, row(at))
  return {
    net,
    params,
    state,
    layersAt,
    output: (at: Tensor): Tensor => reshape(net.apply(evalMode, params, state, row(at))[0], [outputs]),
    /** The units of both rectified layers whose output is not 0. */
    active: (at: Tensor): readonly (readonly number[])[] =>
      [1, 3].map((position) =>
        Array.from(toTypedArray(layersAt(at)[position]!)).flatMap((value, unit) => (value > 0 ? [unit] : [])),
      ),
  }
}

/** The product of what is left of the weights when units with output 0 are taken away. */
const remaining = (
  { params }: ReturnType<typeof rectified>,
  pattern: readonly (readonly number[])[],
): Tensor => {
  const { hidden1, hidden2, output } = params
  const [first, second] = [0, 1].map((layer) => tensor([...pattern[layer]!], { dtype: 'int32' }))
  return matmul(
    matmul(
      take(hidden1.weight, first!, { axis: 1 }),
      take(take(hidden2.weight, first!), second!, { axis: 1 }),
    ),
    take(output.weight, second!),
  )
}

/**
 * Every way from the first input to the first output, one unit of each hidden layer: the gradient along it, which is
 * that of a network one unit wide with the others' contributions as its biases, next to the product of its weights.
 */
const pathsOf = (key: Key, { params, layersAt }: ReturnType<typeof rectified>, x: Tensor, units: number) => {
  const narrow = network(
    1,
    dense('hidden1', 1),
    activation('relu'),
    dense('hidden2', 1),
    activation('relu'),
    dense('output', 1),
  )
  const { state } = narrow.init(key)
  const [z1, h1, z2, h2] = layersAt(x).map((layer) => Array.from(toTypedArray(layer), Number))
  const [w1, w2, w3] = [params.hidden1, params.hidden2, params.output].map(({ weight }) => rowsOf(weight))
  const x0 = Number(toTypedArray(x)[0])
  const one = (value: number): Tensor => tensor([value], { dtype: 'float64' })
  return Array.from({ length: units * units }, (_, i) => {
    const [a, b] = [Math.floor(i / units), i % units]
    const [u, v, w] = [w1?.[0]?.[a] ?? NaN, w2?.[a]?.[b] ?? NaN, w3?.[b]?.[0] ?? NaN]
    const along = {
      hidden1: { weight: reshape(one(u), [1, 1]), bias: one((z1?.[a] ?? NaN) - u * x0) },
      hidden2: { weight: reshape(one(v), [1, 1]), bias: one((z2?.[b] ?? NaN) - v * (h1?.[a] ?? NaN)) },
      output: { weight: reshape(one(w), [1, 1]), bias: one(0) },
    }
    const gradient = grad((at: Tensor) => sum(narrow.apply(evalMode, along, state, at)[0]))(
      tensor([[x0]], { dtype: 'float64' }),
    )
    return {
      active: (h1?.[a] ?? 0) > 0 && (h2?.[b] ?? 0) > 0,
      gradient: item(reshape(gradient, [])),
      product: u * v * w,
    }
  })
}

/** How far the network without biases is from f(3x) = 3f(x). */
const homogeneity = (key: Key, x: Tensor, units: number): number => {
  const plain = network(
    inputs,
    dense('hidden1', units, { bias: false }),
    activation('relu'),
    dense('hidden2', units, { bias: false }),
    activation('relu'),
    dense('output', outputs, { bias: false }),
  )
  const { params, state } = plain.init(key, { dtype: 'float64' })
  const f = (at: Tensor): Tensor => plain.apply(evalMode, params, state, reshape(at, [1, inputs]))[0]
  return apart(f(mul(x, 3)), mul(f(x), 3))
}

/** At each input a rectified network is a thinner linear one. */
export const e7 = claim({
  id: 'E7',
  lines: '468–475',
  asWritten: {
    en: 'With rectified units a thinner linear network remains.',
    bg: 'При ReLU остава по-тънка линейна мрежа.',
  },
  corrected: {
    en: 'The same at each input: units with output 0 are taken away, the others pass their input on unchanged, so the rest is Mx + c (affine, because of the biases) with M the product of the weights that are left; the gradient along a way through active units is the product of its weights, along any other 0. Another input with the same active units has the same M and c; one with others has its own, so the whole is not linear.',
    bg: 'Същото за всеки вход: невроните с изход 0 отпадат, останалите предават входа си без промяна, така че остава Mx + c (афинно заради отместванията), където M е произведението на останалите тегла; градиентът по път през активни неврони е произведението на теглата му, по всеки друг е 0. Друг вход със същите активни неврони има същите M и c, а вход с други активни неврони – свои; затова цялата мрежа не е линейна.',
  },
  remark: {
    en: 'The picture is lost. That gradients do not get smaller in the thinner network is often said of it, stands in no line and is false: they are products of weights, and at a variance of 1/n fade all the same.',
    bg: 'Картината е изгубена. Че в по-тънката мрежа градиентите не намаляват, често се казва към нея, но не стои в никой ред и не е вярно: те са произведения от тегла и при дисперсия 1/n затихват въпреки всичко.',
  },
  measures: {
    left: {
      name: { en: 'share of units left', bg: 'дял на останалите неврони' },
      corrected: { within: [0.2, 0.8] },
      literal: { atMost: 0.9 },
    },
    linear: {
      name: { en: 'Mx + c against the network', bg: 'Mx + c спрямо мрежата' },
      corrected: { atMost: 1e-12 },
      literal: { atMost: 1e-12 },
    },
    product: {
      name: {
        en: 'product of the remaining weights against M',
        bg: 'произведението на останалите тегла спрямо M',
      },
      corrected: { atMost: 1e-12 },
      literal: { atMost: 1e-12 },
    },
    others: {
      name: { en: 'nearby inputs with the same units', bg: 'близки входове със същите неврони' },
      corrected: { atLeast: 20 },
    },
    atOthers: {
      name: { en: 'Mx + c against the network at these', bg: 'Mx + c спрямо мрежата при тях' },
      corrected: { atMost: 1e-12 },
    },
    activePaths: {
      name: {
        en: 'gradient along an active way against the product of its weights',
        bg: 'градиент по активен път спрямо произведението на теглата му',
      },
      corrected: { atMost: 1e-12 },
    },
    otherPaths: {
      name: { en: 'largest gradient along any other way', bg: 'най-голям градиент по друг път' },
      corrected: { within: [0, 0] },
    },
    allPaths: {
      name: {
        en: 'all these added up against the gradient of the network',
        bg: 'сборът на всички спрямо градиента на мрежата',
      },
      corrected: { atMost: 1e-12 },
    },
    homogeneous: {
      name: {
        en: 'without biases: distance of f(3x) from 3f(x)',
        bg: 'без отмествания: разстояние на f(3x) до 3f(x)',
      },
      corrected: { atMost: 1e-12 },
    },
    fades: {
      name: {
        en: 'signal at the first of many layers / last, variance 1/n',
        bg: 'сигнал при първия от много слоеве / последния, дисперсия 1/n',
      },
      corrected: { atMost: 1e-6 },
    },
  },
  settings: {
    units: {
      name: { en: 'units of a layer', bg: 'неврони в слой' },
      value: 24,
      whole: true,
      min: 1,
      max: 512,
    },
    layers: { name: { en: 'many layers', bg: 'много слоеве' }, value: 50, whole: true, min: 2, max: 200 },
  },
  measure: ({ key, settings: { units, layers } }) => {
    const x = normal(foldIn(key, 'x'), [inputs], { dtype: 'float64' })
    const whole = rectified(key, units)
    const { matrix, offset } = activeAffine(whole.net, whole.params, whole.state, x)
    const affine = (at: Tensor): Tensor => add(matmul(matrix, at), offset)
    const pattern = whole.active(x)
    const near = Array.from({ length: 200 }, (_, i) => {
      const own = foldIn(foldIn(key, 'near'), i)
      return add(x, mul(normal(own, [inputs], { dtype: 'float64' }), 10 ** (-1 - (i % 3))))
    }).filter((at) => String(whole.active(at)) === String(pattern))
    const paths = pathsOf(key, whole, x, units)
    const direction = normal(foldIn(key, 'direction'), [inputs], { dtype: 'float64' })
    const steps = Array.from({ length: 121 }, (_, i) => (i - 60) / 20)
    const along = (f: (at: Tensor) => Tensor) =>
      steps.map((t) => [t, Number(toTypedArray(f(add(x, mul(direction, t))))[0])] as const)
    const depth = { key, depth: layers, width: 64 }
    const reports = [
      ['1/n', gainReport(lecunNormal, 'relu', depth)],
      ['He, 2/n', gainReport(heNormal, 'relu', depth)],
    ] as const
    return {
      figures: {
        left: pattern.flat().length / (2 * units),
        linear: apart(affine(x), whole.output(x)),
        product: apart(transpose(remaining(whole, pattern)), matrix),
        others: near.length,
        atOthers: Math.max(...near.map((at) => apart(affine(at), whole.output(at)))),
        activePaths: Math.max(
          ...paths
            .filter(({ active }) => active)
            .map(({ gradient, product }) => Math.abs(gradient - product)),
        ),
        otherPaths: Math.max(
          ...paths.filter(({ active }) => !active).map(({ gradient }) => Math.abs(gradient)),
        ),
        allPaths: Math.abs(
          paths.reduce((total, { gradient }) => total + gradient, 0) -
            item(reshape(slice(matrix, [0, 0], [1, 1]), [])),
        ),
        homogeneous: homogeneity(foldIn(key, 'without biases'), x, units),
        fades: reports[0][1].firstToLast,
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `Two ReLU layers of ${units} units along a line through x, and their affine map at x`,
            bg: `Два слоя ReLU с ${units} неврона по права през x и афинното им изображение в x`,
          },
          x: { title: { en: 't in x + t·d', bg: 't в x + t·d' } },
          y: { title: { en: 'first output', bg: 'първи изход' } },
          series: [
            { name: { en: 'network', bg: 'мрежа' }, points: along(whole.output) },
            { name: 'Mx + c', points: along(affine) },
          ],
        },
        signalPicture(
          reports.map(([name, { probes }]) => ({ name, probes })),
          {
            title: {
              en: `The signal on its way back through ${layers} ReLU layers, by the variance of the weights`,
              bg: `Обратният сигнал през ${layers} слоя ReLU, според дисперсията на теглата`,
            },
            layers: 'numbered',
          },
        ),
      ],
    }
  },
})
