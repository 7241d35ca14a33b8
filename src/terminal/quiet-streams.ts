/** Where a command prints, line by line. */
export interface Lines {
  readonly say: (line: string) => void
  readonly warn: (line: string) => void
}

/** A stream that is not read any more is no error of the command. */
const isClosed = (error: Error): boolean =>
  'code' in error && ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'].includes(String(error.code))

/** Writes lines until the stream takes no more. */
const lineWriter = (stream: NodeJS.WriteStream, ended: (error: Error) => void): ((line: string) => void) => {
  stream.on('error', ended)
  return (line) => {
    if (stream.writable) stream.write(`${line}\n`)
  }
}

/** What happens to standard output besides being read. */
export interface OutputEnds {
  /** It is closed at the other end, which is no error. */
  readonly closed: () => void
  /** It cannot be written, such as on a full disk: what was to be said is lost. */
  readonly failed: (error: Error) => void
}

/**
 * Standard output and standard error. That the second takes no more is no matter: it only accompanies the first, and
 * there is nowhere left to say so.
 */
export const quietStreams = ({ closed, failed }: OutputEnds): Lines => ({
  say: lineWriter(process.stdout, (error) => {
    if (isClosed(error)) closed()
    else failed(error)
  }),
  warn: lineWriter(process.stderr, () => undefined),
})
