import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}

/** What our own files run for developers; what users run, `start` and `claims`, has tests of its own. */
const commands = [
  'bench',
  'bench:gradbench',
  'bench:webgpu',
  'bench:search',
  'mutate',
  'mutate:gradients',
  'soak',
]

describe('a word that a command does not know ends it with one line', () => {
  test.each(commands)('npm run %s', { timeout: 60_000 }, (name) => {
    const [node, ...words] = scripts[name]!.split(' ')
    expect(node).toBe('node')
    const { status, stdout, stderr } = spawnSync(process.execPath, [...words, '--frobnicate'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^.*frobnicate.*\n$/)
  })
})
