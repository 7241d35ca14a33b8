/** Names a process beyond its number, which the system gives to another one later. */
export interface ProcessMark {
  readonly host: string
  readonly pid: number
  /** When it started, in the clock of the system; empty where the system does not say. */
  readonly started: string
}

/** The start of a process, from the one file that tells; field 22, counted behind the name in parentheses. */
const startOf = (pid: number): string => {
  try {
    const text = process.getBuiltinModule('node:fs').readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** Letters that may stand in the name of a file. */
const plainHost = (): string =>
  process
    .getBuiltinModule('node:os')
    .hostname()
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 24)

/** This process. */
export const ownMark = (): ProcessMark => ({
  host: plainHost(),
  pid: process.pid,
  started: startOf(process.pid),
})

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Whether a process has surely ended; of one on another machine nothing is known. */
export const hasEnded = ({ host, pid, started }: ProcessMark): boolean => {
  if (host !== plainHost()) return false
  if (!exists(pid)) return true
  const now = startOf(pid)
  return started !== '' && now !== '' && now !== started
}
