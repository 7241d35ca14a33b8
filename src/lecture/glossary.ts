import type { Wording } from 'puregrad/report'
import type { HyperParameters } from 'puregrad/study'

/**
 * One meaning of a symbol.
 *
 * @category Glossary
 */
export interface Meaning extends Wording {
  /** The setting it is, where it is one. */
  readonly setting?: keyof HyperParameters
}

/**
 * Symbols of the lecture and of the papers behind it, each with everything it stands for: several of them stand for
 * more than one thing.
 *
 * @example
 * ```ts
 * import { glossary } from 'puregrad/claims'
 * glossary['α']?.map(({ en }) => en) // => ['the learning rate', 'the slope of a parametric rectifier below 0']
 * ```
 * @category Glossary
 */
export const glossary: Readonly<Record<string, readonly Meaning[]>> = {
  α: [
    { en: 'the learning rate', bg: 'скоростта на обучение', setting: 'learningRate' },
    {
      en: 'the slope of a parametric rectifier below 0',
      bg: 'наклонът под нулата на параметричния ReLU',
    },
  ],
  η: [
    { en: 'the learning rate', bg: 'скоростта на обучение', setting: 'learningRate' },
    {
      en: 'in successive halving: one trial in η is kept, with η times the budget',
      bg: 'при последователното отсяване: остава един опит на всеки η, с η пъти по-голям бюджет',
    },
  ],
  λ: [
    {
      en: 'the weight of a penalty, λΩ(θ): a price of Ω in units of the loss',
      bg: 'наказателният коефициент, теглото на наказанието λΩ(θ): цената на Ω в единици на загубата',
      setting: 'regularization',
    },
  ],
  p: [
    {
      en: 'the share of units dropped in training',
      bg: 'делът на невроните, които отпадат (dropout) при обучение',
      setting: 'regularization',
    },
    {
      en: 'the number on the diagonal of every weight matrix of a deep linear network',
      bg: 'числото по диагонала на всяка матрица от тегла в дълбока линейна мрежа',
    },
    { en: 'a probability', bg: 'вероятност' },
  ],
  L: [
    { en: 'the number of layers', bg: 'броят на слоевете', setting: 'layers' },
    { en: 'the cost', bg: 'функцията на разходите' },
    {
      en: 'the largest curvature: gradients change by at most L times the distance',
      bg: 'най-голямата кривина: градиентът се мени най-много L пъти колкото разстоянието',
    },
  ],
  n: [
    { en: 'the number of units of a layer', bg: 'броят на невроните в слой', setting: 'units' },
    { en: 'the number of rows of the data', bg: 'броят на редовете с данни' },
  ],
  m: [
    {
      en: 'the number of rows, of the data or of a batch',
      bg: 'броят на редовете, на данните или на партида',
    },
    { en: 'the mean of a feature', bg: 'средната стойност на признак' },
  ],
  B: [{ en: 'the size of a mini-batch', bg: 'големината на мини-партидата', setting: 'batchSize' }],
  T: [{ en: 'the number of epochs or iterations', bg: 'броят на епохите или итерациите', setting: 'epochs' }],
  σ: [
    {
      en: 'the activation function, the sigmoid as a rule',
      bg: 'активационната функция, обикновено сигмоидата',
      setting: 'activation',
    },
    { en: 'a standard deviation', bg: 'стандартно отклонение' },
  ],
  θ: [{ en: 'all parameters: weights and biases', bg: 'всички параметри: тегла и отмествания' }],
  Ω: [{ en: 'what a penalty measures of the parameters', bg: 'онова, което наказанието мери в параметрите' }],
  ε: [
    {
      en: 'a small number that keeps a denominator from 0',
      bg: 'малко число, което пази знаменателя от нула',
    },
    { en: 'a bound on a criterion', bg: 'граница за критерий' },
  ],
  J: [{ en: 'the cost with its penalty', bg: 'функцията на разходите заедно с наказанието' }],
  ℓ: [{ en: 'the cost without a penalty', bg: 'функцията на разходите без наказание' }],
  C: [{ en: 'the cost', bg: 'функцията на разходите' }],
  h: [
    { en: 'the cost, a mean over examples', bg: 'функцията на разходите, средно по примерите' },
    { en: 'a hidden layer', bg: 'скрит слой' },
  ],
}
