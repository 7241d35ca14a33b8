import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { encodeNpy } from '../../src/data/index.ts'
import { backend, tensor } from '../../src/index.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandWords } from './command-words.ts'

let folder = ''

const cli = commandWords('puregrad')

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line as `npm start` does, in a folder of its own; `SIGINT` is sent when stderr first matches `interruptAt`. */
const puregrad = (args: readonly string[], interruptAt?: RegExp): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...cli, ...args], { cwd: folder })
    let stdout = ''
    let stderr = ''
    let interrupted = false
    child.stdout.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk)
      if (interruptAt?.test(stderr) === true && !interrupted) {
        interrupted = true
        child.kill('SIGINT')
      }
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

/** Three classes of points round three centres, with one column that never changes. */
const blobs = (rows: number): string =>
  [
    'x,y,always,kind',
    ...Array.from({ length: rows }, (_, i) => {
      const angle = i * 2.399963
      const x = [0, 4, 2][i % 3]! + Math.cos(angle)
      const y = [0, 0, 4][i % 3]! + Math.sin(angle)
      return `${x.toFixed(4)},${y.toFixed(4)},7,${['red', 'green', 'blue'][i % 3]}`
    }),
  ].join('\n')

const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'puregrad-cli-'))
  await writeFile(at('blobs.csv'), blobs(90))
})

afterAll(() => rm(folder, { recursive: true }))

const blobArgs = (...more: readonly string[]): readonly string[] => [
  '--data',
  'blobs.csv',
  '--target',
  'kind',
  '--hidden',
  '8',
  '--epochs',
  '40',
  '--learning-rate',
  '0.02',
  ...more,
]

describe('a run on a CSV file', { timeout: 60_000 }, () => {
  test('prints the table and the finding, writes the picture, and ends with one JSON object', async () => {
    const curve = 'curve.svg'
    const { code, stdout, stderr } = await puregrad(
      blobArgs('--json', '--seed', '3', '--curve', curve, '--recipe', 'network'),
    )
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(stderr.split('\n')[0]).toMatch(
      /^epoch 1\/40 {2}train \d\.\d+ {2}dev \d\.\d+ {2}\d+ rows\/s {2}\d+ s left$/,
    )
    const json = JSON.parse(lastLine(stdout))
    expect(json).toMatchObject({
      seed: 3,
      backend: backend(),
      dtype: 'float32',
      task: 'classification',
      kept: 'network',
      rows: { train: 61, dev: 11, test: 18 },
      classes: ['blue', 'green', 'red'],
      curve,
    })
    expect(Object.keys(json.models)).toEqual(['baseline', 'linear', 'network'])
    expect(json.models.linear.test.accuracy.value).toBeGreaterThan(0.9)
    expect(json.models.baseline.test.accuracy.value).toBeCloseTo(1 / 3)
    expect(json.accuracy.test).toBeGreaterThan(0.9)
    expect(json.loss.train).toBeLessThan(0.3)
    expect(json.accuracyInterval.test[0]).toBeLessThan(json.accuracy.test)
    expect(json.findings.length).toBeGreaterThan(0)
    expect(json.bestEpoch).toBeLessThanOrEqual(json.epochs)
    expect(json.seconds).toBeGreaterThan(0)
    expect(stdout).toContain('left out: always (one value)')
    expect(stdout).toContain('use it: puregrad predict blobs.model --data FILE')
    ;['train', 'dev', 'test'].forEach((part) => {
      const [accuracy, loss] = [json.accuracy, json.loss].map((figures): string => figures[part].toFixed(4))
      expect(stdout).toMatch(new RegExp(`^${part} +\\d+ +${loss!} .* ${accuracy!} `, 'm'))
    })
    const svg = await readFile(at(curve), 'utf8')
    expect(svg).toMatch(/^<svg/)
    // Two lines with a corner for each epoch.
    const lines = [...svg.matchAll(/class="mark-line[^>]*><path[^>]* d="([^"]*)"/g)].map(
      ([, path = '']) => path,
    )
    expect(lines.map((path) => path.match(/[ML]/g)?.length)).toEqual([json.epochs, json.epochs])
    expect((await readdir(folder)).filter((name) => name.includes('.tmp'))).toEqual([])
  })

  test('same seed, same figures; another seed, others', async () => {
    const figures = async (seed: string) => {
      const { stdout } = await puregrad(blobArgs('--json', '--no-curve', '--seed', seed))
      const { seconds: _, ...rest } = JSON.parse(lastLine(stdout))
      return { rest, table: stdout.slice(0, stdout.lastIndexOf('{"accuracy"')) }
    }
    const [one, again, other] = await Promise.all([figures('5'), figures('5'), figures('6')])
    expect(again).toEqual(one)
    expect(other.rest.loss).not.toEqual(one.rest.loss)
  })

  test('every setting changes the figures', async () => {
    const base =
      '--data blobs.csv --target kind --epochs 2 --no-curve --no-model --recipe network --json'.split(' ')
    const settings = [
      [],
      ['--optimizer', 'sgd'],
      ['--optimizer', 'momentum'],
      ['--dtype', 'float64'],
      ['--learning-rate', '0.003'],
      ['--l2', '0.01'],
      ['--l1', '0.01'],
      ['--hidden', '8,4'],
      ['--batch', '7'],
      ['--dropout', '0.5'],
    ]
    const losses = await Promise.all(
      settings.map(async (setting) => {
        const { stdout } = await puregrad([...base, ...setting])
        return String(JSON.parse(lastLine(stdout)).loss.train)
      }),
    )
    expect(new Set(losses).size).toBe(settings.length)
  })

  test('patience ends it early with the best epoch', async () => {
    const { stdout } = await puregrad([
      '--data',
      'blobs.csv',
      '--target',
      'kind',
      '--epochs',
      '300',
      '--patience',
      '1',
      '--json',
      '--no-curve',
      '--learning-rate',
      '0.5',
    ])
    const json = JSON.parse(lastLine(stdout))
    expect(json.stopped).toBe('patience')
    expect(json.bestEpoch).toBe(json.epochs - 1)
  })

  test('Ctrl-C ends it cleanly with the best so far', async () => {
    const args = [
      '--data',
      'blobs.csv',
      '--target',
      'kind',
      '--epochs',
      '1000000',
      '--patience',
      '1000000',
      '--json',
      '--no-curve',
    ]
    const { code, stdout } = await puregrad(args, /epoch 3\//)
    expect(code).toBe(0)
    const json = JSON.parse(lastLine(stdout))
    expect(json.stopped).toBe('aborted')
    expect(json.bestEpoch).toBeGreaterThanOrEqual(1)
    expect(json.epochs).toBeGreaterThanOrEqual(3)
    expect(stdout).toContain('interrupted')
  })
})

describe('in Bulgarian', { timeout: 60_000 }, () => {
  test('table, progress, notes, diagnosis and picture speak it, the JSON does not', async () => {
    const curve = 'крива.svg'
    const { code, stdout, stderr } = await puregrad(blobArgs('--lang', 'bg', '--json', '--curve', curve))
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(stderr.split('\n')[0]).toMatch(
      /^епоха 1\/40 {2}обучаващ \d,\d+ {2}проверяващ \d,\d+ {2}\d+ реда\/с {2}остават \d+ с$/,
    )
    const text = stdout.slice(0, stdout.lastIndexOf('{"accuracy"'))
    expect(text).toMatch(/^мрежа: \d+ епохи \([^)]+.*\); параметрите са от епоха \d+$/m)
    expect(text).toMatch(/^базов модел +\d,\d{3} +0,333/m)
    expect(text).toMatch(/^обучаващ +61 +\d,\d{4} +\d,\d{4} … \d,\d{4}/m)
    expect(text).toContain('пропуснати: always (една стойност)')
    expect(text).toContain(`крива на обучение: ${curve}`)
    expect(text).not.toMatch(/\d\.\d|\b(loss|accuracy|gap|ran on|stopped)\b/)
    expect(JSON.parse(lastLine(stdout)).table.columns[2].flags).toMatchObject([{ kind: 'constant' }])
    expect(await readFile(at(curve), 'utf8')).toMatch(/епоха/)
  })

  test.each([
    [['--epochs', '0'], 'грешка: --epochs: очаква се цяло число, поне 1, а е дадено „0“'],
    [['--target', 'kind'], 'грешка: --target: няма таблица; върви с --data FILE и --target COLUMN'],
    [['--frobnicate'], 'грешка: непозната настройка --frobnicate'],
    [['--curve', 'nowhere/a.svg'], 'грешка: nowhere/a.svg: не може да се запише'],
  ])('%j is one line', async (args, message) => {
    const { code, stderr } = await puregrad([...args, '--lang=bg'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^[^\n]+\n$/)
    expect(stderr).toContain(message)
  })
})

describe('a run on arrays', { timeout: 60_000 }, () => {
  const n = 90
  const pixels = Array.from({ length: n * 4 }, (_, i) => {
    const [row, pixel] = [Math.floor(i / 4), i % 4]
    return pixel === 3 ? 7 : ((row % 3) * 80 + pixel * 9 + ((row * 7) % 11)) % 256
  })
  const labels = Array.from({ length: n }, (_, row) => [4, 9, 2][row % 3]!)

  beforeAll(async () => {
    const images = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 2, 0, 0, 0, 2, ...pixels])
    await writeFile(at('images.idx.gz'), gzipSync(images))
    await writeFile(at('labels.idx'), Uint8Array.from([0, 0, 8, 1, 0, 0, 0, n, ...labels]))
    await writeFile(at('images.npy'), encodeNpy(tensor(pixels, { shape: [n, 2, 2] })))
    await writeFile(at('labels.npy'), encodeNpy(tensor(labels, { dtype: 'int32' })))
    await writeFile(at('short.idx'), Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 3, 4, 9, 2]))
  })
  const figures = async (data: string, names: string) => {
    const { code, stdout, stderr } = await puregrad([
      ...['--data', data, '--labels', names, '--hidden', '8', '--epochs', '40'],
      ...['--learning-rate', '0.02', '--json', '--no-curve'],
    ])
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const { seconds: _, data: file, ...rest } = JSON.parse(lastLine(stdout))
    return { file, rest }
  }

  test('learns from IDX, and the same from NPY', async () => {
    const [idx, npy] = await Promise.all([
      figures('images.idx.gz', 'labels.idx'),
      figures('images.npy', 'labels.npy'),
    ])
    expect([idx.file, npy.file]).toEqual(['images.idx.gz', 'images.npy'])
    expect(npy.rest).toEqual(idx.rest)
    expect(idx.rest).toMatchObject({ classes: ['2', '4', '9'], rows: { train: 54, dev: 18, test: 18 } })
    expect(idx.rest.accuracy.test).toBeGreaterThan(0.9)
    expect(idx.rest.notes[0]).toContain('not scaled: x3')
  })

  test.each([
    [
      'labels of another number',
      ['--data', 'images.npy', '--labels', 'short.idx'],
      'short.idx: expected 90 labels',
    ],
    [
      'a missing file of labels',
      ['--data', 'images.npy', '--labels', 'absent.idx'],
      'absent.idx: there is no such file',
    ],
    ['a table for an array', ['--data', 'blobs.csv', '--labels', 'labels.idx'], 'blobs.csv, byte 0, magic'],
    ['labels without data', ['--labels', 'labels.idx'], '--labels: there are no examples to label'],
    [
      'a column and a file',
      ['--data', 'a', '--target', 'b', '--labels', 'c'],
      '--target and --labels exclude',
    ],
  ])('%s is one clear message', async (_, args, expected) => {
    const { code, stderr } = await puregrad(args)
    expect({ code, stderr }).toMatchObject({ code: 1 })
    expect(stderr).toMatch(/^error: [^\n]+\n$/)
    expect(stderr).toContain(expected)
  })
})

describe('the built-in digits', { timeout: 60_000 }, () => {
  test('train without any file', async () => {
    const { code, stdout } = await puregrad([
      '--epochs',
      '1',
      '--hidden',
      '8',
      '--batch',
      '200',
      '--json',
      '--no-curve',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(lastLine(stdout))).toMatchObject({
      data: 'digits16',
      rows: { train: 4000, dev: 1000, test: 2000 },
      epochs: 1,
      stopped: 'budget',
      curve: null,
    })
  })
})

describe('help', () => {
  test('lists every option on stdout', async () => {
    const { code, stdout, stderr } = await puregrad(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const names =
      'data target task drop features categories missing separator no-header test split time groups class-weights sample-weights folds recipe model no-model optimal-error labels json seed hidden epochs batch learning-rate l2 l1 optimizer dtype patience curve no-curve checkpoint checkpoint-every resume lang no-color'
    names.split(' ').forEach((name) => expect(stdout).toContain(`--${name} `))
    'train predict evaluate search report claims'
      .split(' ')
      .forEach((name) => expect(stdout).toMatch(new RegExp(`^  ${name} +\\w`, 'm')))
  })
})

test('an unknown command is one line with the nearest', async () => {
  const { code, stderr } = await puregrad(['predcit', 'a.model'])
  expect([code, stderr]).toEqual([1, 'error: unknown command predcit; did you mean predict?\n'])
}, 60_000)

describe('bad input', { timeout: 60_000 }, () => {
  const files = {
    'two.csv': 'a,b,kind\n1,2,x\n3,4,y\n',
    'ragged.csv': 'a,b,kind\n1,2,x\n3,y\n',
    'one.csv': 'a,b,kind\n1,2,x\n3,4,x\n',
    'few.csv': 'a,kind\n1,x\n2,x\n3,x\n4,y\n',
    'empty.csv': '',
  }

  beforeAll(async () => {
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(at(name), text)))
    await mkdir(at('a-folder.svg'))
  })

  const data = (name: string, label = 'kind') => ['--data', name, '--target', label]

  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['a missing file', data('absent.csv'), ['absent.csv']],
    ['a ragged row', data('ragged.csv'), ['ragged.csv', 'line 3']],
    ['one class', data('one.csv'), ['one.csv', 'kind', "'x'"]],
    ['rows too few to split', data('few.csv'), ['few.csv', 'dev part']],
    ['an empty file', data('empty.csv'), ['empty.csv']],
    ['a missing column', data('two.csv', 'species'), ['two.csv', "'species'", 'a, b, kind']],
    ['the old name of an option', ['--data', 'two.csv', '--label', 'kind'], ['--label', '--target']],
    ['an unknown option', ['--frobnicate', '3'], ['--frobnicate']],
    ['an unknown short option', ['-z'], ['-z']],
    ['a file that is not there', ['digits.csv'], ['digits.csv']],
    ['a negative count', ['--epochs', '-3'], ['--epochs', '-3']],
    ['a fraction of an epoch', ['--epochs', '1.5'], ['--epochs', '1.5']],
    ['a batch of nothing', ['--batch', '0'], ['--batch', '"0"']],
    ['a rate that is not a number', ['--learning-rate', 'abc'], ['--learning-rate', 'abc']],
    ['a rate of 0', ['--learning-rate', '0'], ['--learning-rate']],
    ['a rate of infinity', ['--learning-rate', 'Infinity'], ['--learning-rate']],
    ['widths that are not numbers', ['--hidden', '64,x'], ['--hidden', '64,x']],
    ['an empty width', ['--hidden', '64,'], ['--hidden']],
    ['a negative λ', ['--l2', '-1'], ['--l2', '-1']],
    ['a λ that is not a number', ['--l1', 'NaN'], ['--l1', 'NaN']],
    ['a negative seed', ['--seed', '-1'], ['--seed', '-1']],
    ['patience 0', ['--patience', '0'], ['--patience']],
    ['an unknown optimizer', ['--optimizer', 'magic'], ['--optimizer', 'magic', 'momentum']],
    ['an unknown dtype', ['--dtype', 'int8'], ['--dtype', 'int8', 'float64']],
    ['a target without data', ['--target', 'kind'], ['--target', '--data']],
    ['data without a target', ['--data', 'one.csv'], ['one.csv', '--target', 'a, b, kind']],
    ['an option without its value', ['--epochs'], ['--epochs', 'missing']],
    ['an option followed by another', ['--seed', '--no-curve'], ['--seed', 'missing']],
    ['an option with an empty value', ['--epochs='], ['--epochs', 'missing']],
    ['an option given twice', ['--seed', '1', '--seed', '2'], ['--seed', '2 times']],
    ['a picture in a folder that is not there', ['--curve', 'nowhere/curve.svg'], ['nowhere/curve.svg']],
    ['a picture that is a folder', ['--curve', 'a-folder.svg'], ['a-folder.svg', 'directory']],
    ['a checkpoint in a folder that is not there', ['--checkpoint', 'nowhere/a'], ['nowhere/a']],
    ['to go on from no file', ['--resume'], ['--resume', '--checkpoint']],
    ['how often, but not where', ['--checkpoint-every', '3'], ['--checkpoint-every', '--checkpoint']],
    [
      'a file that is no checkpoint',
      [...data('blobs.csv'), '--checkpoint', 'ragged.csv', '--resume'],
      ['ragged.csv', 'header'],
    ],
    [
      'a checkpoint that would be lost',
      [...data('blobs.csv'), '--checkpoint', 'ragged.csv'],
      ['ragged.csv', '--resume'],
    ],
    ['a picture and none', ['--curve', 'a.svg', '--no-curve'], ['--curve', '--no-curve']],
    [
      'a rate that makes the loss infinite',
      [...data('blobs.csv'), '--optimizer', 'sgd', '--learning-rate', '1e38', '--epochs', '2'],
      ['--learning-rate', '1e+38'],
    ],
  ]

  test.concurrent.each(cases)('%s is one clear message', async (_, args, expected) => {
    const before = await readdir(folder)
    const { code, stdout, stderr } = await puregrad(['--json', ...args])
    expect({ code, stderr }).toMatchObject({ code: 1 })
    expect(stderr).toMatch(/^error: [^\n]+\n$/)
    expected.forEach((part) => expect(stderr).toContain(part))
    expect(stderr).not.toMatch(/\n\s+at |node:|\.ts:\d/)
    expect(stdout).not.toContain('{')
    expect(await readdir(folder)).toEqual(before)
  })
})
