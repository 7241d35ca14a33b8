#!/usr/bin/env node
/** The command: says in one line which optional package it needs where it is not there. */
const missing = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    ? /Cannot find package '([^']+)'/.exec(error.message)?.[1]
    : undefined

try {
  await import('./main.ts')
} catch (error) {
  const name = missing(error)
  if (name === undefined) throw error
  process.stderr.write(`puregrad-claims: the optional package ${name} is needed: npm install ${name}\n`)
  process.exit(1)
}

export {}
