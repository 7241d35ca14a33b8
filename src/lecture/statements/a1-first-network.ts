import { foldIn, mean, softmax, take, tensor, toTypedArray } from 'puregrad'
import { digits16, orderClasses, rowsAt } from 'puregrad/data'
import { activation, dense, evalMode, network, predictClass } from 'puregrad/nn'
import { evaluate } from 'puregrad/training'
import { claim } from '../claim.ts'
import { digitImages } from './digit-images.ts'
import { rowsFrom, trainedByAdam } from './trained-by-adam.ts'

/** The first output is for «1», the tenth for «0». */
const names = [...'1234567890']

const outputs = names.map(
  (_, i) => `y${[...String(i + 1)].map((digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]).join('')}`,
)

/** The first network: 256 numbers in, ten outputs, the largest one is the answer. */
export const a1 = claim({
  id: 'A1',
  lines: '10–23',
  asWritten: {
    en: 'The parameters θ are chosen so that an image of «1» makes y₁ the largest output, an image of «2» makes y₂ the largest, and so on.',
    bg: 'Параметрите θ се избират така, че за изображение на «1» най-голям да е изходът y₁, за изображение на «2» – y₂, и така нататък.',
  },
  corrected: {
    en: 'The same, measured: 256 pixels go in, softmax turns ten outputs into probabilities, y₁ … y₉ stand for «1» … «9» and y₁₀ for «0». Training finds θ for which this is so for the images that it was shown, but for one in thousands, and for nearly every other one; not for all of them.',
    bg: 'Същото, измерено: входът е 256 пиксела, softmax превръща десетте изхода във вероятности, y₁ … y₉ съответстват на «1» … «9», а y₁₀ на «0». Обучението намира θ, при които това е вярно за показаните изображения (без едно на хиляди) и почти за всяко друго; не за всички.',
  },
  remark: {
    en: 'The picture of the network is lost; 16 × 16 inputs and ten outputs are those of the course that the lecture follows.',
    bg: 'Схемата на мрежата е изгубена; входът от 16 × 16 и десетте изхода са от курса, който лекцията следва.',
  },
  measures: {
    before: {
      name: {
        en: 'accuracy on unseen images before training',
        bg: 'точност върху невиждани изображения преди обучението',
      },
      corrected: { within: [0.02, 0.25] },
    },
    shown: {
      name: {
        en: 'share of the training images whose largest output is their own',
        bg: 'дял на обучаващите изображения с най-голям собствен изход',
      },
      corrected: { atLeast: 0.999 },
      literal: { atLeast: 0.999 },
    },
    one: {
      name: {
        en: 'unseen images of «1» with y₁ the largest',
        bg: 'невиждани изображения на «1» с най-голям y₁',
      },
      corrected: { atLeast: 0.88 },
      literal: { atLeast: 0.88 },
    },
    two: {
      name: {
        en: 'unseen images of «2» with y₂ the largest',
        bg: 'невиждани изображения на «2» с най-голям y₂',
      },
      corrected: { atLeast: 0.88 },
      literal: { atLeast: 0.88 },
    },
    unseen: {
      name: { en: 'accuracy on unseen images', bg: 'точност върху невиждани изображения' },
      corrected: { within: [0.94, 0.999] },
      literal: { atLeast: 0.94 },
    },
    worst: {
      name: {
        en: 'the digit least often recognized: share that is',
        bg: 'най-рядко разпознаваната цифра: разпознат дял',
      },
      corrected: { atLeast: 0.85 },
    },
  },
  settings: {
    trainRows: {
      name: { en: 'training images', bg: 'обучаващи изображения' },
      value: 4000,
      min: 10,
      whole: true,
    },
    testRows: {
      name: { en: 'unseen images', bg: 'невиждани изображения' },
      value: 2000,
      min: 10,
      whole: true,
    },
    units: { name: { en: 'hidden units', bg: 'скрити неврони' }, value: 64, whole: true },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 15, whole: true },
    learningRate: { name: { en: 'learning rate', bg: 'скорост на обучение' }, value: 2e-3 },
  },
  measure: ({ key, settings: { trainRows, testRows, units, epochs, learningRate } }) => {
    const data = orderClasses(digits16({ key: foldIn(key, 'digits'), n: trainRows + testRows }), names)
    const train = rowsAt(data, rowsFrom(0, trainRows), 'train')
    const test = rowsAt(data, rowsFrom(trainRows, trainRows + testRows), 'test')
    const net = network(256, dense('hidden', units), activation('relu'), dense('output', 10))
    const start = net.init(foldIn(key, 'parameters'))
    const { params, state } = trainedByAdam(net, train, { key, epochs, learningRate })
    const after = softmax(net.apply(evalMode, params, state, test.x)[0])
    const said = predictClass(after, names)
    const rowsOfClass = names.map((_, label) =>
      Array.from(toTypedArray(test.y), Number).flatMap((own, row) => (own === label ? [row] : [])),
    )
    const right = rowsOfClass.map(
      (rows, label) => rows.filter((row) => said[row] === names[label]).length / rows.length,
    )
    const meanOutputs = (label: number): readonly number[] =>
      Array.from(
        toTypedArray(mean(take(after, tensor(rowsOfClass[label]!, { dtype: 'int32' })), { axis: 0 })),
        Number,
      )
    return {
      figures: {
        before: evaluate(net, start.params, start.state, test).accuracy,
        shown: evaluate(net, params, state, train).accuracy,
        one: right[0]!,
        two: right[1]!,
        unseen: evaluate(net, params, state, test).accuracy,
        worst: Math.min(...right),
      },
      pictures: [
        digitImages(
          {
            en: 'Unseen digits, 16 × 16 pixels, and what the trained network takes them for: a mistake for each digit, where there is one',
            bg: 'Невиждани цифри, 16 × 16 пиксела, и за какво ги взема обучената мрежа: по една грешка на цифра, ако има такава',
          },
          test.x,
          rowsOfClass.map((rows, label) => {
            const at = rows.find((row) => said[row] !== names[label]) ?? rows[0]!
            return { at, caption: `${names[label]!} → ${said[at]!}` }
          }),
        ),
        {
          kind: 'bars',
          title: {
            en: `Digits, 256-${units}-10: mean outputs for unseen images of one digit`,
            bg: `Цифри, 256-${units}-10: средни изходи за невиждани изображения на една цифра`,
          },
          x: { title: { en: 'output', bg: 'изход' } },
          y: { title: { en: 'mean probability', bg: 'средна вероятност' } },
          categories: outputs,
          series: [0, 1, 9].map((label) => ({
            name: `«${names[label]!}»`,
            values: meanOutputs(label).map((value) => ({ value })),
          })),
        },
      ],
    }
  },
})
