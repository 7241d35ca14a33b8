import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { installPackage } from './install-package.ts'

const { folder, remove } = await installPackage()
afterAll(remove)

const place = join(folder, 'node_modules', 'puregrad')
const dist = join(place, 'dist', 'node')

/** The files a module is loaded with, by what its text imports and requires. */
const filesOf = (file: string, seen: ReadonlySet<string> = new Set()): ReadonlySet<string> =>
  seen.has(file)
    ? seen
    : [
        ...readFileSync(file, 'utf8').matchAll(/\b(?:from|import|require)\s*\(?\s*["'](\.[^"']+)["']/g),
      ].reduce<ReadonlySet<string>>(
        (all, [, path = '']) => filesOf(join(dirname(file), path), all),
        new Set([...seen, file]),
      )
const bytesOf = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + statSync(file).size, 0)

// What the engine reads before anything is computed; a budget that is raised is time that every process takes.
test('in Node the main entry is its names, one script and what loads it', () => {
  const files = filesOf(join(dist, 'node.js'))
  expect(files.size).toBe(4)
  expect(bytesOf(files)).toBeLessThanOrEqual(666_000)
})

test('training a network loads a third more', () => {
  const files = new Set(
    ['node', 'nn/index', 'optim/index', 'training/index'].flatMap((name) => [
      ...filesOf(join(dist, `${name}.js`)),
    ]),
  )
  expect(bytesOf(files)).toBeLessThanOrEqual(1_000_000)
})

describe('compiled functions that are kept', () => {
  const caches = join(place, 'build', 'code-cache')
  const written = (): readonly string[] =>
    existsSync(caches) ? readdirSync(caches).map((name) => join(caches, name)) : []
  const write = (): void => {
    execFileSync(process.execPath, [join(place, 'scripts', 'write-code-cache.mjs'), '--strict'])
  }

  const use = `
    import load from './node_modules/puregrad/dist/node/core/load.cjs'
    const { grad, jit, square, sum, tensor, toArray } = await import('./node_modules/puregrad/dist/node/node.js')
    const result = toArray(jit(grad((x) => sum(square(x))))(tensor([1, 2, 3])))
    console.log(JSON.stringify({ result, script: load.script !== undefined, refused: load.script?.cachedDataRejected ?? null }))`
  const used = (...flags: readonly string[]): unknown =>
    JSON.parse(
      execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', use], {
        cwd: folder,
        encoding: 'utf8',
      }),
    )
  const result = [2, 4, 6]

  beforeEach(() => {
    rmSync(caches, { recursive: true, force: true })
  })

  test('are written once and taken by the next process', () => {
    expect(used()).toEqual({ result, script: true, refused: null })
    write()
    write()
    expect(written().length).toBe(1)
    expect(used()).toEqual({ result, script: true, refused: false })
  })

  test('cost nothing but time where they are cut short, of other flags, or nothing at all', () => {
    write()
    const [file = ''] = written()
    expect(used('--no-opt')).toEqual({ result, script: true, refused: true })
    truncateSync(file, statSync(file).size >> 1)
    expect(used()).toEqual({ result, script: true, refused: true })
    writeFileSync(file, '')
    expect(used()).toEqual({ result, script: true, refused: true })
  })

  test('are of one text: another build looks for others', () => {
    write()
    const [file = ''] = written()
    const main = readFileSync(join(dist, 'node.js'), 'utf8')
    const [, chunk = ''] = /from\s*"\.\/(chunks\/[^"]+)"/.exec(main) ?? []
    const facade = readFileSync(join(dist, chunk), 'utf8')
    const [, digest = ''] = /"([0-9a-f]{16})"/.exec(facade) ?? []
    expect(file).toContain(digest)
    writeFileSync(join(dist, chunk), facade.replace(digest, '0'.repeat(16)))
    try {
      expect(used()).toEqual({ result, script: true, refused: null })
    } finally {
      writeFileSync(join(dist, chunk), facade)
    }
  })

  test('are left where the maps of the sources are asked for, which scripts are not followed by', () => {
    write()
    expect(used('--enable-source-maps')).toEqual({ result, script: false, refused: null })
  })
})
