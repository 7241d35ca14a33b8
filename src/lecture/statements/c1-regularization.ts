import { foldIn, type Key } from 'puregrad'
import { noisy300 } from 'puregrad/data'
import { l2 } from 'puregrad/nn'
import { sweep } from 'puregrad/study'
import { evaluate } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { noisyNetwork, trainedOnNoise } from './noisy-digits.ts'

const lambdas = [0, 0.005, 0.02, 0.1]

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const net = noisyNetwork()
  const data = noisy300(foldIn(key, 'data'))
  const { points, best } = sweep(
    lambdas,
    (lambda) => {
      const { params, state } = trainedOnNoise(key, net, {
        data,
        ...(lambda === 0 ? {} : { penalty: l2(lambda) }),
      })
      progress(lambdas.indexOf(lambda) + 1, lambdas.length)
      return {
        train: evaluate(net, params, state, data.train).loss,
        test: evaluate(net, params, state, data.test).loss,
      }
    },
    ({ test }) => test,
  )
  const results = points.map(({ result }) => result)
  const [free] = results
  const curve = (of: (result: (typeof results)[number]) => number): readonly (readonly [number, number])[] =>
    points.map(({ setting, result }) => [setting, of(result)] as const)
  return {
    figures: {
      'smallest rise of the training loss from one λ to the next': Math.min(
        ...results.slice(1).map(({ train }, i) => train - (results[i]?.train ?? NaN)),
      ),
      'λ of the least test loss': best?.setting ?? NaN,
      'least test loss / test loss at λ = 0': (best?.result.test ?? NaN) / (free?.test ?? NaN),
      'test loss at λ = 0.1 / least': (results.at(-1)?.test ?? NaN) / (best?.result.test ?? NaN),
    },
    pictures: [
      {
        title: 'Few rows with noisy labels, after 150 epochs under λΣw²',
        x: { title: 'λ' },
        y: { title: 'cross-entropy' },
        mark: 'line',
        series: [
          { name: 'train', points: curve(({ train }) => train) },
          { name: 'test', points: curve(({ test }) => test) },
        ],
      },
    ],
  }
}

/** A penalty trades training error for test error. */
export const c1 = earlierClaim({
  id: 'C1',
  lines: '110–115',
  asWritten: {
    en: 'Regularization is any change that lowers the error on new data, even where the error on the training set rises; limiting what the network can express is one.',
    bg: 'Регуларизация е всяка промяна, която намалява грешката върху нови данни, дори когато грешката върху обучаващите расте; една такава е ограничаването на това, което мрежата може да изрази.',
  },
  corrected: {
    en: 'The same, measured: as λ grows the training loss rises all the way; the test loss falls at first and rises once the network can no longer fit what is there.',
    bg: 'Същото, измерено: с растежа на λ загубата при обучение расте през цялото време; загубата върху test отначало пада и расте, щом мрежата вече не може да улови наличното.',
  },
  marks: {
    'smallest rise of the training loss from one λ to the next': { atLeast: 1e-4 },
    'λ of the least test loss': { within: [0.005, 0.02] },
    'least test loss / test loss at λ = 0': { atMost: 0.75 },
    'test loss at λ = 0.1 / least': { atLeast: 1.2 },
  },
  measure,
})
