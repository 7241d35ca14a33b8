import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const built = join(root, 'build', 'native')
const objects = existsSync(built)
  ? readdirSync(built)
      .filter((name) => name.endsWith('.o') && name !== 'addon.o')
      .map((name) => join(built, name))
  : []
const compiler = [process.env['CXX'] ?? '', 'c++', 'g++', 'clang++'].find(
  (name) => name !== '' && spawnSync(name, ['--version']).status === 0,
)
const canBuild = objects.length > 0 && compiler !== undefined && process.platform === 'linux'
if (!canBuild)
  console.info('left out: the checks of native/test need a compiler and the objects of npm run build')

/** They read and write words of programs, so that whoever changes the words has to change them; sanitizers take minutes. */
describe.skipIf(!canBuild)('the checks of native/test, with the objects of the addon', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'puregrad-native-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  const checked = (name: string, ...args: readonly string[]): string => {
    const program = join(folder, name)
    const source = join(root, 'native', 'test', `${name}.cc`)
    const flags = ['-std=c++17', '-fno-exceptions', '-fno-rtti', '-pthread']
    const compiled = spawnSync(compiler!, [...flags, source, ...objects, '-ldl', '-o', program], {
      encoding: 'utf8',
    })
    expect(compiled.stderr).toBe('')
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
    expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: '' })
    return stdout
  }

  test('random words are refused or run, and most random programs run', { timeout: 120_000 }, () => {
    const [, rounds, loaded, run] = /^(\d+) rounds: (\d+) programs loaded, (\d+) run$/m.exec(
      checked('vm_fuzz', '300', '1'),
    )!
    expect(Number(rounds)).toBe(300)
    expect(Number(loaded)).toBeGreaterThan(200)
    expect(Number(run)).toBeGreaterThan(200)
  })

  test('threads that run programs at once give what one gives', { timeout: 120_000 }, () => {
    expect(checked('threads_check', '30', '1')).toContain('30 rounds each: 0 wrong results')
  })

  test('machine code of chains gives what their steps give', { timeout: 120_000 }, () => {
    expect(checked('chain_check')).toMatch(/^(\d+ rounds: equal|no chains on this machine)$/m)
  })
})
