import { PuregradError } from '../core/tensor/errors.ts'
import { showText } from '../core/tensor/show-value.ts'
import { quietStreams, type Lines } from './quiet-streams.ts'

const codes = { SIGINT: 0, SIGTERM: 143, SIGHUP: 129 } as const

type Ending = keyof typeof codes

/** What a command learns from outside while it runs. */
export interface Surroundings extends Lines {
  /** Aborts when the user or the system asks for an end, or nobody reads what is printed. */
  readonly ending: AbortSignal
}

/**
 * Runs a command and ends the process with its code once everything is written. A first SIGINT, SIGTERM or SIGHUP
 * asks the command to come to an end with what it has, and so does a closed pipe; a second one ends the process. Output
 * that cannot be written makes it a failure. Ended
 * by SIGTERM or SIGHUP the code is 143 or 129, as shells have it. What goes wrong in the library is one line.
 */
export const runCommand = async (command: (surroundings: Surroundings) => Promise<number>): Promise<void> => {
  const controller = new AbortController()
  const signalled = new Promise<Ending>((resolve) => {
    ;(Object.keys(codes) as readonly Ending[]).forEach((signal) => {
      process.once(signal, () => {
        resolve(signal)
        controller.abort()
      })
    })
  })
  const { say, warn } = quietStreams({
    closed: () => controller.abort(),
    failed: (error) => {
      // The last lines of a command fail when it has ended.
      // eslint-disable-next-line functional/immutable-data -- the code of a process that is about to end
      process.exitCode = 1
      warn(`error: standard output: cannot be written: ${showText(error.message)}`)
      controller.abort()
    },
  })
  const code = await command({ ending: controller.signal, say, warn }).catch((error: unknown) => {
    if (!(error instanceof PuregradError)) throw error
    warn(`error: ${showText(error.message, 2000)}`)
    return 1
  })
  const signal = await Promise.race([signalled, Promise.resolve(undefined)])
  // eslint-disable-next-line functional/immutable-data -- exit only when all output is written
  process.exitCode = code !== 0 ? code : signal !== undefined ? codes[signal] : (process.exitCode ?? 0)
}
