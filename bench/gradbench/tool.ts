// node --import tsx bench/gradbench/tool.ts
//
// puregrad as a tool of GradBench (github.com/gradbench/gradbench); BENCH_THREADS bounds its threads:
//   gradbench run --eval 'gradbench eval gmm' --tool 'node --import tsx bench/gradbench/tool.ts'

import { createInterface } from 'node:readline'
import * as E from 'fp-ts/lib/Either.js'
import { setThreads } from '../../src/node.ts'
import { answer } from './protocol.ts'

const threads = process.env['BENCH_THREADS']
if (threads !== undefined) setThreads(Number(threads))
for await (const line of createInterface({ input: process.stdin })) {
  const answered = answer(line)
  if (E.isLeft(answered)) {
    console.error(`a line that is no message: ${answered.left}`)
    process.exit(1)
  }
  console.log(JSON.stringify(answered.right))
}
