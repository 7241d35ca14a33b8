import { foldIn, type Key } from 'puregrad'
import { noisy300, type Noisy300 } from 'puregrad/data'
import { activation, dense, l2, network, type Network, type Penalty } from 'puregrad/nn'
import { sweep } from 'puregrad/study'
import { evaluate, type Evaluation } from 'puregrad/training'
import { claim } from '../claim.ts'
import { noisyNetwork, trainedOnNoise } from './noisy-digits.ts'

const lambdas = [0, 0.005, 0.02, 0.1]

interface Trained {
  readonly train: Evaluation
  readonly test: Evaluation
}

const trained = <P, S>(
  key: Key,
  net: Network<P, S>,
  rules: { readonly data: Noisy300; readonly epochs: number; readonly penalty?: Penalty<P> },
): Trained => {
  const { data, params, state } = trainedOnNoise(key, net, rules)
  return {
    train: evaluate(net, params, state, data.train),
    test: evaluate(net, params, state, data.test),
  }
}

/** A penalty trades training error for test error. */
export const c1 = claim({
  id: 'C1',
  lines: '110–115',
  asWritten: {
    en: 'Regularization is any change that lowers the error on new data, even where the error on the training set rises; limiting what the network can express is one.',
    bg: 'Регуларизация е всяка промяна, която намалява грешката върху нови данни, дори когато грешката върху обучаващия набор расте; една такава е ограничаването на това, което мрежата може да изрази.',
  },
  corrected: {
    en: 'As λ grows the training loss rises all the way; the test loss falls at first and rises once the network can no longer fit what is there, while the share of wrong answers hardly changes. It matters what is limited: fewer units do not help here, since the small network fits its noisy rows too, and says the wrong things with more confidence.',
    bg: 'С растежа на λ загубата при обучение расте през цялото време; загубата върху тестовия набор отначало пада и расте, щом мрежата вече не може да улови закономерността, а делът на грешните отговори почти не се мени. Има значение какво се ограничава: по-малко неврони тук не помагат, защото и малката мрежа научава шума, и то с по-голяма увереност в грешното.',
  },
  condition: {
    en: 'what is limited is the size of the weights; fewer units raise the test loss here.',
    bg: 'ограничава се големината на теглата; по-малкият брой неврони тук увеличава загубата върху тестовия набор.',
  },
  measures: {
    gain: {
      name: { en: 'least test loss over λ / at λ = 0', bg: 'най-малка тестова загуба по λ / при λ = 0' },
      corrected: { atMost: 0.75 },
      literal: { atMost: 1 },
    },
    smaller: {
      name: {
        en: 'test loss of a network of fewer units / of the whole one',
        bg: 'тестова загуба на мрежа с по-малко неврони / на цялата',
      },
      corrected: { atLeast: 1 },
      literal: { atMost: 1 },
    },
    trainRise: {
      name: {
        en: 'smallest rise of the training loss from one λ to the next',
        bg: 'най-малко нарастване на загубата при обучение от едно λ към следващото',
      },
      corrected: { atLeast: 1e-4 },
    },
    bestLambda: {
      name: { en: 'λ of the least test loss', bg: 'λ с най-малка тестова загуба' },
      corrected: { within: [0.005, 0.02] },
    },
    overshoot: {
      name: { en: 'test loss at λ = 0.1 / the least', bg: 'тестова загуба при λ = 0,1 / най-малката' },
      corrected: { atLeast: 1.2 },
    },
    errorChange: {
      name: {
        en: 'test error at the best λ − at λ = 0',
        bg: 'дял грешни отговори (тестов набор) при най-доброто λ − при λ = 0',
      },
      corrected: { within: [-0.07, 0.05] },
    },
  },
  settings: {
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 150, whole: true, max: 1000 },
    firstUnits: {
      name: {
        en: 'units of the smaller network, first layer',
        bg: 'неврони на по-малката мрежа, първи слой',
      },
      value: 16,
      whole: true,
    },
    secondUnits: {
      name: { en: 'and in its second layer', bg: 'и във втория ѝ слой' },
      value: 8,
      whole: true,
    },
  },
  measure: ({ key, settings: { epochs, firstUnits, secondUnits }, progress }) => {
    const data = noisy300(foldIn(key, 'data'))
    const { points, best } = sweep(
      lambdas,
      (lambda) => {
        progress(lambdas.indexOf(lambda), lambdas.length + 1)
        return trained(key, noisyNetwork(), { data, epochs, penalty: l2(lambda) })
      },
      ({ test }) => test.loss,
    )
    progress(lambdas.length, lambdas.length + 1)
    const small = network(
      256,
      dense('hidden1', firstUnits),
      activation('relu'),
      dense('hidden2', secondUnits),
      activation('relu'),
      dense('output', 10),
    )
    const smaller = trained(key, small, { data, epochs })
    const results = points.map(({ result }) => result)
    const free = results[0]!
    const least = best!.result
    const curve = (part: keyof Trained) =>
      points.map(({ setting, result }) => [setting, result[part].loss] as const)
    return {
      figures: {
        gain: least.test.loss / free.test.loss,
        smaller: smaller.test.loss / free.test.loss,
        trainRise: Math.min(...results.slice(1).map(({ train }, i) => train.loss - results[i]!.train.loss)),
        bestLambda: best!.setting,
        overshoot: results.at(-1)!.test.loss / least.test.loss,
        errorChange: free.test.accuracy - least.test.accuracy,
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `300 digits with noisy labels, 256-128-64-10 after ${epochs} epochs under λΣw²`,
            bg: `300 цифри с шум в класовете, 256-128-64-10 след ${epochs} епохи с λΣw²`,
          },
          x: { title: 'λ' },
          y: { title: { en: 'cross-entropy', bg: 'кръстосана ентропия' } },
          series: [
            { name: { en: 'train', bg: 'обучаващ набор' }, mark: 'both', points: curve('train') },
            { name: { en: 'test', bg: 'тестов набор' }, mark: 'both', points: curve('test') },
          ],
          rules: [
            {
              name: {
                en: `test, ${firstUnits} and ${secondUnits} units, λ = 0`,
                bg: `тестов набор, ${firstUnits} и ${secondUnits} неврона, λ = 0`,
              },
              axis: 'y',
              at: smaller.test.loss,
            },
          ],
        },
      ],
    }
  },
})
