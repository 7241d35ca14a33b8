import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { commandWords } from './command-words.ts'

const claims = (args: readonly string[]) =>
  new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((done) => {
    const child = spawn(process.execPath, [...commandWords('puregrad'), 'claims', ...args])
    let [out, err] = ['', '']
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
    child.stderr.on('data', (piece: Buffer) => (err += piece.toString()))
    child.on('close', (code) => done({ code, out, err }))
  })

test('puregrad claims is puregrad-claims: its arguments, output and code', async () => {
  const [listed, odd] = await Promise.all([claims(['C4', '--list']), claims(['Z99', '--list'])])
  expect([listed.code, listed.err]).toEqual([0, ''])
  expect(listed.out).toContain('C4')
  expect(odd.code).not.toBe(0)
  expect(odd.err).toContain('Z99')
}, 60_000)
