import { bindingText, isAtomicIn, joinedUses, type Binding, type Uses } from './binder.ts'
import { functionsOf } from './functions.ts'
import { lanes, widestRow, type Kernel } from './kernel.ts'

/** One dispatch: the text of a shader, what it binds and in how many workgroups it runs. */
export interface Shader {
  readonly text: string
  readonly bindings: readonly Binding[]
  readonly workgroups: number
  /** The depth of the loop whose counter the shader is given. */
  readonly depth: number | undefined
}

/** A loop of more turns than this is counted in two digits. */
export const digits = 4096

const counterText = (binding: number): string =>
  [0, 1]
    .map(
      (digit) =>
        `@group(0) @binding(${String(binding + digit)}) var<uniform> counter${String(digit)}: vec4<u32>;`,
    )
    .join('\n')

const declaredName = (declaration: string): string =>
  /(?:fn|var<workgroup>) (\w+)/.exec(declaration)?.[1] ?? ''

/** Bytes of the memory of a workgroup that declarations take. */
const workgroupBytes = (declarations: readonly string[]): number =>
  declarations.reduce((sum, declaration) => {
    const [, wide = '1', length = '0'] =
      /var<workgroup> \w+: array<(?:vec(\d)<)?\w+>?, (\d+)>/.exec(declaration) ?? []
    return sum + 4 * Number(wide) * Number(length)
  }, 0)

/** What several kernels declare: a text once, and another text of the same name under a name of its own. */
const joinedDeclarations = (kernels: readonly Kernel[]) => {
  const texts = new Map<string, string>()
  const parts = kernels.map(({ declarations: blocks, lines }, part) => {
    // A block may have several functions, each of which has a name.
    const declarations = blocks.flatMap((block) => block.split(/\n(?=fn )/))
    const renamedBy = (names: readonly string[]) => (text: string) =>
      names.reduce(
        (sofar, name) => sofar.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${name}_${String(part)}`),
        text,
      )
    // What calls a function of another name is another text, too.
    const renamedOf = (names: readonly string[]): readonly string[] => {
      const more = declarations.flatMap((declaration) => {
        const name = declaredName(declaration)
        const known = texts.get(name)
        const isOther = known !== undefined && known !== renamedBy(names)(declaration)
        return isOther && !names.includes(name) ? [name] : []
      })
      return more.length === 0 ? names : renamedOf([...names, ...more])
    }
    const rename = renamedBy(renamedOf([]))
    declarations.map(rename).forEach((text) => texts.set(declaredName(text), text))
    return lines.map(rename)
  })
  return { declarations: [...texts.values()], parts }
}

/** So many workgroups are little work. */
const little = 16

const waits = ({ lines }: Kernel): boolean =>
  lines.includes('workgroupBarrier();') || lines.includes('storageBarrier();')

/** Whether kernels can be one dispatch on a device with these limits. */
export const canJoin = (
  kernels: readonly Kernel[],
  mostBindings: number,
  mostWorkgroupBytes: number,
): boolean => {
  const uses = joinedUses(kernels.map((kernel) => kernel.uses))
  const depths = new Set(kernels.flatMap(({ depth }) => depth ?? []))
  return (
    uses.size <= mostBindings &&
    depths.size <= 1 &&
    // Devices in software run a shader with barriers many times slower, all of it.
    (!kernels.some(waits) || kernels.every((kernel) => waits(kernel) || kernel.workgroups <= little)) &&
    workgroupBytes(joinedDeclarations(kernels).declarations) <= mostWorkgroupBytes &&
    // Where one writes parts of words, all accesses are atomic, which is nothing to much work.
    [...uses.keys()].every((binding) => {
      const isAtomic = isAtomicIn(uses, binding)
      return kernels.every(
        (kernel) =>
          !kernel.uses.has(binding) ||
          kernel.workgroups <= little ||
          isAtomicIn(kernel.uses, binding) === isAtomic,
      )
    })
  )
}

/** The whole text of a shader: what it enables and binds, the functions it calls, and its body. */
const shaderText = (uses: Uses, depth: number | undefined, body: string): string =>
  [
    ...(usesSubgroups(body) ? ['enable subgroups;'] : []),
    bindingText(uses),
    ...(depth === undefined ? [] : [counterText(uses.size)]),
    functionsOf(body),
    body,
  ].join('\n')

const usesSubgroups = (text: string): boolean => text.includes('subgroupShuffleXor(')

/** The head of the entry of a shader, and what its parts are given beside their workgroup. */
const entryText = (parts: readonly (readonly string[])[], builtins: readonly string[]): string => {
  const hasSubgroups = parts.some((lines) => usesSubgroups(lines.join('\n')))
  const all = [
    ...builtins,
    '@builtin(local_invocation_index) local: u32',
    ...(hasSubgroups ? ['@builtin(subgroup_size) size: u32'] : []),
  ]
  return `@compute @workgroup_size(${String(lanes)})
fn main(${all.join(', ')}) {
let lane = i32(local);
let subgroup = ${hasSubgroups ? 'i32(size)' : '1'};`
}

const partFunctions = (parts: readonly (readonly string[])[]): readonly string[] =>
  parts.flatMap((lines, part) => [
    `fn part_${String(part)}(group: i32, lane: i32, counter: i32, subgroup: i32) {`,
    ...lines,
    '}',
  ])

/** Turns of a loop in one dispatch: no device is kept busy so long by one that it takes it for hung. */
export const turnsTogether = 1024

/**
 * A loop in one workgroup, `turnsTogether` turns for each dispatch: in each turn the kernels of one batch after another,
 * what one has written being there for the next. The counter of the loop that is given is that of the dispatches.
 */
export const loopShaderOf = (
  batches: readonly (readonly Kernel[])[],
  count: number,
  depth: number,
): Shader => {
  const kernels = batches.flat()
  const { declarations, parts } = joinedDeclarations(kernels)
  const uses = joinedUses(kernels.map((kernel) => kernel.uses))
  const ends = batches.map((_, i) => batches.slice(0, i + 1).flat().length - 1)
  const body = [
    ...declarations,
    ...partFunctions(parts),
    entryText(parts, []),
    `let first = i32(counter0.x + counter1.x * ${String(digits)}u) * ${String(turnsTogether)};
for (var counter = first; counter < min(first + ${String(turnsTogether)}, ${String(count)}); counter++) {`,
    ...kernels.flatMap(({ workgroups }, part) => [
      `for (var group = 0; group < ${String(workgroups)}; group++) { part_${String(part)}(group, lane, counter, subgroup); workgroupBarrier(); }`,
      ...(ends.includes(part) ? ['storageBarrier();'] : []),
    ]),
    '}',
    '}',
  ].join('\n')
  return { text: shaderText(uses, depth, body), bindings: [...uses.keys()], workgroups: 1, depth }
}

/** The shader in which every kernel has workgroups of its own, behind those of the kernels in front of it. */
export const shaderOf = (kernels: readonly Kernel[]): Shader => {
  const { declarations, parts } = joinedDeclarations(kernels)
  const uses = joinedUses(kernels.map((kernel) => kernel.uses))
  const depth = kernels.find((kernel) => kernel.depth !== undefined)?.depth
  const workgroups = kernels.reduce((sum, kernel) => sum + kernel.workgroups, 0)
  const starts = kernels.map((_, part) =>
    kernels.slice(0, part).reduce((sum, kernel) => sum + kernel.workgroups, 0),
  )
  const body = [
    ...declarations,
    ...partFunctions(parts),
    entryText(parts, ['@builtin(workgroup_id) workgroup: vec3<u32>']),
    `let group = i32(workgroup.x + workgroup.y * ${String(widestRow)}u);
let counter = ${depth === undefined ? '0' : `i32(counter0.x + counter1.x * ${String(digits)}u)`};`,
    ...kernels.map((kernel, part) => {
      const start = starts[part]!
      const from = start === 0 ? '' : `group >= ${String(start)} && `
      return `if (${from}group < ${String(start + kernel.workgroups)}) { part_${String(part)}(group - ${String(start)}, lane, counter, subgroup); }`
    }),
    '}',
  ].join('\n')
  return { text: shaderText(uses, depth, body), bindings: [...uses.keys()], workgroups, depth }
}
