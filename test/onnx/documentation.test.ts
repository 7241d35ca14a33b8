import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { primitives } from '../../src/core/primitive/table.ts'
import { onnxOpset } from '../../src/onnx/index.ts'
import { layerReaders } from '../../src/onnx/in/layer-readers.ts'
import { operators } from '../../src/onnx/in/onnx-to-function.ts'
import { forms } from '../../src/onnx/out/forms.ts'

const page = readFileSync(new URL('../../docs/onnx.md', import.meta.url), 'utf8')

/** The rows of the page's tables, their cells without the spaces that align them. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

const listed = (heading: string): readonly string[] =>
  [...(page.split(`${heading}\n`)[1] ?? '').split('\n\n')[0]!.matchAll(/`([\w.]+)`/g)].map(
    ([, name]) => name!,
  )

test('the page lists the primitives without a form, and every other has one', () => {
  expect(listed('### What is refused')).toEqual([
    'while',
    ...Object.keys(primitives)
      .filter((name) => !(name in forms))
      .sort(),
  ])
})

test('the page has every primitive as it is written', () => {
  const wanted = Object.entries(forms).map(([name, form]) => {
    const {
      operators: written,
      note = '',
    }: { readonly operators: readonly string[]; readonly note?: string } = form
    return ['', `\`${name}\``, written.map((operator) => `\`${operator}\``).join(' '), note, '']
  })
  const [first] = wanted
  const at = rows.findIndex((row) => row[1] === first![1])
  expect(rows.slice(at, at + wanted.length)).toEqual(wanted)
})

test('the page lists the operators that are read, as functions and as layers', () => {
  expect(listed('### Operators of functions')).toEqual(Object.keys(operators).sort())
  expect(listed('### Operators of networks')).toEqual(Object.keys(layerReaders).sort())
})

test('the page says the version of the operators', () => {
  expect(page).toContain(`operators of version ${onnxOpset}`)
})
