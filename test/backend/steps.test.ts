import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { nativeStepFile, nativeStepList, stepHeader, stepHeaderFile } from '../../scripts/step-header.ts'
import { stepOf } from '../../src/compile/executors/steps.ts'
import { nativeOperations as nativeSteps, stepOperations } from './step-operations.ts'
import { primitives } from '../../src/core/primitive/table.ts'

test('the numbers of the steps in C++ are those of the table: else run node --import tsx scripts/step-header.ts', () => {
  expect(readFileSync(stepHeaderFile, 'utf8')).toBe(stepHeader())
  expect(readFileSync(nativeStepFile, 'utf8')).toBe(nativeStepList())
})

test('every primitive that is lowered to a step names one of the same arity', () => {
  for (const { name, arity, lowering } of Object.values(primitives)) {
    if (lowering.kind !== 'step') continue
    expect(`${name}: ${stepOf(lowering.step.operation)?.arity}`).toBe(`${name}: ${arity}`)
  }
})

test('numbers do not depend on the order of definition', () => {
  expect(nativeSteps).toEqual([...nativeSteps].sort())
  expect(new Set(stepOperations).size).toBe(stepOperations.length)
})

test('every primitive stands in the table by its own name', () => {
  for (const [key, { name }] of Object.entries(primitives)) expect(key).toBe(name)
})
