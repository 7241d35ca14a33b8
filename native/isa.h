// Which instruction set is used: the best of the machine, capped by PUREGRAD_ISA (generic, avx2, avx512, neon).
#pragma once

namespace puregrad {

enum class Isa { generic, avx2, avx512, neon };

// Decided once. WebAssembly and machines without a special path are `generic`.
Isa isa();
const char *isaName(Isa);
// Whether the processor has the second set of bit manipulations (x86).
bool hasBmi2();
// Whether products of bfloat16 have instructions of their own, which add to AVX-512 (x86).
bool hasBfloat16();

}  // namespace puregrad
