import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const claims = (...args: readonly string[]) =>
  spawnSync(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('../../src/lecture/main.ts', import.meta.url)), ...args],
    { encoding: 'utf8' },
  )

test('a claim by its id as JSON, with figures, marks and verdict, the same for any number of processes', () => {
  const { stdout, status } = claims('E2', '--json', '--jobs', '1')
  expect(status).toBe(0)
  const [ledger] = JSON.parse(stdout) as readonly Record<string, unknown>[]
  expect(ledger).toMatchObject({ id: 'E2', verdict: 'false-as-written' })
  expect((ledger as { runs: unknown[] }).runs).toHaveLength(3)
  expect(claims('E2', '--json', '--jobs', '3').stdout).toBe(stdout)
}, 60_000)

test('an unknown claim is named, with those there are', () => {
  const { stderr, status } = claims('Z9')
  expect(status).toBe(2)
  expect(stderr).toMatch(/no claim Z9; there are .*E2/)
})
