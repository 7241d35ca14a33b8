import { nativeMachine } from '../src/compile/executors/native.ts'
import { backend } from '../src/index.ts'
import { coresOf } from './cores.ts'
import { commandOf, loadNow, type Run } from './results.ts'

/** A run that begins now, by its date; `ended` makes its record with the versions of those who took part. */
export const beginRun = (
  script: string,
): { readonly date: string; readonly ended: (versions: Run['versions']) => Run } => {
  const [date, load] = [new Date().toISOString(), loadNow()]
  const machine = nativeMachine()
  return {
    date,
    ended: (versions) => ({
      date,
      command: commandOf(script, process.argv.slice(2)),
      node: process.versions.node,
      backend: `backend ${backend()}${machine === undefined ? '' : ` with ${machine.isa}`}`,
      load,
      isBound: coresOf(1) !== undefined,
      versions,
    }),
  }
}
