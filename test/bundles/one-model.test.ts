import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tensor, toTypedArray, type Tensor } from '../../src/index.ts'
import { decodeModel, predictor } from '../../src/model/index.ts'
import { modelToOnnx } from '../../src/onnx/index.ts'
import { commandWords } from '../cli/command-words.ts'
import { rightOf } from '../data/rows.ts'
import { farthest } from '../onnx/farthest.ts'
import { ortTest, runOnnx } from '../onnx/run-onnx.ts'
import { findBrowser } from '../restricted/find-browser.ts'
import { openPage } from '../restricted/open-page.ts'
import { predictionPage, servedPage } from './prediction-bundle.ts'

const browser = findBrowser()
const run = promisify(execFile)
const folder: { path: string } = { path: '' }
const puregrad = async (...words: readonly string[]): Promise<string> =>
  (await run(process.execPath, [...commandWords('puregrad'), ...words], { cwd: folder.path })).stdout

const woods = ['oak', 'ash', 'pine']
const notes = ['a', 'b', 'c', 'd']

/** Crates with decimal commas and missing cells, whose grade follows from size and wood. */
const crates = Array.from({ length: 160 }, (_, i) => {
  const [height, width] = [((i * 37) % 50) / 10, ((i * 11) % 30) / 10]
  const wood = woods[(i * 7) % 3]!
  return [
    i % 13 === 5 ? '' : height.toFixed(1).replace('.', ','),
    i % 17 === 3 ? '' : wood,
    notes[i % 4]!,
    width.toFixed(1).replace('.', ','),
    height + width > 3.5 === (wood === 'oak') ? 'good' : 'plain',
  ].join(';')
})

/** As they come later: a wood that training had not, a width that is missing for the first time. */
const later = ['height;wood;note;width', '0,5;oak;a;1,5', ';ash;b;2,0', '3,0;teak;c;', '2,2;;d;0,1', '']
const text = later.join('\n')

beforeAll(async () => {
  folder.path = await mkdtemp(join(tmpdir(), 'puregrad-one-model-'))
  await writeFile(join(folder.path, 'crates.csv'), ['height;wood;note;width;grade', ...crates].join('\r\n'))
  await writeFile(join(folder.path, 'later.csv'), text)
  await puregrad(
    ...['train', 'crates.csv', '--target', 'grade', '--recipe', 'network', '--epochs', '5'],
    ...['--no-curve', '--model', 'crates.model', '--json'],
  )
}, 60_000)
afterAll(() => rm(folder.path, { recursive: true }))

const predicted = async () => {
  const file = new Uint8Array(await readFile(join(folder.path, 'crates.model')))
  const predict = rightOf(predictor(rightOf(decodeModel(file))))
  return { file, predict, rows: rightOf(predict.ofText(text)) }
}

test('a model that the command line trained predicts the same numbers there and in Node', async () => {
  const lines = (await puregrad('predict', 'crates.model', '--data', 'later.csv')).trimEnd().split('\n')
  const { rows } = await predicted()
  if (rows.predictions.kind !== 'classes') throw new Error('expected classes')
  const probabilities = Array.from(toTypedArray(rows.predictions.probabilities))
  expect(lines).toHaveLength(5)
  expect(lines.slice(1).flatMap((line) => line.split(',').slice(1).map(Number))).toEqual(probabilities)
  expect(rows.cases.map(({ column }) => column)).toEqual(['width', 'wood'])
})

test.skipIf(browser === undefined)(
  'and the same bytes in a browser',
  async () => {
    const { file, predict, rows } = await predicted()
    const bytesOf = ({ predictions }: typeof rows): readonly number[] =>
      predictions.kind === 'classes'
        ? Array.from(new Uint8Array(toTypedArray(predictions.probabilities).buffer))
        : []
    const served = servedPage(await predictionPage(), file, text)
    expect(await openPage(browser!, '/', (path) => served[path])).toMatchObject({
      ofText: { bytes: bytesOf(rows) },
      ofCells: { bytes: bytesOf(rightOf(predict.ofCells([{ width: 1.5, wood: 'oak', height: 0.5 }]))) },
    })
  },
  120_000,
)

ortTest('and as ONNX to 1e-5', async () => {
  const { file, rows } = await predicted()
  const model = rightOf(decodeModel(file))
  const cells = later.slice(1, -1).map((line) => line.split(';'))
  const read = new Map(later[0]!.split(';').map((name, at) => [name, cells.map((row) => row[at]!)]))
  const feeds = Object.fromEntries(
    model.preparation!.columns.map(({ name, kind }) => {
      const column = read.get(name)!
      return [
        name,
        kind === 'number'
          ? tensor(
              Float64Array.from(column, (cell) => (cell === '' ? NaN : Number(cell.replace(',', '.')))),
              { shape: [column.length, 1] },
            )
          : column,
      ]
    }),
  )
  const found = await runOnnx(rightOf(modelToOnnx(model)), feeds)
  if (rows.predictions.kind !== 'classes') throw new Error('expected classes')
  expect(farthest(found['probabilities'] as Tensor, rows.predictions.probabilities)).toBeLessThan(1e-5)
})
