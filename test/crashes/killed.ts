import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How often to kill: a few times among the tests, more often when asked to. */
export const kills = Number(process.env['PUREGRAD_KILLS'] ?? 4)

/** Runs a script of this folder from its source and gives its lines; kills it after so many lines and milliseconds. */
export const linesUntilKilled = (
  script: string,
  args: readonly string[],
  { lines, milliseconds }: { readonly lines: number; readonly milliseconds: number },
  before = '',
): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(script, import.meta.url))
    const node = [process.execPath, '--import', 'tsx', path, ...args]
    const child =
      before === ''
        ? spawn(node[0] ?? '', node.slice(1))
        : spawn('bash', ['-c', `${before}; exec "$@"`, 'bash', ...node])
    let text = ''
    let killing = false
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (killing || text.split('\n').length <= lines) return
      killing = true
      setTimeout(() => child.kill('SIGKILL'), milliseconds)
    })
    let problems = ''
    child.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()))
    child.on('error', reject)
    child.on('close', () => {
      if (problems !== '') reject(new Error(problems))
      // A last line without its end was being written.
      else resolve(text.split('\n').slice(0, -1))
    })
  })
