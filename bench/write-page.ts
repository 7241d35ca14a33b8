// node --import tsx bench/write-page.ts [docs/performance.md]
//
// Makes the page anew of the results that are kept.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toSvg } from '../src/report/index.ts'
import { chartName, chartOf, pageOf } from './page.ts'
import { readAll, writeFormatted, type Results } from './results.ts'

/** The page and, beside it, a picture for each kind of processor that was measured on one thread. */
export const writePage = async (path: string, all: readonly Results[]): Promise<void> => {
  await writeFormatted(path, pageOf(all))
  for (const results of all.filter(({ measurements }) => measurements.some(({ threads }) => threads === 1))) {
    const svg = await toSvg(chartOf(results))()
    if (svg._tag === 'Left') throw new Error(svg.left.message)
    await writeFile(join(path, '..', chartName(results)), svg.right)
  }
}

if (process.argv[1] === import.meta.filename)
  await writePage(process.argv[2] ?? 'docs/performance.md', readAll())
