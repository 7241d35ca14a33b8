/** Where a command prints, line by line. */
export interface Lines {
  readonly say: (line: string) => void
  readonly warn: (line: string) => void
}

/** A stream that is not read any more is no error of the command. */
const isClosed = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'].includes(String(error.code))

/** Writes lines until nobody reads them. */
const lineWriter = (stream: NodeJS.WriteStream, closed: () => void): ((line: string) => void) => {
  stream.on('error', (error) => {
    if (!isClosed(error)) throw error
    closed()
  })
  return (line) => {
    if (stream.writable) stream.write(`${line}\n`)
  }
}

/** Standard output and standard error; when the first is closed at the other end the command is told, and no line is an error. */
export const quietStreams = (closed: () => void): Lines => ({
  say: lineWriter(process.stdout, closed),
  warn: lineWriter(process.stderr, () => undefined),
})
