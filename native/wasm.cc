// The executor as a WebAssembly module: memory, the functions a C library would bring, and exports. One thread.
#if defined(__wasm__)
#include <cstddef>
#include <cstdint>
#include "gemm_tables.h"
#include "memory.h"
#include "vm.h"

extern "C" {

// Clang makes the memory instructions of WebAssembly of these.
void *memcpy(void *to, const void *from, size_t n) {
  __builtin_memcpy(to, from, n);
  return to;
}
void *memmove(void *to, const void *from, size_t n) {
  __builtin_memmove(to, from, n);
  return to;
}
void *memset(void *to, int value, size_t n) {
  __builtin_memset(to, value, n);
  return to;
}
int memcmp(const void *a, const void *b, size_t n) {
  const uint8_t *x = static_cast<const uint8_t *>(a), *y = static_cast<const uint8_t *>(b);
  for (size_t i = 0; i < n; i++)
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  return 0;
}

// Where the linker put the end of everything static.
extern uint8_t __heap_base;

}  // extern "C"

namespace {

constexpr size_t line = 64, page = 65536, classes = 120;

// In front of every piece: its class while it is in use, the next free piece of the class otherwise.
struct Header {
  size_t sizeClass;
  Header *next;
};

Header *freePieces[classes];
size_t top = 0, end = 0;

// Four sizes for each power of two, from 64 bytes on.
size_t sizeOf(size_t sizeClass) { return (line << (sizeClass >> 2)) / 4 * (4 + (sizeClass & 3)); }

void *piece(size_t bytes) {
  size_t sizeClass = 0;
  while (sizeClass < classes && sizeClass < 100 && sizeOf(sizeClass) < bytes) sizeClass++;
  if (sizeOf(sizeClass) < bytes) return nullptr;
  Header *header = freePieces[sizeClass];
  if (header != nullptr) {
    freePieces[sizeClass] = header->next;
    return reinterpret_cast<uint8_t *>(header) + line;
  }
  if (top == 0) {
    top = (reinterpret_cast<size_t>(&__heap_base) + line - 1) / line * line;
    end = __builtin_wasm_memory_size(0) * page;
  }
  const size_t needed = (sizeOf(sizeClass) + line - 1) / line * line + line;
  if (needed > end - top) {
    // Each growth gives the engine a new buffer of the whole memory to look after, so growths are few.
    const size_t least = (needed - (end - top) + page - 1) / page, quarter = end / page / 4;
    size_t pages = least < quarter ? quarter : least;
    if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) {
      pages = least;
      if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) return nullptr;
    }
    end += pages * page;
  }
  header = reinterpret_cast<Header *>(top);
  top += needed;
  header->sizeClass = sizeClass;
  return reinterpret_cast<uint8_t *>(header) + line;
}

}  // namespace

#define PG_EXPORT(name) extern "C" __attribute__((export_name(name)))

PG_EXPORT("allocate") void *pgAllocate(size_t bytes) { return bytes > (size_t{1} << 30) ? nullptr : piece(bytes); }

PG_EXPORT("free") void pgFree(void *memory) {
  if (memory == nullptr) return;
  Header *header = reinterpret_cast<Header *>(static_cast<uint8_t *>(memory) - line);
  header->next = freePieces[header->sizeClass];
  freePieces[header->sizeClass] = header;
}

namespace {
puregrad::Status status;
}

PG_EXPORT("load")
puregrad::Program *load(const int32_t *words, size_t count, const uint8_t *constants, size_t constantBytes) {
  return puregrad::loadProgram(words, count, constants, constantBytes, &status);
}

PG_EXPORT("unload") void unload(puregrad::Program *program) { puregrad::freeProgram(program); }

PG_EXPORT("run") int32_t run(puregrad::Program *program, const uint8_t *const *inputs, uint8_t *output) {
  puregrad::runProgram(program, inputs, output, 1, &status);
  return status.code;
}

// Takes tile `which` of the matrix product from another module.
PG_EXPORT("setTile") void setTile(int which, puregrad::generic::GivenTile tile) {
  if (which >= 0 && which < 3) puregrad::generic::givenTiles[which] = tile;
}

// Of the last load or run: a code, then a message that ends with 0.
PG_EXPORT("status") const puregrad::Status *lastStatus() { return &status; }
#endif

// What the compiler calls for products of 128 bits; there is no runtime library here.
extern "C" __int128 __multi3(__int128 a, __int128 b) {
  const uint64_t al = static_cast<uint64_t>(a), ah = static_cast<uint64_t>(a >> 64);
  const uint64_t bl = static_cast<uint64_t>(b), bh = static_cast<uint64_t>(b >> 64);
  const uint64_t low = 0xffffffff;
  const uint64_t p0 = (al & low) * (bl & low), p1 = (al >> 32) * (bl & low), p2 = (al & low) * (bl >> 32),
                 p3 = (al >> 32) * (bl >> 32);
  const uint64_t middle = (p0 >> 32) + (p1 & low) + (p2 & low);
  const uint64_t high = p3 + (p1 >> 32) + (p2 >> 32) + (middle >> 32) + ah * bl + al * bh;
  return static_cast<__int128>(static_cast<unsigned __int128>(high) << 64 | (middle << 32 | (p0 & low)));
}
