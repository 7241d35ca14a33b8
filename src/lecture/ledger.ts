import type { Claim } from './claim.ts'
import { sectionA } from './statements/a.ts'
import { sectionB } from './statements/b.ts'
import { sectionC } from './statements/c.ts'
import { sectionD } from './statements/d.ts'
import { sectionE } from './statements/e.ts'
import { sectionF } from './statements/f.ts'
import { sectionG } from './statements/g.ts'

/**
 * Every statement of the lecture, in its order.
 *
 * @category Claims
 */
export const lectureClaims: readonly Claim[] = [
  ...sectionA,
  ...sectionB,
  ...sectionC,
  ...sectionD,
  ...sectionE,
  ...sectionF,
  ...sectionG,
]
