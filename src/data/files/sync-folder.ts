/** A name survives a loss of power once its folder is on the disk too; not every system can open a folder. */
export const syncFolder = async (folder: string): Promise<void> => {
  const { open } = process.getBuiltinModule('node:fs/promises')
  const handle = await open(folder, 'r').catch(() => undefined)
  if (handle === undefined) return
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
