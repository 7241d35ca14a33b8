import { foldIn, item, matmul, mul, norm, sub } from 'puregrad'
import { evalMode, normalInitializer } from 'puregrad/nn'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { amplification, deepLinearNetwork, randomInput } from './deep-linear-network.ts'

const scales = [0.5, 0.9, 1.1, 1.5]

const slope = (points: readonly (readonly [x: number, y: number])[]): number => {
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [mx, my] = [mean(0), mean(1)]
  return (
    points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) /
    points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0)
  )
}

/** Depth multiplies: the logarithm of the output's size is a line in the number of layers with slope log p. */
export const e1 = claim({
  id: 'E1',
  lines: '404–418',
  asWritten: {
    en: 'Without biases and with the identity for activation, a network whose every weight matrix but the last is p on the diagonal gives W of the last layer times the (L−1)-th power of diag(p, p) times x.',
    bg: 'Без отмествания и с тъждествената функция за активация изходът на мрежа, чиито матрици без последната имат p по диагонала, е W на последния слой по (L−1)-вата степен на diag(p, p) по x.',
  },
  corrected: {
    en: 'The same: log ‖ȳ‖ is a straight line in L with slope log p. (What is multiplied by the last matrix is the activation of the layer before, which equals its z only because the activation is the identity.)',
    bg: 'Същото: log ‖ȳ‖ е права по L с наклон log p. (С последната матрица се умножава активацията на предния слой, която съвпада с неговото z само защото активацията е тъждествената функция.)',
  },
  measures: {
    formula: {
      name: {
        en: 'largest relative distance of the output from the formula',
        bg: 'най-голямо относително разстояние на изхода до формулата',
      },
      corrected: { atMost: 1e-12 },
      literal: { atMost: 1e-12 },
    },
    slope: {
      name: {
        en: 'largest error of the slope of log ‖ȳ‖ over L',
        bg: 'най-голяма грешка на наклона на log ‖ȳ‖ по L',
      },
      corrected: { atMost: 1e-12 },
    },
  },
  settings: { layers: { name: { en: 'layers at most', bg: 'най-много слоеве' }, value: 30, whole: true } },
  measure: ({ key, settings: { layers } }) => {
    const x = randomInput(key)
    const depths = Array.from({ length: layers }, (_, i) => i + 1)
    const distance = (p: number, depth: number): number => {
      const net = deepLinearNetwork(p, depth, normalInitializer(1))
      const { params, state } = net.init(foldIn(key, depth), { dtype: 'float64' })
      const { weight } = params[`layer${depth}`]!
      const formula = mul(matmul(x, weight), p ** (depth - 1))
      return item(norm(sub(net.apply(evalMode, params, state, x)[0], formula))) / item(norm(formula))
    }
    const curves = scales.map((p) => ({
      p,
      points: depths.map((depth) => [depth, amplification(p, depth, x, key)] as const),
    }))
    const slopeError = ({ p, points }: (typeof curves)[number]): number =>
      Math.abs(slope(points.map(([depth, gain]) => [depth, Math.log(gain)])) - Math.log(p))
    return {
      figures: {
        formula: Math.max(...scales.flatMap((p) => depths.map((depth) => distance(p, depth)))),
        slope: Math.max(...curves.map(slopeError)),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: 'Output of a linear network whose weights are p times the identity',
            bg: 'Изход на линейна мрежа, чиито тегла са p по единичната матрица',
          },
          x: { title: { en: 'layers', bg: 'слоеве' }, whole: true },
          y: { title: '‖ȳ‖ / ‖x‖', scale: 'log' },
          series: curves.map(({ p, points }) => ({
            name: { en: `p = ${p}`, bg: `p = ${decimalComma(p)}` },
            points,
          })),
        },
      ],
    }
  },
})
