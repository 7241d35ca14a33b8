/** What is needed of an open file. */
export interface WritableFile {
  readonly write: (
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ readonly bytesWritten: number }>
  readonly truncate: (length: number) => Promise<void>
  readonly sync: () => Promise<void>
}

/** Writes lines at the end of a file one after the other, and takes back what could not be written whole. */
export const lineWriter = (
  file: WritableFile,
  start: number,
): { readonly write: (line: string) => Promise<void>; readonly settled: () => Promise<void> } => {
  /* eslint-disable functional/no-let -- the end of the file and the last in the queue are its state */
  let end = start
  let clean = true
  let queue: Promise<unknown> = Promise.resolve()
  /* eslint-enable functional/no-let */
  const writeNow = async (line: string): Promise<void> => {
    if (!clean) await file.truncate(end)
    clean = false
    const bytes = Buffer.from(`${line}\n`)
    const { bytesWritten } = await file.write(bytes, 0, bytes.length, end)
    if (bytesWritten < bytes.length) throw new Error('the file system took a part of the line only')
    await file.sync()
    end += bytes.length
    clean = true
  }
  return {
    write: (line) => {
      const written = queue.then(() =>
        writeNow(line).catch(async (error: unknown) => {
          // Where even that fails the next line does it, or fails too.
          await file.truncate(end).then(
            () => {
              clean = true
            },
            () => undefined,
          )
          throw error
        }),
      )
      queue = written.catch(() => undefined)
      return written
    },
    settled: () => queue.then(() => undefined),
  }
}
