import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const source = fileURLToPath(new URL('../../src/', import.meta.url))

/** How often a text says of an expression that its type is another one; `as const` says nothing of the kind. */
const castsIn = (text: string): number => {
  const file = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest)
  const count = (node: ts.Node): number => {
    let found = ts.isAsExpression(node) && node.type.getText(file) !== 'const' ? 1 : 0
    ts.forEachChild(node, (child) => {
      found += count(child)
    })
    return found
  }
  return count(file)
}

test('casts are counted, constants are not', () => {
  expect(castsIn('const a = b as never as C\nconst d = [1] as const // as Tensor\n')).toBe(2)
})

test('of a thousand lines no more have casts than had: whoever removes some lowers the number', () => {
  const texts = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(source + name, 'utf8'))
  const total = texts.reduce((sum, text) => sum + castsIn(text), 0)
  const lines = texts.reduce((sum, text) => sum + text.split('\n').length, 0)
  expect(total).toBeGreaterThan(300)
  expect((1000 * total) / lines).toBeLessThanOrEqual(4.25)
})
