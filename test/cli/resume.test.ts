import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandWords } from './command-words.ts'

let folder = ''

const cli = commandWords('puregrad')

interface Ended {
  readonly signal: string | null
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Stop {
  readonly signal: 'SIGINT' | 'SIGKILL'
  /** So many milliseconds after the first epoch was reported. */
  readonly after: number
}

/** Trains on a small table and saves every 4 batches (there are 9 in an epoch). */
const puregrad = (file: string, stop?: Stop, ...more: readonly string[]): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const args =
      '--data blobs.csv --target kind --hidden 8 --batch 6 --epochs 40 --patience 40 --json --no-curve'
    const options = ['--checkpoint', file, '--checkpoint-every', '4', '--resume', ...more]
    const child = spawn(process.execPath, [...cli, ...args.split(' '), ...options], {
      cwd: folder,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr.on('data', (chunk) => {
      if (stderr === '' && stop !== undefined) setTimeout(() => child.kill(stop.signal), stop.after)
      stderr += String(chunk)
    })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })

const figuresOf = ({ stdout }: Ended): unknown => {
  const { seconds: _, ...figures } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  return figures
}

const bytesOf = (file: string) => readFile(join(folder, file))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'puregrad-resume-'))
  const rows = Array.from({ length: 90 }, (_, i) => {
    const angle = i * 2.399963
    const x = [0, 3, 1.5][i % 3]! + Math.cos(angle)
    const y = [0, 0, 3][i % 3]! + Math.sin(angle)
    return `${x.toFixed(4)},${y.toFixed(4)},${['red', 'green', 'blue'][i % 3]}`
  })
  await writeFile(join(folder, 'blobs.csv'), ['x,y,kind', ...rows].join('\n'))
})

afterAll(() => rm(folder, { recursive: true }))

describe('a run with a checkpoint', { timeout: 60_000 }, () => {
  test('killed at random moments and resumed: the bytes and figures of a run that was never stopped', async () => {
    const killed = async (file: string, delays: readonly number[]): Promise<readonly Ended[]> => {
      const [after, ...rest] = delays
      if (after === undefined) return [await puregrad(file)]
      const ended = await puregrad(file, { signal: 'SIGKILL', after })
      return [ended, ...(await killed(file, rest))]
    }
    const delays = [0, 1].map(() => Math.random() * 60)
    const [whole, parts] = await Promise.all([puregrad('whole'), killed('parts', delays)])
    expect(whole).toMatchObject({ code: 0 })
    expect(parts.map(({ signal }) => signal)).toContain('SIGKILL')
    expect(figuresOf(parts.at(-1)!)).toEqual(figuresOf(whole))
    expect((await bytesOf('parts')).equals(await bytesOf('whole'))).toBe(true)

    // Finished already: it says so at once, and changes nothing.
    const [again, other] = await Promise.all([puregrad('parts'), puregrad('parts', undefined, '--seed', '1')])
    expect(figuresOf(again)).toEqual(figuresOf(whole))
    expect(again.stderr).toBe('')
    expect((await bytesOf('parts')).equals(await bytesOf('whole'))).toBe(true)

    expect(other).toMatchObject({ code: 1 })
    expect(other.stderr).toBe('error: parts: settings.seed: the checkpoint has 0, this training 1\n')
  })

  test('Ctrl-C saves where it was', async () => {
    const stopped = await puregrad('stopped', { signal: 'SIGINT', after: 5 })
    expect(stopped).toMatchObject({ code: 0 })
    expect(figuresOf(stopped)).toMatchObject({ stopped: 'aborted' })
    const resumed = await puregrad('stopped')
    expect(figuresOf(resumed)).toMatchObject({ stopped: 'budget', epochs: 40 })
    expect((await bytesOf('stopped')).equals(await bytesOf('whole'))).toBe(true)
    expect((await readdir(folder)).filter((name) => name.startsWith('stopped'))).toEqual(['stopped'])
  })
})
