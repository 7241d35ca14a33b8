// node --import tsx bench/gradbench/tool.ts
//
// puregrad as a tool of GradBench (github.com/gradbench/gradbench), on one thread unless told otherwise:
//   gradbench run --eval 'gradbench eval gmm' --tool 'node --import tsx bench/gradbench/tool.ts'

import { createInterface } from 'node:readline'
import * as E from 'fp-ts/lib/Either.js'
import { setThreads } from '../../src/node.ts'
import { answer } from './protocol.ts'

setThreads(Number(process.env['PUREGRAD_THREADS'] ?? 1))
for await (const line of createInterface({ input: process.stdin })) {
  const answered = answer(line)
  if (E.isLeft(answered)) {
    console.error(`a line that is no message: ${answered.left}`)
    process.exit(1)
  }
  console.log(JSON.stringify(answered.right))
}
