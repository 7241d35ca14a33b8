// The child's side of the protocol, one line each way:
//   prepare NAME THREADS -> ready CHECK | absent REASON
//   run COUNT            -> time NANOSECONDS
//   memory               -> memory BYTES, the most this process had
//   version              -> version TEXT, of the library or compiler behind it
// CHECK is a number every contender has to agree on, so that all of them do the same work.
import { createInterface } from 'node:readline'

/**
 * @param {Record<string, (threads: number) => any>} tasks each gives { check, run(count) }, or a promise of it
 * @param {string} version
 */
export const serve = async (tasks, version) => {
  let run = () => undefined
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, name, threads] = line.split(' ')
    if (command === 'prepare') {
      try {
        const task = tasks[name]
        if (task === undefined) console.log('absent does not have this work')
        else {
          const prepared = await task(Number(threads))
          run = prepared.run
          console.log(`ready ${prepared.check}`)
        }
      } catch (error) {
        console.log(`absent ${String(error instanceof Error ? error.message : error).split('\n')[0]}`)
      }
    } else if (command === 'version') {
      console.log(`version ${version}`)
    } else if (command === 'memory') {
      console.log(`memory ${process.resourceUsage().maxRSS * 1024}`)
    } else {
      const start = process.hrtime.bigint()
      const pending = run(Number(name))
      if (pending instanceof Promise) await pending
      console.log(`time ${process.hrtime.bigint() - start}`)
    }
  }
}
