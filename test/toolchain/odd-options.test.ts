import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}

/** Whatever reads options by the parser of Node, or names; what users run, `start` and `claims`, has tests of its own. */
const commands = Object.keys(scripts).filter((name) => {
  const [node, file] = [scripts[name]!.split(' ')[0], scripts[name]!.split(' ').at(-1)!]
  return (
    node === 'node' &&
    existsSync(`${root}${file}`) &&
    (name === 'mutate:gradients' || readFileSync(`${root}${file}`, 'utf8').includes('readArguments('))
  )
})

test('most commands for developers are among those', () => {
  expect(commands).toEqual(expect.arrayContaining(['bench', 'bench:webgpu', 'mutate', 'soak']))
})

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
