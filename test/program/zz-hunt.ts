import fc from 'fast-check'
import { evaluateProgram } from '../../src/autodiff/evaluate.ts'
import { nativeExecutor } from '../../src/backend/native.ts'
import { wasmExecutor } from '../../src/backend/wasm.ts'
import { typescriptExecutor } from '../../src/backend/typescript/executor.ts'
import { printProgram, checkProgram } from '../../src/index.ts'
import { lower } from '../../src/program/lowering/lower.ts'
import * as L from '../../src/program/lowering/lower.ts'
import { inlineCalls } from '../../src/program/passes/inline-calls.ts'
import { simplify } from '../../src/program/simplify.ts'
import { copyElements, type ConcreteTensor } from '../../src/tensor/concrete.ts'
import { regionPrograms } from './region-programs.ts'
import { runLowered } from './run-lowered.ts'

const runs = Number(process.argv[2] ?? 1000)
const seed = Number(process.argv[3] ?? Date.now() % 1e6)
const depth = Number(process.argv[4] ?? 3)
const executors = [nativeExecutor()!, wasmExecutor()!, typescriptExecutor]
const lowerFused = (p: any, o: any) => { try { return L.lowerWith(p, o.reproducible, true) } catch (e) { if ((e as any).constructor.name !== 'FusionError' && !String(e).includes('usion')) throw e; fusionErrors++; if (strict) throw e; return L.lowerWith(p, o.reproducible, false) } }
let fusionErrors = 0; const strict = process.argv[5] === 'strict'
let eqs = 0, total = 0, nestedCount = 0, zero = 0
const same = (a: any, b: any): string | undefined => {
  if (a.length !== b.length) return `length ${a.length} ${b.length}`
  for (let i = 0; i < a.length; i++)
    if (!(a[i] === b[i] || (a[i] !== a[i] && b[i] !== b[i]))) return `[${[...a].slice(0,12)}] expected [${[...b].slice(0,12)}]`
  return undefined
}

const t0 = Date.now()
const details = fc.check(
  fc.property(regionPrograms({ depth }), ({ program, inputs }) => {
    total++
    eqs += program.equations.length
    if (program.equations.some((e) => e.operation === 'scan' || e.operation === 'cond')) nestedCount++
    const c = checkProgram(program)
    if (c._tag === 'Left') throw new Error('ill typed ' + c.left.message)
    const expected = evaluateProgram(program, inputs).map((x) => copyElements(x as ConcreteTensor))
    if (expected.some((e) => e.length === 0)) zero++
    for (const [pass, prepared] of [['simplified', simplify(program)], ['plain', inlineCalls(program)]] as const)
      for (const reproducible of [false, true]) {
        const lowered = lowerFused(prepared, { reproducible })
        for (const executor of executors) {
          const got = runLowered(executor, lowered, prepared, inputs)
          got.forEach((g, i) => {
            const d = same(g, expected[i])
            if (d !== undefined) throw new Error(`${pass} ${executor.name} rep=${reproducible} output ${i}: ${d}`)
          })
        }
      }
  }),
  { numRuns: runs, seed, maxSkipsPerRun: 1000, endOnFailure: false },
)
console.log({ total, eqs: eqs / total, nestedCount, zero, ms: Date.now() - t0, seed, failed: details.failed, shrinks: details.numShrinks, numRuns: details.numRuns, fusionErrors })
if (details.failed) {
  const [{ program, inputs }] = details.counterexample as any
  console.log(printProgram(program))
  inputs.forEach((x: any) => console.log(x.shape, x.dtype, [...copyElements(x)].join()))
  const e = (details as any).errorInstance ?? String(details)
  console.log(e?.stack ?? e)
}
