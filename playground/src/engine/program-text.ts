import { settingsAt } from './forks.ts'
import { type Future } from './future.ts'
import { initializerOf } from './layers.ts'
import type { TableReading } from './own-table.ts'
import { sharesOf } from './rows.ts'
import type { Settings } from './settings.ts'
import type { Stage } from './stage.ts'

const code = (value: unknown): string =>
  value === Infinity
    ? 'Infinity'
    : Array.isArray(value)
      ? `[${value.map(code).join(', ')}]`
      : typeof value === 'object' && value !== null
        ? `{ ${Object.entries(value)
            .map(([name, of]) => `${name}: ${code(of)}`)
            .join(', ')} }`
        : typeof value === 'string'
          ? `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
          : String(value)

const call = (name: string, ...args: readonly unknown[]): string => `${name}(${args.map(code).join(', ')})`

/** The tables's own reading, with a column of 0 and 1 for each category. */
const encodedTable = ({ separator, header, label, columns, categories }: TableReading, file: string) => {
  const named = (holds: string): readonly string[] =>
    columns.filter((column) => column.holds === holds && column.name !== label).map(({ name }) => name)
  const kept = Object.fromEntries(named('categories').map((name) => [name, categories[name]]))
  const entries = Object.entries(kept).map(([name, values]) => `  [${code(name)}, ${code(values)}],`)
  return [
    `const format = dsvFormat(${code(separator)})`,
    `const [first = [], ...others] = format.parseRows(readFileSync(${code(file)}, 'utf8'))`,
    header
      ? 'const [names, lines] = [first, others]'
      : 'const [names, lines] = [first.map((_, i) => String(i + 1)), [first, ...others]]',
    '// Of a column of categories a column of 0 and 1 is made for each of them.',
    'const categories = new Map<string, readonly string[]>([',
    ...entries,
    '])',
    `const leftOut: readonly string[] = ${code(named('left out'))}`,
    'const columns = names.flatMap((name, at) =>',
    '  leftOut.includes(name)',
    '    ? []',
    '    : (categories.get(name)?.map((value) => ({',
    '        name: `${name}=${value}`,',
    "        cell: (line: readonly string[]) => (line[at]?.trim() === value ? '1' : '0'),",
    "      })) ?? [{ name, cell: (line: readonly string[]) => line[at] ?? '' }]),",
    ')',
    'const text = format.formatRows([',
    '  columns.map(({ name }) => name),',
    "  ...lines.filter((line) => line.join('') !== '').map((line) => columns.map(({ cell }) => cell(line))),",
    '])',
  ]
}

const tableCode = (settings: Settings, reading: TableReading, file: string): readonly string[] => {
  const { separator, header, decimal, label, columns } = reading
  const asItIs = columns.every(({ name, holds }) => holds === 'numbers' || name === label)
  const options = { label, file, dtype: settings.precision, separator, decimal, header: header || !asItIs }
  return [
    ...(asItIs ? [`const text = readFileSync(${code(file)}, 'utf8')`] : encodedTable(reading, file)),
    `const parsed = parseCsv(text, ${code(options)})`,
    'if (E.isLeft(parsed)) throw new Error(parsed.left.message)',
    'const rows = parsed.right',
  ]
}

const rowsCode = (settings: Settings, reading: TableReading | undefined, file: string): readonly string[] => {
  const { data, rows: n, noise, classes, turns, precision } = settings
  if (data === 'csv' && reading !== undefined) return tableCode(settings, reading, file)
  const dtype = precision === 'float32' ? {} : { dtype: precision }
  const drawn = (name: string, more: Readonly<Record<string, unknown>> = {}): string =>
    `const rows = ${name}({ key: foldIn(data, 'rows'), ${code({ n, noise, ...more, ...dtype }).slice(2)})`
  switch (data) {
    case 'rings':
      return [drawn('rings', { classes })]
    case 'spirals':
      return [drawn('spirals', { classes, turns })]
    case 'blobs':
      return [
        `const centres = Array.from({ length: ${String(classes)} }, (_, i) => {`,
        `  const angle = (2 * Math.PI * i) / ${String(classes)}`,
        '  return [0.7 * Math.cos(angle), 0.7 * Math.sin(angle)]',
        '})',
        `const rows = blobs({ key: foldIn(data, 'rows'), centres, ${code({ n, spread: noise, ...dtype }).slice(2)})`,
      ]
    case 'digits':
      return [drawn('digits16')]
    case 'noisyDigits':
      return [drawn('digits16', { jitter: 1.3 })]
    case 'moons':
    case 'xor':
    case 'csv':
      return [drawn(data)]
  }
}

const partsCode = (settings: Settings): readonly string[] => {
  const { labelNoise, scaling } = settings
  const scaler = scaling === 'standardize' ? 'standardize' : 'minMaxScale'
  const noisy =
    labelNoise === 0
      ? 'parts.right.train'
      : `noisyLabels(parts.right.train, ${code(labelNoise)}, foldIn(data, 'labels'))`
  const split = [
    `const parts = splitData(${code(sharesOf(settings))}, { key: foldIn(data, 'split') })(rows)`,
    'if (E.isLeft(parts)) throw new Error(parts.left.message)',
  ]
  return scaling === 'none'
    ? [
        ...split,
        `const train = ${noisy}`,
        '// The test set stays sealed until openTest.',
        'const { dev, test } = parts.right',
      ]
    : [
        ...split,
        `const unscaled = ${noisy}`,
        `const scaler = ${scaler}(unscaled, { constant: 'keep' })`,
        'if (E.isLeft(scaler)) throw new Error(scaler.left.message)',
        'const train = scaled(unscaled, scaler.right)',
        'const dev = scaled(parts.right.dev, scaler.right)',
        '// The test set stays sealed until openTest.',
        'const test = mapSealed(parts.right.test, (part) => scaled(part, scaler.right))',
      ]
}

const initializerCode = (settings: Settings): string => {
  const { initializer, initialScale } = settings
  switch (initializer) {
    case 'orthogonal':
    case 'constant':
      return call(initializer, initialScale)
    case 'normal':
    case 'uniform':
      return call(`${initializer}Initializer`, initialScale)
    case 'zeros':
      return 'zerosInitializer'
    case 'heNormal':
    case 'heUniform':
    case 'xavierNormal':
    case 'xavierUniform':
    case 'lecunNormal':
    case 'lecunUniform':
      return initializerOf(settings).kind
  }
}

const networkCode = (settings: Settings, name: string, features: number, classes: number, drops: boolean) => {
  const weight = initializerCode(settings)
  const hidden = settings.hidden.flatMap(({ units, activation, normalization, dropout }, i) => {
    const n = String(i + 1)
    const bias = normalization === 'batch' ? ', bias: false' : ''
    return [
      `dense('hidden${n}', ${String(units)}, { weight: ${weight}${bias} })`,
      ...(normalization === 'none' ? [] : [`${normalization}Norm('norm${n}')`]),
      `activation('${activation}')`,
      ...(drops ? [`dropout('drop${n}', ${code(dropout)})`] : []),
    ]
  })
  return [
    `const ${name} = network(`,
    ...[String(features), ...hidden, `dense('output', ${String(classes)}, { weight: ${weight} })`].map(
      (part) => `  ${part},`,
    ),
    ')',
  ]
}

const scheduleCode = ({ settings, clock }: Stage): string => {
  const { schedule, learningRate: rate, epochs, warmUpEpochs, decayEvery, decayFactor } = settings
  const { stepsPerEpoch, ahead } = clock
  const made = ((): string => {
    switch (schedule) {
      case 'constant':
      case 'plateau':
        return code(rate)
      case 'warmUp':
        return call('warmUp', { steps: warmUpEpochs * stepsPerEpoch, then: rate })
      case 'step':
      case 'exponential':
        return call('exponentialDecay', {
          from: rate,
          rate: decayFactor,
          every: decayEvery * stepsPerEpoch,
          staircase: schedule === 'step',
        })
      case 'cosine':
        return call('cosineDecay', { from: rate, steps: epochs * stepsPerEpoch })
      case 'oneCycle':
        return call('oneCycle', { peak: rate, steps: Math.max(2, epochs * stepsPerEpoch) })
    }
  })()
  return ahead === 0 || schedule === 'constant' || schedule === 'plateau'
    ? made
    : `(step) => rateAt(${made}, add(step, ${String(ahead)}))`
}

const typed = (name: string, ...args: readonly unknown[]): string => call(`${name}<Params>`, ...args)

const directionCode = ({ optimizer, momentum, b1, b2, weightDecay }: Settings): readonly string[] => {
  const decay = typed('decayWeights', weightDecay)
  switch (optimizer) {
    case 'sgd':
      return []
    case 'momentum':
      return [typed('trace', momentum)]
    case 'nesterov':
      return [typed('trace', momentum, { nesterov: true })]
    case 'rmsProp':
      return [typed('scaleByRms', { decay: b2 })]
    case 'adagrad':
      return [typed('scaleByAdagrad')]
    case 'adadelta':
      return [typed('scaleByAdadelta', { decay: b2 })]
    case 'adamW':
      return [typed('scaleByAdam', { b1, b2 }), decay]
    case 'adam':
      return [typed('scaleByAdam', { b1, b2 })]
    case 'nAdam':
      return [typed('scaleByNAdam', { b1, b2 })]
    case 'amsGrad':
      return [typed('scaleByAmsGrad', { b1, b2 })]
    case 'rAdam':
      return [typed('scaleByRAdam', { b1, b2 })]
    case 'lion':
      return [typed('scaleByLion', { b1, b2 }), decay]
    case 'lamb':
      return [typed('scaleByAdam', { b1, b2 }), decay, typed('scaleByTrustRatio')]
  }
}

const optimizerCode = (stage: Stage): string => {
  const { clip, schedule, decayEvery, decayFactor } = stage.settings
  const parts = [
    ...(clip === 0 ? [] : [typed('clipByGlobalNorm', clip)]),
    ...directionCode(stage.settings),
    ...(schedule === 'plateau'
      ? [
          typed('reduceOnPlateau', {
            factor: decayFactor,
            patience: decayEvery,
            every: stage.clock.stepsPerEpoch,
          }),
        ]
      : []),
    `descend<Params>(${scheduleCode(stage)})`,
  ]
  return `chain(${parts.join(', ')})`
}

const penaltyCode = ({ l1, l2, l1Exact }: Settings): readonly string[] => {
  const inside = l1Exact ? 0 : l1
  const penalty =
    inside > 0 && l2 > 0
      ? `elasticNet<Params>(${code({ l1: inside, l2 })})`
      : inside > 0
        ? typed('l1', inside)
        : l2 > 0
          ? typed('l2', l2)
          : undefined
  return [
    ...(penalty === undefined ? [] : [`    penalty: ${penalty},`]),
    ...(l1 > 0 && l1Exact ? [`    after: [${typed('softThreshold', l1)}],`] : []),
  ]
}

const stageCode = (stage: Stage, suffix: string, net: string, until: number): readonly string[] => {
  const { batchSize, earlyStopping, patience } = stage.settings
  return [
    `const optimizer${suffix} = ${optimizerCode(stage)}`,
    `const plan${suffix} = {`,
    '  step: supervisedStep({',
    `    model: ${net},`,
    '    loss: (outputs, y) => softmaxCrossEntropy(outputs, y),',
    `    optimizer: optimizer${suffix},`,
    ...penaltyCode(stage.settings),
    '  }),',
    `  batches: (order: Key) => minibatches(train, ${String(batchSize)}, order),`,
    `  batchesPerEpoch: batchCount(train.n, ${String(batchSize)}),`,
    `  score: (params: Params, layers: Layers) => evaluate(${net}, params, layers, dev),`,
    '  monitor: ({ loss }: Evaluation) => loss,',
    `  stopping: { mode: 'min', patience: ${earlyStopping ? String(patience) : 'Infinity'}, minDelta: 0 },`,
    `  epochs: ${String(until)},`,
    '} as const',
  ]
}

/** The names that a text uses, of those that a module exports. */
const importsFor = (
  body: string,
  module: string,
  names: readonly string[],
  types: readonly string[] = [],
) => {
  const used = (name: string): boolean => new RegExp(`(?<![\\w'.])${name}(?![\\w':])`).test(body)
  const all = [...names.filter(used), ...types.filter(used).map((name) => `type ${name}`)]
  return all.length === 0 ? [] : [`import { ${all.join(', ')} } from '${module}'`]
}

const exported = {
  puregrad: ['add', 'foldIn', 'key'],
  data: [
    ...['batchCount', 'blobs', 'digits16', 'mapSealed', 'minMaxScale', 'minibatches', 'moons', 'noisyLabels'],
    ...['parseCsv', 'rings', 'scaled', 'spirals', 'splitData', 'standardize', 'xor'],
  ],
  nn: [
    ...[
      'activation',
      'batchNorm',
      'constant',
      'dense',
      'dropout',
      'elasticNet',
      'heNormal',
      'heUniform',
      'l1',
      'l2',
    ],
    ...['layerNorm', 'lecunNormal', 'lecunUniform', 'network', 'normalInitializer', 'orthogonal'],
    ...['softmaxCrossEntropy', 'uniformInitializer', 'xavierNormal', 'xavierUniform', 'zerosInitializer'],
  ],
  optim: [
    ...[
      'chain',
      'clipByGlobalNorm',
      'cosineDecay',
      'decayWeights',
      'descend',
      'exponentialDecay',
      'oneCycle',
    ],
    ...['rateAt', 'reduceOnPlateau', 'scaleByAdadelta', 'scaleByAdagrad', 'scaleByAdam', 'scaleByAmsGrad'],
    ...['scaleByLion', 'scaleByNAdam', 'scaleByRAdam', 'scaleByRms', 'scaleByTrustRatio', 'softThreshold'],
    ...['trace', 'warmUp'],
  ],
  training: ['evaluate', 'fit', 'outcomeOf', 'startTraining', 'supervisedStep'],
} as const

const withImports = (body: string): string =>
  [
    ...importsFor(body, 'node:fs', ['readFileSync']),
    ...importsFor(body, 'd3-dsv', ['dsvFormat']),
    "import * as E from 'fp-ts/lib/Either.js'",
    ...importsFor(body, 'puregrad', exported.puregrad, ['Key']),
    ...importsFor(body, 'puregrad/data', exported.data),
    ...importsFor(body, 'puregrad/nn', exported.nn),
    ...importsFor(body, 'puregrad/optim', exported.optim),
    ...importsFor(body, 'puregrad/training', exported.training, ['Evaluation']),
    '',
    body,
  ].join('\n')

/** What a stage goes on from: the last state, with another seed or a fresh optimizer where these changed. */
const entryCode = (before: Stage, stage: Stage, from: string, suffix: string): string => {
  const changed = [
    ...(stage.settings.seed === before.settings.seed
      ? []
      : [`key: foldIn(key(${String(stage.settings.seed)}), 'training')`]),
    ...(stage.optimizer.name === before.optimizer.name
      ? []
      : [`optimizer: optimizer${suffix}.init(${from}.params)`]),
  ]
  return changed.length === 0 ? from : `{ ...${from}, ${changed.join(', ')} }`
}

/**
 * The training behind a future as a program to copy: it imports puregrad and, run on the same backend for the same
 * epochs, has the same weights to the bit.
 */
export const programText = (future: Future, file = 'table.csv'): string => {
  const { timeline, state, rows, stageAt } = future
  const { settings } = timeline
  const forks = timeline.forks.filter(({ epoch }) => epoch < state.epoch || epoch === 0)
  const begins = [...new Set([0, ...forks.map(({ epoch }) => epoch)])]
  const stages = begins.map((epoch) => stageAt(timeline, epoch))
  const drops = [settings, ...begins.map((epoch) => settingsAt(timeline, epoch))].some(({ hidden }) =>
    hidden.some(({ dropout }) => dropout > 0),
  )
  const [features, classes] = [rows.train.featureNames.length, rows.train.targets.names.length]
  const first = stageAt({ ...timeline, forks: [] }, 0)
  const startsOtherwise = forks[0]?.epoch === 0
  const suffixOf = (i: number): string => (i === 0 ? '' : String(i + 1))
  const segments = stages.flatMap((stage, i): readonly string[] => {
    const suffix = suffixOf(i)
    const before = i === 0 ? first : stages[i - 1]!
    const sameNet = JSON.stringify(before.settings.hidden) === JSON.stringify(stage.settings.hidden)
    const netAt = (at: number): string => {
      const previous = at === 0 ? first : stages[at - 1]!
      return JSON.stringify(previous.settings.hidden) === JSON.stringify(stages[at]!.settings.hidden)
        ? at === 0
          ? 'net'
          : netAt(at - 1)
        : `net${at === 0 ? '1' : suffixOf(at)}`
    }
    const net = netAt(i)
    const from = i === 0 ? 'start' : `last${suffixOf(i - 1)}`
    const until = begins[i + 1] ?? state.epoch
    const startCode =
      i > 0
        ? []
        : startsOtherwise
          ? [
              `const start = startTraining({ params, layers, optimizer: optimizer.init(params), key: foldIn(key(${String(stage.settings.seed)}), 'training') })`,
            ]
          : [
              `const start = startTraining({ params, layers, optimizer: optimizer.init(params), key: foldIn(seed, 'training') })`,
            ]
    return [
      ...(i === 0 ? [] : ['', `// From epoch ${String(begins[i])} on some settings are others.`]),
      ...(sameNet ? [] : networkCode(stage.settings, net, features, classes, drops)),
      ...stageCode(stage, suffix, net, until),
      ...startCode,
      `const { last${i === 0 ? '' : `: last${suffix}`} } = outcomeOf(fit(plan${suffix})(${i === 0 ? from : entryCode(before, stage, from, suffix)}))`,
    ]
  })
  const last = `last${suffixOf(stages.length - 1)}`
  return withImports(
    [
      `const data = key(${String(settings.dataSeed)})`,
      ...rowsCode(settings, rows.reading, file),
      ...partsCode(settings),
      '',
      ...networkCode(settings, 'net', features, classes, drops),
      `const seed = key(${String(settings.seed)})`,
      `const { params, state: layers } = net.init(foldIn(seed, 'parameters')${settings.precision === 'float32' ? '' : ", { dtype: 'float64' }"})`,
      'type Params = typeof params',
      'type Layers = typeof layers',
      '',
      ...segments,
      '',
      `const { loss, accuracy } = ${last}.history.at(-1) ?? evaluate(net, params, layers, dev)`,
      `console.log(\`epoch \${${last}.epoch}: dev loss \${loss}, dev accuracy \${accuracy}; \${test.n} test rows stay sealed\`)`,
      `export const trained = ${last}.params`,
      '',
    ].join('\n'),
  )
}
