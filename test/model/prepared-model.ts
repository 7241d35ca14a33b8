import { key } from '../../src/index.ts'
import { prepare, type Table } from '../../src/data/index.ts'
import type { TrainedModel } from '../../src/model/index.ts'
import { activation, dense, network } from '../../src/nn/index.ts'
import { rightOf } from '../data/rows.ts'
import { columns, labelled, table } from '../data/prepare/tables.ts'
import { modelOf } from './sample-models.ts'

const crates = columns({
  width: [1, 2, null, 4, 5, 7],
  wood: ['oak', 'pine', 'oak', 'oak', 'pine', 'ash'],
  height: [0.5, 0.25, 0.75, 1, 2, 3],
})

const preparation = rightOf(
  prepare({
    steps: [
      { kind: 'impute', columns: 'numbers', by: 'median', indicator: true },
      { kind: 'scale', columns: 'numbers', to: 'standard' },
      { kind: 'oneHot', columns: 'categories' },
    ],
  })(labelled('train', crates, [3, 5, 8, 13, 21, 34], { kind: 'values', names: ['price'] })),
)

/** A model of prices with a preparation fitted on six crates. */
export const pricing: TrainedModel = (() => {
  const features = preparation.features.map(({ name }) => name)
  const net = network(features.length, dense('hidden', 8), activation('tanh'), dense('output', 1))
  const { params, state } = net.init(key(4))
  return {
    ...modelOf([dense('output', 1)]),
    network: net.spec,
    params,
    state,
    targets: { kind: 'values', names: ['price'] },
    features,
    preparation: preparation.spec,
    schema: {
      format: { encoding: 'utf-8', separator: ';', header: true, missing: ['NA'] },
      columns: [
        { name: 'width', kind: 'number', decimal: ',', thousands: '', percent: false },
        { name: 'price', kind: 'number', decimal: ',', thousands: '.', percent: false },
        { name: 'wood', kind: 'category' },
        { name: 'height', kind: 'number', decimal: ',', thousands: '', percent: false },
      ],
    },
    baseline: { kind: 'values', names: ['price'], means: [14], medians: [10.5] },
  }
})()

/** Crates to be priced. */
export const crateTable = (cells: Parameters<typeof columns>[0]): Table =>
  table(columns(cells), Object.values(cells)[0]?.length ?? 0)
