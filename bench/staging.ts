// node --import tsx bench/staging.ts [--layers 5,10,20,40,80] [--rounds 3]
//
// What it costs to stage a training step of a deep network (see deep-network.ts): the first call of a compiled step as a
// whole, less what a call takes, and every phase by itself. The first line of a process is a cold start.
import { parseArgs } from 'node:util'
import { chooseExecutor } from '../src/compile/executors/choose-backend.ts'
import { loadProgram } from '../src/compile/executors/load-program.ts'
import { withFixedNumbers } from '../src/compile/jit/fixed-numbers.ts'
import { jit } from '../src/compile/jit/jit.ts'
import { builderOf, readerOf } from '../src/compile/jit/tree-code.ts'
import { lower } from '../src/compile/lowering/lower.ts'
import { joinPads } from '../src/compile/passes/join-pads.ts'
import { simplify } from '../src/compile/passes/simplify.ts'
import { buildTree, structureOf } from '../src/compile/program/structure.ts'
import { valuesOf } from '../src/core/autodiff/leaves.ts'
import { stageFlat } from '../src/core/autodiff/stage.ts'
import { deepNetworkStep } from './deep-network.ts'
import { showSeconds } from './statistics.ts'

const { values: given } = parseArgs({
  options: {
    layers: { type: 'string', default: '5,10,20,40,80' },
    rounds: { type: 'string', default: '3' },
  },
})

const wholeOf = (layers: number): number => {
  const { step, args } = deepNetworkStep(layers)
  const compiled = jit(step, withFixedNumbers({}))
  const start = performance.now()
  compiled(...args)
  const middle = performance.now()
  compiled(...args)
  return (middle - start - (performance.now() - middle)) / 1e3
}

const phasesOf = (layers: number) => {
  const { step, args } = deepNetworkStep(layers)
  const phases: (readonly [name: string, seconds: number])[] = []
  const timed = <T>(name: string, run: () => T): T => {
    const before = performance.now()
    const result = run()
    phases.push([name, (performance.now() - before) / 1e3])
    return result
  }
  const structure = structureOf(args)
  const { traced, result } = timed('trace', () => {
    let output: ReturnType<typeof step> | undefined
    const { program } = stageFlat((inputs) => {
      output = step(...(buildTree(structure, inputs[Symbol.iterator]()) as typeof args))
      return valuesOf(output)
    }, valuesOf(args))
    return { traced: program, result: structureOf(output) }
  })
  const simple = timed('simplify', () => simplify(traced))
  const prepared = timed('pads', () => joinPads(simple))
  const { kernels } = timed('lower', () => lower(prepared))
  const executor = chooseExecutor(undefined)
  timed('load', () => loadProgram(executor, kernels))
  timed('trees', () => [readerOf(structure), builderOf(result)])
  return {
    phases,
    sizes: [traced.equations.length, prepared.equations.length, kernels.instructions.length],
  }
}

for (let round = 0; round < Number(given.rounds); round++)
  for (const layers of given.layers.split(',').map(Number)) {
    const whole = wholeOf(layers)
    const { phases, sizes } = phasesOf(layers)
    const parts = phases.map(([name, seconds]) => `${name} ${showSeconds(seconds)}`)
    console.log(
      `${String(layers)} layers: first call ${showSeconds(whole)}; ${parts.join(', ')}; ` +
        `equations ${sizes.slice(0, 2).join(', then ')}, instructions ${String(sizes[2])}`,
    )
  }
