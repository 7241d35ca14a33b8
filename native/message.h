// Messages put together of text and integers, without a C library.
#pragma once
#include <cstddef>
#include <cstdint>
#include "vm.h"

namespace puregrad {

struct MessageWriter {
  char *text;
  size_t size, capacity;

  void put(const char *piece) {
    for (; *piece != 0 && size + 1 < capacity; piece++) text[size++] = *piece;
  }
  void put(int64_t value) {
    char digits[24];
    int count = 0;
    uint64_t rest = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    do {
      digits[count++] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (value < 0) digits[count++] = '-';
    while (count > 0 && size + 1 < capacity) text[size++] = digits[--count];
  }
};

template <class... Pieces>
void report(Status *status, int code, Pieces... pieces) {
  if (status == nullptr) return;
  MessageWriter writer{status->message, 0, sizeof status->message};
  (writer.put(pieces), ...);
  writer.text[writer.size] = 0;
  status->code = code;
}

}  // namespace puregrad
