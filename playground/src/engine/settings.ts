import type { ActivationName } from 'puregrad/nn'
import type { Wording } from 'puregrad/report'
import { choice, flag, range, text, type Field } from './fields.ts'
import { say } from './wordings.ts'

/** Where the rows come from. */
export type Source = 'moons' | 'rings' | 'spirals' | 'xor' | 'blobs' | 'digits' | 'noisyDigits' | 'csv'

export type Normalization = 'none' | 'batch' | 'layer'

export type Initializer =
  | 'heNormal'
  | 'heUniform'
  | 'xavierNormal'
  | 'xavierUniform'
  | 'lecunNormal'
  | 'lecunUniform'
  | 'orthogonal'
  | 'normal'
  | 'uniform'
  | 'constant'
  | 'zeros'

export type OptimizerName =
  | 'sgd'
  | 'momentum'
  | 'nesterov'
  | 'rmsProp'
  | 'adagrad'
  | 'adadelta'
  | 'adam'
  | 'adamW'
  | 'nAdam'
  | 'amsGrad'
  | 'rAdam'
  | 'lion'
  | 'lamb'

export type ScheduleName = 'constant' | 'warmUp' | 'step' | 'exponential' | 'cosine' | 'oneCycle' | 'plateau'

/** A hidden layer: dense, then normalized, then its activation, then dropout. */
export interface HiddenLayer {
  readonly units: number
  readonly activation: ActivationName
  readonly normalization: Normalization
  /** The share of units that are dropped. */
  readonly dropout: number
}

/** Everything that decides a training, beside the rows of a table of the user's own. */
export interface Settings {
  readonly data: Source
  readonly rows: number
  readonly noise: number
  readonly classes: number
  readonly turns: number
  /** The share of training labels that are redrawn. */
  readonly labelNoise: number
  readonly dev: number
  readonly test: number
  readonly scaling: 'none' | 'standardize' | 'minMax'
  /** The column of the classes in a table of the user's own; the last one where it is empty. */
  readonly label: string
  readonly dataSeed: number
  readonly hidden: readonly HiddenLayer[]
  readonly initializer: Initializer
  readonly initialScale: number
  readonly l2: number
  readonly l1: number
  /** Whether L1 is a proximal step, which makes exact zeros, or a part of the gradient, which makes none. */
  readonly l1Exact: boolean
  readonly optimizer: OptimizerName
  readonly learningRate: number
  readonly momentum: number
  readonly b1: number
  readonly b2: number
  readonly weightDecay: number
  readonly clip: number
  readonly schedule: ScheduleName
  readonly warmUpEpochs: number
  readonly decayEvery: number
  readonly decayFactor: number
  readonly batchSize: number
  /** The budget: training stops after so many epochs. */
  readonly epochs: number
  readonly earlyStopping: boolean
  readonly patience: number
  readonly precision: 'float32' | 'float64'
  readonly seed: number
}

/** The names of all settings. */
export type SettingName = keyof Settings

const activationChoices: Readonly<Record<ActivationName, Wording>> = {
  relu: say('ReLU', 'ReLU'),
  tanh: say('tanh', 'tanh'),
  sigmoid: say('sigmoid', 'сигмоида'),
  identity: say('linear (none)', 'линейна (без)'),
  leakyRelu: say('leaky ReLU', 'изтичащ ReLU (leaky)'),
  elu: say('ELU', 'ELU'),
  selu: say('SELU', 'SELU'),
  gelu: say('GELU', 'GELU'),
  geluTanh: say('GELU (by tanh)', 'GELU (чрез tanh)'),
  silu: say('SiLU (swish)', 'SiLU (swish)'),
  softplus: say('softplus', 'softplus'),
  mish: say('Mish', 'Mish'),
  hardTanh: say('hard tanh', 'твърд tanh'),
  hardSigmoid: say('hard sigmoid', 'твърда сигмоида'),
  softsign: say('softsign', 'softsign'),
}

const planar = ['moons', 'rings', 'spirals', 'xor', 'blobs'] as const
const generated = [...planar, 'digits', 'noisyDigits'] as const
const usesMomentum = ['momentum', 'nesterov'] as const
const usesAverages = ['adam', 'adamW', 'nAdam', 'amsGrad', 'rAdam', 'lion', 'lamb'] as const
const usesSquares = ['rmsProp', 'adadelta', ...usesAverages] as const

/** What every setting of a hidden layer is. */
export const layerFields = {
  units: {
    ...range([1, 256, 1], 8, { whole: true }),
    name: say('Units', 'Неврони'),
    hint: say('How many neurons the layer has.', 'Колко неврона има слоят.'),
    forks: false,
  },
  activation: {
    ...choice<ActivationName>(activationChoices),
    name: say('Activation', 'Активационна функция'),
    hint: say('What each neuron does to its weighted sum.', 'Какво прави всеки неврон със сумата си.'),
    forks: true,
  },
  normalization: {
    ...choice<Normalization>({
      none: say('none', 'без'),
      batch: say('over batches', 'по партиди (batch)'),
      layer: say('over units', 'по неврони (layer)'),
    }),
    name: say('Normalization', 'Нормализация'),
    hint: say(
      'Brings what the activation gets to mean 0 and deviation 1, then scales and shifts it by learned numbers.',
      'Привежда входа на активационната функция към средно 0 и стандартно отклонение 1, после го мащабира и отмества с научени числа.',
    ),
    forks: false,
  },
  dropout: {
    ...range([0, 0.95, 0.05], 0),
    name: say('Dropout', 'Отпадане (dropout)'),
    hint: say(
      'The share of neurons that are left out of each training step, drawn anew for every row.',
      'Делът на невроните, изключени от всяка стъпка на обучението; теглят се наново за всеки ред.',
    ),
    forks: true,
  },
} as const

/** What every setting is. The order is that in which they are shown. */
export const fields = {
  data: {
    ...choice<Source>(
      {
        moons: say('Two moons', 'Два полумесеца'),
        rings: say('Rings', 'Окръжности'),
        spirals: say('Spirals', 'Спирали'),
        xor: say('Exclusive or', 'Изключващо или'),
        blobs: say('Clouds', 'Облаци'),
        digits: say('Digits, 16 × 16', 'Цифри, 16 × 16'),
        noisyDigits: say('Noisy digits, 16 × 16', 'Зашумени цифри, 16 × 16'),
        csv: say('Your own table (CSV)', 'Ваша таблица (CSV)'),
      },
      'moons',
    ),
    name: say('Data', 'Данни'),
    group: 'data',
    forks: false,
  },
  rows: {
    ...range([20, 5000, 10], 300, { scale: 'log', whole: true }),
    name: say('Sample size', 'Големина на извадката'),
    hint: say('Rows of all parts together.', 'Редовете на всички части заедно.'),
    group: 'data',
    forks: false,
    when: [{ setting: 'data', isOneOf: generated }],
  },
  noise: {
    ...range([0, 1, 0.01], 0.15),
    name: say('Noise', 'Шум'),
    hint: say(
      'Standard deviation of what is added to every feature.',
      'Стандартното отклонение на добавеното към всеки признак.',
    ),
    group: 'data',
    forks: false,
    when: [{ setting: 'data', isOneOf: generated }],
  },
  classes: {
    ...range([2, 6, 1], 2, { whole: true }),
    name: say('Classes', 'Класове'),
    group: 'data',
    forks: false,
    when: [{ setting: 'data', isOneOf: ['rings', 'spirals', 'blobs'] }],
  },
  turns: {
    ...range([0.25, 3, 0.25], 1),
    name: say('Turns', 'Обороти'),
    hint: say('How often an arm of the spiral goes round.', 'Колко пъти се завърта ръкавът на спиралата.'),
    group: 'data',
    forks: false,
    when: [{ setting: 'data', isOneOf: ['spirals'] }],
  },
  labelNoise: {
    ...range([0, 0.5, 0.01], 0),
    name: say('Label noise', 'Шум в етикетите'),
    hint: say(
      'The share of training labels that are redrawn at random.',
      'Делът на обучаващите етикети, изтеглени наново наслуки.',
    ),
    group: 'data',
    forks: false,
  },
  dev: {
    ...range([0.05, 0.45, 0.05], 0.3),
    name: say('Share of the dev set', 'Дял на проверяващия набор (dev)'),
    group: 'data',
    forks: false,
  },
  test: {
    ...range([0.05, 0.45, 0.05], 0.2),
    name: say('Share of the test set', 'Дял на тестовия набор'),
    hint: say('Sealed until you open it.', 'Запечатан, докато не го отворите.'),
    group: 'data',
    forks: false,
  },
  scaling: {
    ...choice<Settings['scaling']>({
      standardize: say('standardized', 'стандартизирани'),
      minMax: say('from 0 to 1', 'от 0 до 1'),
      none: say('as they are', 'каквито са'),
    }),
    name: say('Features', 'Признаци'),
    hint: say('Fitted on the training set alone.', 'Определя се само по обучаващия набор.'),
    group: 'data',
    forks: false,
  },
  label: {
    ...text('', 200),
    name: say('Column of the classes', 'Колона на класовете'),
    hint: say('The last column where none is named.', 'Последната, ако не е посочена друга.'),
    group: 'data',
    forks: false,
    when: [{ setting: 'data', isOneOf: ['csv'] }],
  },
  dataSeed: {
    ...range([0, 999_999, 1], 0, { whole: true }),
    name: say('Seed of the data', 'Зърно на данните (seed)'),
    hint: say('Draws the rows, their noise and the split.', 'Определя редовете, шума и разделянето им.'),
    group: 'chance',
    forks: false,
  },
  hidden: {
    kind: 'layers',
    most: 30,
    of: layerFields,
    start: [
      { units: 8, activation: 'relu', normalization: 'none', dropout: 0 },
      { units: 8, activation: 'relu', normalization: 'none', dropout: 0 },
    ],
    name: say('Hidden layers', 'Скрити слоеве'),
    group: 'network',
    forks: true,
  },
  initializer: {
    ...choice<Initializer>({
      heNormal: say('He, normal', 'по Хе (He), нормална'),
      heUniform: say('He, uniform', 'по Хе (He), равномерна'),
      xavierNormal: say('Xavier, normal', 'по Ксавие (Xavier), нормална'),
      xavierUniform: say('Xavier, uniform', 'по Ксавие (Xavier), равномерна'),
      lecunNormal: say('LeCun, normal', 'по Льокюн (LeCun), нормална'),
      lecunUniform: say('LeCun, uniform', 'по Льокюн (LeCun), равномерна'),
      orthogonal: say('orthogonal', 'ортогонална'),
      normal: say('normal of a given deviation', 'нормална със зададено стандартно отклонение'),
      uniform: say('uniform up to a given limit', 'равномерна до зададена граница'),
      constant: say('one constant', 'една константа'),
      zeros: say('zeros', 'нули'),
    }),
    name: say('Initialization', 'Инициализация'),
    hint: say('How the weights of every layer are drawn.', 'Как се теглят теглата на всеки слой.'),
    group: 'network',
    forks: false,
  },
  initialScale: {
    ...range([0.001, 10, 0.001], 0.5, { scale: 'log' }),
    name: say('Scale of the initial weights', 'Мащаб на началните тегла'),
    group: 'network',
    forks: false,
    when: [{ setting: 'initializer', isOneOf: ['normal', 'uniform', 'constant', 'orthogonal'] }],
  },
  l2: {
    ...range([1e-6, 10, 1e-6], 0, { scale: 'log', orZero: true }),
    name: say('L2 coefficient λ', 'Наказателен коефициент λ на L2'),
    hint: say('The price of the sum of squared weights.', 'Цената на сумата от квадратите на теглата.'),
    group: 'penalties',
    forks: true,
  },
  l1: {
    ...range([1e-6, 10, 1e-6], 0, { scale: 'log', orZero: true }),
    name: say('L1 coefficient λ', 'Наказателен коефициент λ на L1'),
    hint: say('The price of the sum of absolute weights.', 'Цената на сумата от модулите на теглата.'),
    group: 'penalties',
    forks: true,
  },
  l1Exact: {
    ...flag(true),
    name: say('L1 makes exact zeros', 'L1 дава точни нули'),
    hint: say(
      'By a soft threshold after each step; as a part of the gradient it makes none.',
      'Чрез мек праг след всяка стъпка; като част от градиента не дава нито една.',
    ),
    group: 'penalties',
    forks: true,
  },
  optimizer: {
    ...choice<OptimizerName>(
      {
        sgd: say('Gradient descent', 'Градиентно спускане'),
        momentum: say('Momentum', 'Инерция (momentum)'),
        nesterov: say('Nesterov momentum', 'Инерция на Нестеров'),
        rmsProp: say('RMSProp', 'RMSProp'),
        adagrad: say('Adagrad', 'Adagrad'),
        adadelta: say('Adadelta', 'Adadelta'),
        adam: say('Adam', 'Adam'),
        adamW: say('AdamW', 'AdamW'),
        nAdam: say('NAdam', 'NAdam'),
        amsGrad: say('AMSGrad', 'AMSGrad'),
        rAdam: say('RAdam', 'RAdam'),
        lion: say('Lion', 'Lion'),
        lamb: say('LAMB', 'LAMB'),
      },
      'adam',
    ),
    name: say('Optimizer', 'Оптимизатор'),
    group: 'descent',
    forks: true,
  },
  learningRate: {
    ...range([1e-5, 1000, 1e-5], 0.01, { scale: 'log' }),
    name: say('Learning rate η', 'Скорост на обучение η'),
    group: 'descent',
    forks: true,
  },
  momentum: {
    ...range([0, 0.99, 0.01], 0.9),
    name: say('Momentum β', 'Инерция β'),
    hint: say('How much of the last step is kept.', 'Каква част от предишната стъпка се запазва.'),
    group: 'descent',
    forks: true,
    when: [{ setting: 'optimizer', isOneOf: usesMomentum }],
  },
  b1: {
    ...range([0, 0.99, 0.01], 0.9),
    name: say('β₁, memory of gradients', 'β₁, памет за градиентите'),
    group: 'descent',
    forks: true,
    when: [{ setting: 'optimizer', isOneOf: usesAverages }],
  },
  b2: {
    ...range([0, 0.9999, 0.001], 0.99),
    name: say('β₂, memory of squared gradients', 'β₂, памет за квадратите на градиентите'),
    group: 'descent',
    forks: true,
    when: [{ setting: 'optimizer', isOneOf: usesSquares }],
  },
  weightDecay: {
    ...range([1e-6, 1, 1e-6], 0.01, { scale: 'log', orZero: true }),
    name: say('Weight decay', 'Затихване на теглата (weight decay)'),
    group: 'descent',
    forks: true,
    when: [{ setting: 'optimizer', isOneOf: ['adamW', 'lion', 'lamb'] }],
  },
  clip: {
    ...range([0.01, 100, 0.01], 0, { scale: 'log', orZero: true }),
    name: say('Gradient clipping, largest norm', 'Ограничаване на градиента, най-голяма норма'),
    hint: say(
      'Longer ones are shortened to it; 0 for none.',
      'По-дългите се скъсяват до него; 0 — без граница.',
    ),
    group: 'descent',
    forks: true,
  },
  schedule: {
    ...choice<ScheduleName>({
      constant: say('constant', 'постоянна'),
      warmUp: say('warm-up, then constant', 'загряване, после постоянна'),
      step: say('falls in steps', 'намалява на стъпки'),
      exponential: say('falls exponentially', 'намалява експоненциално'),
      cosine: say('cosine down to 0', 'по косинус до 0'),
      oneCycle: say('one cycle', 'един цикъл'),
      plateau: say('falls where the loss stands still', 'намалява, когато загубата не намалява'),
    }),
    name: say('Schedule of the rate', 'План на скоростта (schedule)'),
    group: 'descent',
    forks: true,
  },
  warmUpEpochs: {
    ...range([1, 100, 1], 5, { whole: true }),
    name: say('Epochs of warm-up', 'Епохи на загряване'),
    group: 'descent',
    forks: true,
    when: [{ setting: 'schedule', isOneOf: ['warmUp'] }],
  },
  decayEvery: {
    ...range([1, 500, 1], 30, { whole: true }),
    name: say('Falls every so many epochs', 'Намалява на толкова епохи'),
    group: 'descent',
    forks: true,
    when: [{ setting: 'schedule', isOneOf: ['step', 'exponential', 'plateau'] }],
  },
  decayFactor: {
    ...range([0.05, 0.99, 0.01], 0.5),
    name: say('Falls to a share of', 'Намалява до част от'),
    group: 'descent',
    forks: true,
    when: [{ setting: 'schedule', isOneOf: ['step', 'exponential', 'plateau'] }],
  },
  batchSize: {
    ...range([1, 5000, 1], 32, { scale: 'log', whole: true }),
    name: say('Batch size', 'Големина на партидата (batch)'),
    hint: say(
      'Rows per step; the whole training set where it is larger than that.',
      'Редове на стъпка; целият обучаващ набор, ако е по-голяма от него.',
    ),
    group: 'descent',
    forks: true,
  },
  epochs: {
    ...range([1, 10_000, 1], 500, { scale: 'log', whole: true }),
    name: say('Budget of epochs', 'Най-много епохи'),
    group: 'stopping',
    forks: true,
  },
  earlyStopping: {
    ...flag(false),
    name: say('Early stopping', 'Ранно спиране'),
    hint: say(
      'Stops where the dev loss does not improve, and marks the best epoch, to which one click rewinds.',
      'Спира, когато загубата върху проверяващия набор не намалява, и отбелязва най-добрата епоха, към която се връща с едно натискане.',
    ),
    group: 'stopping',
    forks: true,
  },
  patience: {
    ...range([1, 500, 1], 20, { scale: 'log', whole: true }),
    name: say('Patience', 'Търпение (patience)'),
    hint: say('Epochs without improvement that are waited for.', 'Колко епохи без подобрение се изчакват.'),
    group: 'stopping',
    forks: true,
    when: [{ setting: 'earlyStopping', isOneOf: [true] }],
  },
  precision: {
    ...choice<Settings['precision']>({
      float32: say('single (float32)', 'единична (float32)'),
      float64: say('double (float64)', 'двойна (float64)'),
    }),
    name: say('Precision', 'Точност на числата'),
    group: 'chance',
    forks: false,
  },
  seed: {
    ...range([0, 999_999, 1], 0, { whole: true }),
    name: say('Seed', 'Зърно (seed)'),
    hint: say(
      'Draws the initial weights, the order of the batches and what drops out: the same seed gives the same training.',
      'Определя началните тегла, реда на партидите и отпадащите неврони: едно и също зърно дава едно и също обучение.',
    ),
    group: 'chance',
    forks: true,
  },
} as const satisfies Readonly<Record<SettingName, Field>>

/** Every setting where it starts. */
export const defaults: Settings = Object.freeze(
  Object.fromEntries(Object.entries(fields).map(([name, { start }]) => [name, start])),
) as unknown as Settings

/** Whether the points lie in a plane, so that a boundary can be drawn. */
export const isPlanar = ({ data }: Pick<Settings, 'data'>): boolean =>
  (planar as readonly string[]).includes(data)

/** Whether rows are pictures of 16 × 16 points. */
export const isDigits = ({ data }: Pick<Settings, 'data'>): boolean =>
  data === 'digits' || data === 'noisyDigits'

/** Whether a setting matters beside the others. */
export const matters = (settings: Settings, name: SettingName): boolean => {
  const { when = [] }: Field = fields[name]
  return when.every(({ setting, isOneOf }) =>
    isOneOf.includes(settings[setting as SettingName] as string | number | boolean),
  )
}
