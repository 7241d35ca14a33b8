import { foldIn, mean, softmax, take, tensor, toTypedArray, type Key } from 'puregrad'
import { digits16, orderClasses, rowsAt } from 'puregrad/data'
import { activation, dense, evalMode, network, predictClass } from 'puregrad/nn'
import { evaluate } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { rowsFrom, trainedByAdam } from './trained-by-adam.ts'

/** The first output is for «1», the tenth for «0». */
const names = [...'1234567890']

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const data = orderClasses(digits16({ key: foldIn(key, 'digits'), n: 6000 }), names)
  const train = rowsAt(data, rowsFrom(0, 4000), 'train')
  const test = rowsAt(data, rowsFrom(4000, 6000), 'test')
  const net = network(256, dense('hidden', 64), activation('relu'), dense('output', 10))
  const start = net.init(foldIn(key, 'parameters'))
  const before = evaluate(net, start.params, start.state, test)
  const { params, state } = trainedByAdam(net, train, { key, epochs: 15 })
  const after = evaluate(net, params, state, test)
  const outputs = softmax(net.apply(evalMode, params, state, test.x)[0])
  const said = predictClass(outputs, names)
  const rowsOfClass = names.map((_, label) =>
    Array.from(toTypedArray(test.y), Number).flatMap((own, row) => (own === label ? [row] : [])),
  )
  const right = rowsOfClass.map(
    (rows, label) => rows.filter((row) => said[row] === names[label]).length / rows.length,
  )
  const meanOutputs = (label: number): readonly number[] =>
    Array.from(
      toTypedArray(
        mean(take(outputs, tensor(rowsOfClass[label] ?? [], { dtype: 'int32' })), {
          axis: 0,
        }),
      ),
    )
  return {
    figures: {
      'test accuracy': after.accuracy,
      'test accuracy, lower end of its 95 % interval': after.accuracyInterval[0],
      'test accuracy before training': before.accuracy,
      'for images of «1»: share whose largest output is y₁': right[0] ?? NaN,
      'for images of «2»: share whose largest output is y₂': right[1] ?? NaN,
      'the worst class: share whose largest output is its own': Math.min(...right),
    },
    pictures: [
      {
        title: 'Mean outputs y₁ … y₁₀ for images of one digit (y₁₀ stands for «0»)',
        x: { title: 'output' },
        y: { title: 'mean of softmax' },
        mark: 'line',
        series: [0, 1, 9].map((label) => ({
          name: `«${names[label] ?? ''}»`,
          points: meanOutputs(label).map((value, i) => [i + 1, value] as const),
        })),
      },
    ],
  }
}

/** The first network: 256 numbers in, ten outputs, the largest one is the answer. */
export const a1 = earlierClaim({
  id: 'A1',
  lines: '10–23',
  asWritten: {
    en: 'The parameters θ are chosen so that an image of «1» makes y₁ the largest output, an image of «2» makes y₂ the largest, and so on.',
    bg: 'Параметрите θ се избират така, че за изображение на «1» най-голям да е изходът y₁, за изображение на «2» – y₂, и така нататък.',
  },
  corrected: {
    en: 'The same, measured: 256 pixels go in, softmax turns ten outputs into probabilities, y₁ … y₉ stand for «1» … «9» and y₁₀ for «0». After training the right output is the largest for nearly every image that was not trained on; not for all of them.',
    bg: 'Същото, измерено: входът е 256 пиксела, softmax превръща десетте изхода във вероятности, y₁ … y₉ съответстват на «1» … «9», а y₁₀ на «0». След обучението правилният изход е най-голям за почти всяко изображение, което мрежата не е виждала; не за всички.',
  },
  marks: {
    'test accuracy': { atLeast: 0.95 },
    'test accuracy, lower end of its 95 % interval': { atLeast: 0.94 },
    'test accuracy before training': { within: [0.04, 0.16] },
    'for images of «1»: share whose largest output is y₁': { atLeast: 0.9 },
    'for images of «2»: share whose largest output is y₂': { atLeast: 0.9 },
    'the worst class: share whose largest output is its own': { atLeast: 0.88 },
  },
  measure,
})
