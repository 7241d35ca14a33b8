import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCheckpoint } from '../../src/training/index.ts'
import { commandWords } from './command-words.ts'

const folder = { path: '' }
beforeAll(() => {
  folder.path = mkdtempSync(join(tmpdir(), 'puregrad-ending-'))
})
afterAll(() => rmSync(folder.path, { recursive: true }))

const tsconfig = fileURLToPath(new URL('../../tsconfig.json', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const run = (
  name: Parameters<typeof commandWords>[0],
  args: readonly string[],
  {
    env = {},
    meet = () => undefined,
  }: {
    readonly env?: Record<string, string>
    readonly meet?: (child: ReturnType<typeof spawn>, seen: string) => void
  } = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...commandWords(name), ...args], {
      cwd: folder.path,
      // The lecture imports the entries by name; the sources of these are in the paths of this file.
      env: { ...process.env, TSX_TSCONFIG_PATH: tsconfig, ...env },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk)
      meet(child, stdout + stderr)
    })
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk)
      meet(child, stdout + stderr)
    })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })

const long = ['--epochs', '100000', '--patience', '100000', '--curve', 'none.svg']

describe('an end from outside', { timeout: 60_000 }, () => {
  test.each([
    ['SIGINT', 0],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s saves what was trained and prints its figures', async (signal, code) => {
    const file = join(folder.path, `${signal}.ckpt`)
    let sent = false
    const ended = await run('puregrad', [...long, '--checkpoint', file, '--checkpoint-every', '1000000'], {
      meet: (child, seen) => {
        if (sent || !seen.includes('epoch 2/')) return
        sent = true
        child.kill(signal)
      },
    })
    expect(ended).toMatchObject({ code, signal: null })
    expect(ended.stdout).toContain('interrupted')
    const saved = await readCheckpoint(file)()
    expect(E.isRight(saved) && saved.right.state.step).toBeGreaterThan(0)
  })
  test('a closed pipe ends it quietly, and files are still written', async () => {
    const ended = await run('puregrad', ['--epochs', '3', '--curve', 'curve.svg'], {
      meet: (child) => child.stdout?.destroy(),
    })
    expect(ended.code).toBe(0)
    expect(ended.stderr).not.toMatch(/EPIPE|at .*\.ts/)
    expect(readFileSync(join(folder.path, 'curve.svg'), 'utf8')).toContain('<svg')
  })
})

describe('a setting of the environment that is wrong', { timeout: 60_000 }, () => {
  test.each([
    ['puregrad', 1],
    ['puregrad-claims', 2],
  ] as const)('is one line of %s', async (name, code) => {
    const ended = await run(name, [], { env: { PUREGRAD_BACKEND: 'bogus' } })
    expect(ended.code).toBe(code)
    expect(ended.stderr.trim().split('\n')).toHaveLength(1)
    expect(ended.stderr).toContain('"bogus" is not available here; there is')
    expect(existsSync(join(folder.path, 'bogus'))).toBe(false)
  })
})
