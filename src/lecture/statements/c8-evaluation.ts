import { foldIn, toTypedArray, type Key, type Tensor } from 'puregrad'
import { noisy300 } from 'puregrad/data'
import { evalMode, trainMode } from 'puregrad/nn'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { droppedNetwork } from './noisy-digits.ts'

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const net = droppedNetwork('inverted')
  const { params, state } = net.init(foldIn(key, 'parameters'))
  const { x } = noisy300(foldIn(key, 'data')).dev
  const differing = (a: Tensor, b: Tensor): number => {
    const other = toTypedArray(b)
    return Array.from(toTypedArray(a), Number).filter((value, i) => !Object.is(value, Number(other[i])))
      .length
  }
  const evaluated = (): Tensor => net.apply(evalMode, params, state, x)[0]
  const trained = (name: string): Tensor => net.apply(trainMode(foldIn(key, name)), params, state, x)[0]
  const first = evaluated()
  return {
    figures: {
      'outputs that differ between two evaluations': differing(first, evaluated()),
      'share of outputs that differ between two training passes':
        differing(trained('a'), trained('b')) / first.size,
    },
  }
}

/** In evaluation nobody drops out, and there is no key that could make anybody. */
export const c8 = earlierClaim({
  id: 'C8',
  lines: '198–200',
  asWritten: {
    en: 'A team works better if everybody expects the partner to fail; at the test nobody drops out.',
    bg: 'Екипът работи по-добре, ако всеки очаква партньорът му да се откаже; на теста никой не отпада.',
  },
  corrected: {
    en: 'The same: evaluation holds no key, so two evaluations agree in every bit; two training passes do not.',
    bg: 'Същото: оценяването няма ключ, затова две оценявания съвпадат до бит; два обучаващи прохода не съвпадат.',
  },
  marks: {
    'outputs that differ between two evaluations': { within: [0, 0] },
    'share of outputs that differ between two training passes': { atLeast: 0.99 },
  },
  measure,
})
