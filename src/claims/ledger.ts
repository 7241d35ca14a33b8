import type { Claim } from './claim.ts'
import { sectionA } from './lecture/a.ts'
import { sectionB } from './lecture/b.ts'
import { sectionC } from './lecture/c.ts'
import { sectionD } from './lecture/d.ts'
import { sectionE } from './lecture/e.ts'
import { sectionF } from './lecture/f.ts'
import { sectionG } from './lecture/g.ts'

/** Every statement of the lecture, in its order. */
export const lectureClaims: readonly Claim[] = [
  ...sectionA,
  ...sectionB,
  ...sectionC,
  ...sectionD,
  ...sectionE,
  ...sectionF,
  ...sectionG,
]
