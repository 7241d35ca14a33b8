import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs `puregrad-claims`, the program that lies beside this one, with these arguments, and ends with its code. It is a
 * process of its own, as it starts others of its kind.
 */
export const claims = (argv: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const program = fileURLToPath(
      new URL(`../lecture/command/start${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
    )
    const child = spawn(process.execPath, [...process.execArgv, program, ...argv], { stdio: 'inherit' })
    // A terminal sends its signals to both, and a second one would cut off what the first one ends in order; what is
    // sent to this process alone is passed on.
    signals.forEach((signal) =>
      process.on(signal, () => {
        if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal)
      }),
    )
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal])),
    )
  })
