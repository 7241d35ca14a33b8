import { hasEnded, ownMark, type ProcessMark } from './process-mark.ts'

/** A name no other file has, that says which process will give the file its proper name. */
export const temporaryName = (): string => {
  const { host, pid, started } = ownMark()
  return `.puregrad-${host}-${pid}-${started}-${crypto.randomUUID().slice(0, 8)}.tmp`
}

const markIn = (name: string): ProcessMark | undefined => {
  const [, host, pid, started] = /^\.puregrad-([A-Za-z0-9]*)-(\d+)-(\d*)-[0-9a-f]{8}\.tmp$/.exec(name) ?? []
  return host === undefined || pid === undefined || started === undefined
    ? undefined
    : { host, pid: Number(pid), started }
}

/** Removes from a folder what processes left that ended before they could name it; what cannot be removed stays. */
export const sweepTemporaries = async (folder: string): Promise<void> => {
  const { readdir, rm } = process.getBuiltinModule('node:fs/promises')
  const { join } = process.getBuiltinModule('node:path')
  const names = await readdir(folder).catch((): string[] => [])
  const left = names.filter((name) => {
    const mark = markIn(name)
    return mark !== undefined && hasEnded(mark)
  })
  await Promise.allSettled(left.map((name) => rm(join(folder, name), { force: true })))
}
