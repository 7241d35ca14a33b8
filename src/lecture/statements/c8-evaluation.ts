import {
  bernoulli,
  foldIn,
  item,
  log,
  maximum,
  softmax,
  toTypedArray,
  where,
  type Key,
  type Tensor,
} from 'puregrad'
import { accuracy, evalMode, softmaxCrossEntropy, trainMode } from 'puregrad/nn'
import type { Picture } from 'puregrad/report'
import { arithmeticMean } from 'puregrad/study'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { withAndWithoutDropout, type Tested } from './with-and-without-dropout.ts'

const average = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length

/** How many numbers of two tensors are not the same bits. */
const differing = (a: Tensor, b: Tensor): number => {
  const other = toTypedArray(b)
  return Array.from(toTypedArray(a), Number).filter((value, i) => !Object.is(value, Number(other[i]))).length
}

const lossOf = (probabilities: Tensor, y: Tensor): number =>
  item(softmaxCrossEntropy(log(maximum(probabilities, 1e-38)), y))

/** The mean accuracy of a network in evaluation where a share of its hidden units fails, over some draws. */
const accuracyFailing = <P, S>(
  { net, params, state }: Tested<P, S>,
  { x, y }: { readonly x: Tensor; readonly y: Tensor },
  share: number,
  draws: readonly Key[],
): number =>
  average(
    draws.map((draw) => {
      const [logits] = net.apply(evalMode, params, state, x, (output, position) =>
        net.spec.layers[position]?.kind === 'activation'
          ? where(bernoulli(foldIn(draw, output.shape[1]!), 1 - share, [1, output.shape[1]!]), output, 0)
          : output,
      )
      return item(accuracy(logits, y))
    }),
  )

const failingPicture = (
  rate: number,
  shares: readonly number[],
  curves: readonly {
    readonly name: { readonly en: string; readonly bg: string }
    readonly values: readonly number[]
  }[],
): Picture => ({
  kind: 'curves',
  title: {
    en: `Noisy digits, dropout rate ${rate}: test accuracy where hidden units fail`,
    bg: `Цифри с шум, дял на отпадане ${decimalComma(rate)}: точност върху тестовия набор, когато скрити неврони отказват`,
  },
  x: { title: { en: 'share of units that fail', bg: 'дял на отказалите неврони' } },
  y: { title: { en: 'accuracy', bg: 'точност' } },
  series: curves.map(({ name, values }) => ({
    name,
    mark: 'both',
    points: values.map((value, i) => [shares[i]!, value] as const),
  })),
})

/** In evaluation nobody drops out, and there is no key that could make anybody. */
export const c8 = claim({
  id: 'C8',
  lines: '198–200',
  asWritten: {
    en: 'A team works better if everybody expects the partner to fail; at the test nobody drops out.',
    bg: 'Екипът работи по-добре, ако всеки очаква партньорът му да се откаже; на теста никой не отпада.',
  },
  corrected: {
    en: 'The same, measured: with dropout the test loss is lower, and where units do fail less accuracy is lost. Evaluation holds no key, so two evaluations agree in every bit; two training passes do not. That nobody drops out is better than one pass in which some do; the mean of many such passes is better still.',
    bg: 'Същото, измерено: с отпадане (dropout) загубата върху тестовия набор е по-малка, а когато неврони наистина отказват, се губи по-малко точност. Оценяването няма ключ, затова две оценявания съвпадат до бит; два обучаващи прохода не съвпадат. Никой да не отпада е по-добре от един проход, в който някои отпадат; средното на много такива проходи е още по-добро.',
  },
  measures: {
    gain: {
      name: {
        en: 'test cross-entropy with dropout / without',
        bg: 'кръстосана ентропия (тестов набор) с отпадане / без него',
      },
      corrected: { atMost: 0.9 },
      literal: { atMost: 1 },
    },
    failing: {
      name: {
        en: 'accuracy lost where units fail, with dropout / without',
        bg: 'загубена точност при отказали неврони, с отпадане / без него',
      },
      corrected: { atMost: 0.8 },
      literal: { atMost: 1 },
    },
    differing: {
      name: {
        en: 'outputs that differ between two evaluations',
        bg: 'изходи, различни при две оценявания',
      },
      corrected: { within: [0, 0] },
      literal: { within: [0, 0] },
    },
    nobody: {
      name: {
        en: 'test cross-entropy where nobody drops out / in a pass where some do',
        bg: 'кръстосана ентропия (тестов набор), когато никой не отпада / когато някои отпадат',
      },
      corrected: { atMost: 0.9 },
      literal: { atMost: 1 },
    },
    average: {
      name: {
        en: 'the same / of the mean of such passes',
        bg: 'същата / на средното на такива проходи',
      },
      corrected: { atLeast: 1.02 },
    },
    training: {
      name: {
        en: 'share of outputs that differ between two training passes',
        bg: 'дял на изходите, различни при два обучаващи прохода',
      },
      corrected: { atLeast: 0.99 },
    },
  },
  settings: {
    rate: { name: { en: 'dropout rate', bg: 'дял на отпадане' }, value: 0.5, max: 0.95 },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 150, whole: true, max: 1000 },
    failing: {
      name: { en: 'share of units that fail', bg: 'дял на отказалите неврони' },
      value: 0.5,
      max: 1,
    },
    draws: {
      name: { en: 'random draws of each kind', bg: 'случайни опити от всеки вид' },
      value: 20,
      whole: true,
    },
  },
  measure: ({ key, settings: { rate, epochs, failing, draws }, progress }) => {
    const { data, plain, dropped } = withAndWithoutDropout(key, { rate, epochs })
    progress(1, 2)
    const keys = (name: string): readonly Key[] =>
      Array.from({ length: draws }, (_, i) => foldIn(foldIn(key, name), i))
    const { net, params, state } = dropped
    const evaluated = (): Tensor => net.apply(evalMode, params, state, data.test.x)[0]
    const pass = (own: Key): Tensor => softmax(net.apply(trainMode(own), params, state, data.test.x)[0])
    const passes = keys('passes').map(pass)
    const losses = passes.map((pass) => lossOf(pass, data.test.y))
    const shares = [0, 0.1, 0.3, failing, 0.7].sort((a, b) => a - b)
    const failed = <P, S>(trained: Tested<P, S>): readonly number[] =>
      shares.map((share) => accuracyFailing(trained, data.test, share, keys('failing')))
    const [without, withDropout] = [failed(plain), failed(dropped)]
    const lost = (accuracies: readonly number[]): number =>
      accuracies[0]! - accuracies[shares.indexOf(failing)]!
    return {
      figures: {
        gain: dropped.test.loss / plain.test.loss,
        failing: lost(withDropout) / lost(without),
        differing: differing(evaluated(), evaluated()),
        nobody: dropped.test.loss / average(losses),
        average: dropped.test.loss / lossOf(arithmeticMean(passes), data.test.y),
        training: differing(passes[0]!, pass(foldIn(key, 'another'))) / passes[0]!.size,
      },
      pictures: [
        failingPicture(rate, shares, [
          { name: { en: 'trained without dropout', bg: 'обучена без отпадане' }, values: without },
          { name: { en: 'trained with dropout', bg: 'обучена с отпадане' }, values: withDropout },
        ]),
      ],
    }
  },
})
