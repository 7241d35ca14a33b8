import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'

/** What the figures of a page hold for. */
export interface Processor {
  /** What people call it, such as `AMD EPYC, Zen 4`. */
  readonly label: string
  readonly vendor: 'amd' | 'intel' | 'other'
  readonly cores: number
  /** Instructions on vectors and matrices that it has. */
  readonly vectors: readonly string[]
  /** Sizes of its caches, the nearest first. */
  readonly caches: readonly string[]
}

const vectorSets = ['avx2', 'fma', 'avx512f', 'avx512_bf16', 'avx512_fp16', 'amx_bf16', 'asimd', 'sve']

/** The value of a line `name : value` of `/proc/cpuinfo`. */
const lineOf = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}\\s*: *(.*)$`, 'm').exec(text)?.[1]?.trim()

const cachesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^index\d+$/.test(name))
        .map((name) => {
          const read = (what: string): string => readFileSync(join(folder, name, what), 'utf8').trim()
          return { level: read('level'), type: read('type'), size: read('size') }
        })
        .filter(({ type }) => type !== 'Instruction')
        .map(({ level, size }) => `L${level} ${size.replace(/K$/, ' kB').replace(/M$/, ' MB')}`)
    : []

/** A processor as Linux describes it; `model` serves where there is no such description. */
export const processorOf = (
  description: string,
  {
    model,
    cores,
    caches,
  }: { readonly model: string; readonly cores: number; readonly caches: readonly string[] },
): Processor => {
  const vendor = lineOf(description, 'vendor_id')
  const numbers = ['cpu family', 'model'].map((name) => lineOf(description, name))
  const flags = (lineOf(description, 'flags') ?? lineOf(description, 'Features') ?? '').split(' ')
  return {
    label: [
      lineOf(description, 'model name') ?? model,
      ...(numbers[0] === undefined ? [] : [`family ${numbers.join(' model ')}`]),
    ].join(', '),
    vendor: vendor === 'AuthenticAMD' ? 'amd' : vendor === 'GenuineIntel' ? 'intel' : 'other',
    cores,
    vectors: vectorSets.filter((name) => flags.includes(name)),
    caches,
  }
}

/** The processor this runs on. */
export const processor = (): Processor =>
  processorOf(existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '', {
    model: cpus()[0]?.model.trim() ?? 'an unknown processor',
    cores: availableParallelism(),
    caches: cachesBelow('/sys/devices/system/cpu/cpu0/cache'),
  })

/** The name of the file of a kind of processor: `AMD EPYC, family 25 model 17` with 2 cores is `amd-epyc-family-25-model-17-2-cores`. */
export const kindOf = ({ label, cores }: Processor): string =>
  `${label} ${String(cores)} cores`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
