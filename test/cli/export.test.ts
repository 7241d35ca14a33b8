import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportCommand } from '../../src/cli/export-command.ts'
import { saveModel, type TrainedModel } from '../../src/model/index.ts'
import { dense, network } from '../../src/nn/index.ts'
import { onnxToFunction } from '../../src/onnx/index.ts'
import { tensor, toArray } from '../../src/node.ts'
import { leftOf, rightOf } from '../data/rows.ts'

const folder = { path: '' }
const at = (name: string): string => join(folder.path, name)

const model: TrainedModel = {
  network: network(2, dense('output', 1)).spec,
  params: { output: { weight: tensor([[2], [-1]]), bias: tensor([0.5]) } },
  state: { output: {} },
  targets: { kind: 'values', names: ['price'] },
  features: ['rooms', 'area'],
  record: { settings: {}, seed: 0, data: { name: 'homes', rows: 1, digest: '' }, figures: [], version: '0' },
}

beforeAll(async () => {
  folder.path = await mkdtemp(join(tmpdir(), 'puregrad-export-'))
  rightOf(await saveModel(at('homes.model'), model)())
  await writeFile(at('broken.model'), 'no model')
})
afterAll(() => rm(folder.path, { recursive: true }))

const exported = async (argv: readonly string[], language: 'en' | 'bg' = 'en') => {
  const said: string[] = []
  const hear = (text: string): void => {
    said.push(text)
  }
  const ended = await exportCommand(argv, {
    say: hear,
    warn: hear,
    complain: hear,
    ending: new AbortController().signal,
    language,
    paint: (_, text) => text,
  })
  return { ended, said }
}

test('a model becomes an ONNX file that says the same', async () => {
  const { ended, said } = await exported([at('homes.model'), '--to', at('homes.onnx')])
  expect([E.isRight(ended), said]).toEqual([true, [`ONNX: ${at('homes.onnx')}`]])
  const { apply } = rightOf(onnxToFunction(new Uint8Array(await readFile(at('homes.onnx')))))
  const { estimates } = apply({ x: tensor([[3, 4]]) })
  expect(toArray(estimates!)).toEqual([[2.5]])
})

test.each([
  [['homes.model'], 'en', /^--to: expected the name of the file to write/],
  [['homes.model', '--to', 'homes.bin'], 'bg', /^--to: очаква се името на файла за запис/],
  [['absent.model', '--to', 'a.onnx'], 'en', /absent\.model: there is no such file$/],
  [['broken.model', '--to', 'a.onnx'], 'en', /broken\.model: /],
  [['homes.model', '--to', 'no-such/a.onnx'], 'bg', /a\.onnx: не може да се запише/],
] as const)('%j is refused (%s), and no file is left', async (names, language, message) => {
  const argv = names.map((name) => (name.startsWith('--') ? name : at(name)))
  const { ended, said } = await exported(argv, language)
  expect(leftOf(ended)).toMatch(message)
  expect(said).toEqual([])
  expect(existsSync(at('a.onnx'))).toBe(false)
})
