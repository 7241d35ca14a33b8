import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/build-native.mjs', import.meta.url))

/** The script beside a source and a compiler of the test's own, both in an empty folder. */
describe.skipIf(process.platform === 'win32')('building the addon', () => {
  let root = ''
  const addon = (): string => join(root, 'prebuilds', `${process.platform}-${process.arch}`, 'puregrad.node')
  const tool = (name: string, text: string): string => {
    const path = join(root, name)
    writeFileSync(path, `#!/bin/sh\n${text}\n`)
    chmodSync(path, 0o755)
    return path
  }
  const build = (env: Readonly<Record<string, string>>, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'scripts', 'build-native.mjs'), ...args],
      { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } },
    )
    return { status, stdout, stderr }
  }
  /** An addon older than its source, which no process must go on using. */
  const outdated = (): void => {
    mkdirSync(dirname(addon()), { recursive: true })
    writeFileSync(addon(), 'an addon of earlier sources')
    utimesSync(addon(), 1, 1)
  }
  const noCompiler = { CXX: '', PATH: '/nowhere' }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'puregrad-build-'))
    mkdirSync(join(root, 'native'))
    mkdirSync(join(root, 'scripts'))
    cpSync(script, join(root, 'scripts', 'build-native.mjs'))
    writeFileSync(join(root, 'native', 'addon.cc'), '')
    writeFileSync(join(root, 'native', 'addon.h'), '')
  })
  afterEach(() => {
    rmSync(root, { recursive: true })
  })

  it('that the compiler refuses fails with its words, and leaves no addon', () => {
    const CXX = tool('refuses', '[ "$1" = --version ] || { echo "no such type" >&2; exit 1; }')
    for (const prepare of [outdated, () => undefined]) {
      prepare()
      const { status, stderr } = build({ CXX })
      expect(status).toBe(1)
      expect(stderr).toMatch(/the native addon was not built.*\n.*addon\.cc:\n.*no such type/)
      expect(existsSync(addon())).toBe(false)
    }
  })

  it('that the linker refuses, or that gives what does not load, fails and leaves nothing half-written', () => {
    const object =
      'for last; do :; done; case "$*" in --version) exit 0;; *" -c "*) : > "$last"; exit 0;; esac'
    for (const link of ['echo "undefined symbol" >&2; exit 1', 'echo "no ELF" > "$last"']) {
      outdated()
      const { status, stderr } = build({ CXX: tool('links', `${object}; ${link}`) })
      expect(status).toBe(1)
      expect(stderr).toContain('the native addon was not built')
      expect(readdirSync(dirname(addon()))).toEqual([])
    }
  })

  it('without a compiler says so in one line and goes on without an addon', () => {
    outdated()
    const { status, stdout, stderr } = build(noCompiler)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^puregrad: compiled functions run on WebAssembly, as .*\n$/)
    expect(existsSync(addon())).toBe(false)
    expect(build(noCompiler, '--strict').status).toBe(1)
  })

  it('at an installation never fails, and takes the addon that was packed', () => {
    const CXX = tool('refuses', '[ "$1" = --version ] || exit 1')
    const { status, stdout, stderr } = build({ CXX }, '--unless-built')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^puregrad: .*\n$/)
    outdated()
    expect(build({ CXX }, '--unless-built')).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(existsSync(addon())).toBe(true)
  })

  it('with a CXX that does not run says so', () => {
    const { status, stderr } = build({ CXX: join(root, 'none') })
    expect(status).toBe(1)
    expect(stderr).toMatch(/CXX names .*none, which does not run/)
  })
})
