import { installOffload } from '../../core/autodiff/offload.ts'
import { offload } from './offload.ts'

installOffload(offload)
