import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { report } from '../../src/cli/report.ts'
import { key } from '../../src/index.ts'
import { activation, dense, network } from '../../src/nn/index.ts'
import { openSearchJournal, randomSearch, spaces } from '../../src/search/index.ts'
import { openRunJournal, runRecord } from '../../src/study/index.ts'
import { startTraining, writeCheckpoint } from '../../src/training/index.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'puregrad-report-'))
})
afterAll(() => rm(folder, { recursive: true }))

const said: string[] = []
const surroundings = (language: 'en' | 'bg' = 'en') => ({
  say: (line: string) => void said.push(line),
  warn: () => {},
  complain: () => {},
  ending: new AbortController().signal,
  language,
  paint: (_style: string, text: string) => text,
})

const at = (name: string): string => join(folder, name)
/** The page about a file, or what is wrong with it. */
const pageOf = async (
  name: string,
  language: 'en' | 'bg' = 'en',
  ...more: readonly string[]
): Promise<string> => {
  const out = at(`${name}.page.html`)
  const ended = await report([at(name), '--out', out, ...more], surroundings(language))
  return E.isLeft(ended) ? `left: ${ended.left}` : readFile(out, 'utf8')
}

const right = <A>(found: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(found)) throw new Error(found.left.message)
  return found.right
}

describe('puregrad report', () => {
  test('a checkpoint: learning curves with the chosen epoch, weights, settings, and that the data are not at hand', async () => {
    const net = network(36, dense('hidden', 4), activation('relu'), dense('output', 2))
    const { params, state } = net.init(key(0))
    const start = startTraining({ params, layers: state, optimizer: {}, key: key(0) })
    const history = [
      { train: 0.9, dev: 1 },
      { train: 0.5, dev: 0.7 },
      { train: 0.4, dev: 0.8 },
    ]
    const best = { params, layers: state, epoch: 2, value: 0.7 }
    right(
      await writeCheckpoint(
        at('run.safetensors'),
        { ...start, epoch: 3, history, best },
        {
          network: net.spec,
          settings: { batch: 8 },
        },
      )(),
    )
    const page = await pageOf('run.safetensors', 'bg')
    for (const text of [
      'избрана епоха',
      'hidden.weight',
      '[36, 4]',
      'Данните не са налице',
      '<td>batch</td>',
    ])
      expect(page).toContain(text)
    expect(await pageOf('run.safetensors', 'en', '--data', at('absent.csv'), '--target', 'y')).toMatch(
      /^left: .*absent\.csv: there is no such file/,
    )
  })

  test('what --json printed, among other lines: quality and advice', async () => {
    const each = <A>(train: A, dev: A, test: A) => ({ train, dev, test })
    const summary = {
      accuracy: each(0.999, 0.8, 0.8),
      accuracyInterval: each([0.99, 1], [0.77, 0.83], [0.77, 0.83]),
      loss: each(0.1, 0.9, 0.9),
      lossInterval: each([0.1, 0.2], [0.8, 1], [0.8, 1]),
      rows: each(5000, 1000, 1000),
      epochs: 9,
      bestEpoch: 4,
      optimizer: 'adam',
      findings: [],
    }
    await writeFile(at('out.txt'), `stopped\n\n${JSON.stringify(summary)}\n`)
    const page = await pageOf('out.txt')
    for (const text of ['Overfitting: high variance', '<td>optimizer</td><td>adam</td>', '0.77 … 0.83'])
      expect(page).toContain(text)
    await writeFile(at('odd.json'), JSON.stringify({ ...summary, rows: { train: 1 } }))
    expect(await pageOf('odd.json')).toMatch(/^left: .*odd\.json: rows\.dev/)
  })

  test('the journal of a search, also while its last line is being written', async () => {
    const space = spaces.struct({
      rate: spaces.logUniform(1e-3, 1),
      activation: spaces.oneOf('relu', 'tanh'),
    })
    const search = randomSearch(space, { trials: 12, key: key(0) })
    const journal = right(await openSearchJournal(at('search.jsonl'), search)())
    for (const id of Array.from({ length: 12 }, (_, i) => i))
      right(
        await journal.append({
          id,
          budget: 1,
          result: { kind: 'measured', objectives: [search.configOf(id).rate] },
        })(),
      )
    right(await journal.close())
    const page = await pageOf('search.jsonl')
    for (const text of [
      'What the trials came to',
      'Parallel coordinates',
      'Importance of settings',
      '<td>activation</td>',
    ])
      expect(page).toContain(text)
    const text = await readFile(at('search.jsonl'), 'utf8')
    await writeFile(at('running.jsonl'), text.slice(0, -20))
    expect(await pageOf('running.jsonl')).toContain('<td>Trials</td><td class="number">11</td>')
    await writeFile(at('broken.jsonl'), text.replace('"measured"', '"meazured"'))
    expect(await pageOf('broken.jsonl')).toMatch(/^left: .*broken\.jsonl: line 2: .*measured/)
  })

  test('the journal of runs', async () => {
    const journal = right(await openRunJournal(at('runs.jsonl'))())
    for (const seed of [0, 1])
      right(
        await journal.append(
          runRecord(
            { spec: { units: 8 }, seed, data: 'digits', version: '1', metrics: { loss: 0.5 - seed / 4 } },
            { seconds: 2 },
          ),
        )(),
      )
    right(await journal.close())
    const page = await pageOf('runs.jsonl')
    for (const text of ['<td>units</td>', '<td class="number">0.25</td>']) expect(page).toContain(text)
  })

  test('says what it expected of another file, in the language of the reader', async () => {
    await writeFile(at('other.csv'), 'a,b\n1,2\n')
    expect(await pageOf('other.csv')).toMatch(
      /^left: .*other\.csv: expected a checkpoint of a training, .* or the record of a run$/,
    )
    expect(await pageOf('other.csv', 'bg')).toMatch(/^left: .*other\.csv: очаква се състояние на обучение/)
    expect(await pageOf('absent')).toMatch(/^left: .*absent: there is no such file/)
    const same = await report([at('other.csv'), '--out', at('other.csv')], surroundings())
    expect(E.isLeft(same) && same.left).toMatch(/--out: .* would be written over/)
    expect(E.isLeft(await report([], surroundings() as never))).toBe(true)
  })
})
