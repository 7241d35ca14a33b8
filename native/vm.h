// The executor of kernel programs. Freestanding C++17: no exceptions, no RTTI, no containers, so that the same
// source builds as a Node addon and as a WebAssembly module.
#pragma once
#include <cstddef>
#include <cstdint>

namespace puregrad {

struct Program;

struct Status {
  // 0 is success.
  int code;
  // What was expected and what came, with the position of the instruction.
  char message[256];
};

enum StatusCode { OK = 0, MALFORMED = 1, OUT_OF_MEMORY = 2, INDEX_OUT_OF_RANGE = 3 };

// Checks every word, size, place and stride against the declared memory before anything is kept; a program that is
// not well-formed gives null and a message. `constants` is copied.
Program *loadProgram(const int32_t *words, size_t count, const uint8_t *constants, size_t constantBytes, Status *);
void freeProgram(Program *);

size_t inputCount(const Program *);
size_t inputBytes(const Program *, size_t input);
size_t outputBytes(const Program *);
// The byte of the output where an input may lie; −1 where it may not.
int64_t placeInOutput(const Program *, size_t input);

// The caller has checked that each input and the output have at least the declared number of bytes and suit the
// alignment of their elements, and that the output lies over no input that does not have its place there. At most `threads` threads. A program runs once at a time.
void runProgram(Program *, const uint8_t *const *inputs, uint8_t *output, int threads, Status *);

}  // namespace puregrad
