export * from './claim-ledger.ts'
export * from './learning-curve.ts'
export * from './svg.ts'
export * from './table.ts'
