#include "chain_code.h"

#if defined(__x86_64__) && (defined(__linux__) || defined(__APPLE__))
#include <sys/mman.h>
#include <unistd.h>
#include "isa.h"

namespace puregrad {
namespace {

// General registers. rdi holds the pointers, rsi the bytes of a block (less one vector within the loop), rax the byte
// in hand; pointers stay in registers as far as there are some, others go through r11 each time.
enum General { RAX = 0, RCX = 1, RDX = 2, RSI = 6, RDI = 7, R8 = 8, R9 = 9, R10 = 10, R11 = 11 };
constexpr int pointerRegisters[] = {RCX, RDX, R8, R9, R10};
constexpr int pointerRegisterCount = 5;

constexpr int vectorBytes = 64, vectorRegisters = 32;
// Masks: of the last vector, and three within one step.
enum Mask { ALL = 0, TAIL = 1, FIRST = 2 };
enum Map { MAP_0F = 1, MAP_0F38 = 2, MAP_0F3A = 3 };
enum Predicate { UNORDERED = 3 };
enum Opcode {
  MOVE = 0x28, LOAD = 0x10, STORE = 0x11, STREAM = 0x2b, SQUARE_ROOT = 0x51, AND = 0x54, XOR = 0x57,
  PLUS = 0x58, TIMES = 0x59, MINUS = 0x5c, OVER = 0x5e, COMPARE = 0xc2, RANGE = 0x50,
  BROADCAST = 0x18, FUSED_213 = 0xa8, FUSED_231 = 0xb8, ROUNDED = 0x08
};

// Numbers that steps need; they stand behind the code.
enum Constant { SIGN_BIT, VALUE_BITS, UNITY, CONSTANTS };
constexpr uint64_t constantBits[2][CONSTANTS] = {
  {0x80000000, 0x7fffffff, 0x3f800000},
  {0x8000000000000000, 0x7fffffffffffffff, 0x3ff0000000000000},
};

constexpr int32_t largestChain = 64, largestOperands = 4 * largestChain, largestPointers = 4 * largestChain;

struct Writer {
  const Chain &chain;
  const bool wide, streaming;
  uint8_t *const begin, *at, *const end;
  // No room, or no register.
  bool failed;

  int operandRegister[largestOperands];
  int32_t lastUse[largestOperands];
  int constantRegister[CONSTANTS];
  int pointerRegister[largestPointers];
  uint32_t used;
  // In the last, shorter vector.
  bool tail;

  void byte(unsigned value) {
    if (at == end) failed = true;
    else *at++ = static_cast<uint8_t>(value);
  }
  template <class... Values>
  void bytes(Values... values) {
    const unsigned list[] = {static_cast<unsigned>(values)...};
    for (unsigned value : list) byte(value);
  }
  void word(int32_t value) {
    for (int i = 0; i < 4; i++) byte(static_cast<unsigned>(value) >> (8 * i) & 255);
  }
  int32_t position() const { return static_cast<int32_t>(at - begin); }
  // A distance to be filled in by `lead`.
  int32_t distance() {
    word(0);
    return position() - 4;
  }
  void lead(int32_t distance, int32_t target) {
    if (failed) return;
    const unsigned value = static_cast<unsigned>(target - (distance + 4));
    for (int i = 0; i < 4; i++) begin[distance + i] = static_cast<uint8_t>(value >> (8 * i));
  }

  void prefix(int map, bool packed, int opcode, int reg, int second, bool x, bool b, int mask, bool zeroing) {
    const unsigned p = packed ? 1 : 0, z = zeroing ? 1 : 0, w = wide ? 1 : 0;
    const auto inverted = [](int number, int bit) { return (~static_cast<unsigned>(number) >> bit) & 1; };
    bytes(0x62, inverted(reg, 3) << 7 | (x ? 0u : 1u) << 6 | (b ? 0u : 1u) << 5 | inverted(reg, 4) << 4 | unsigned(map),
          w << 7 | (~static_cast<unsigned>(second) & 15) << 3 | 1u << 2 | p,
          z << 7 | 2u << 5 | inverted(second, 4) << 3 | unsigned(mask), opcode);
  }
  void registers(int map, bool packed, int opcode, int reg, int second, int third, int mask = ALL, bool zeroing = false) {
    prefix(map, packed, opcode, reg, second, (third >> 4 & 1) != 0, (third >> 3 & 1) != 0, mask, zeroing);
    byte(0xc0u | (unsigned(reg) & 7) << 3 | (unsigned(third) & 7));
  }
  // reg = second ∘ third
  void arithmetic(int opcode, int reg, int second, int third, int mask = ALL) {
    registers(MAP_0F, wide, opcode, reg, second, third, mask);
  }
  void compare(int mask, int a, int b, Predicate predicate) {
    registers(MAP_0F, wide, COMPARE, mask, a, b);
    byte(predicate);
  }
  void move(int to, int from) { registers(MAP_0F, wide, MOVE, to, 0, from); }
  void memory(int opcode, int reg, int base, int mask, bool zeroing) {
    prefix(MAP_0F, wide, opcode, reg, 0, false, base >= 8, mask, zeroing);
    bytes(0x04u | (unsigned(reg) & 7) << 3, unsigned(base) & 7);
  }
  void fetch(int general, int32_t pointer) {
    bytes(0x48u | (general >= 8 ? 4u : 0u), 0x8b, 0x80u | (unsigned(general) & 7) << 3 | RDI);
    word(8 * pointer);
  }
  int baseOf(int32_t pointer) {
    const int general = pointerRegister[pointer];
    if (general >= 0) return general;
    fetch(R11, pointer);
    return R11;
  }

  int take() {
    for (int i = 0; i < vectorRegisters; i++)
      if ((used >> i & 1) == 0) {
        used |= 1u << i;
        return i;
      }
    failed = true;
    return 0;
  }
  void release(int32_t operand) {
    used &= ~(1u << operandRegister[operand]);
    operandRegister[operand] = -1;
  }
  bool isOne(int32_t operand) const { return operand < chain.sourceCount && chain.sources[operand].one; }

  int read(int32_t operand) {
    int &reg = operandRegister[operand];
    if (reg >= 0) return reg;
    reg = take();
    memory(LOAD, reg, baseOf(chain.sources[operand].pointer), tail ? TAIL : ALL, tail);
    return reg;
  }

  int constant(Constant name) {
    return constantRegister[name];
  }

  void step(int32_t index) {
    const ChainStep &step = chain.steps[index];
    const int arity = stepInputs[step.operation];
    int in[3] = {0, 0, 0};
    for (int i = 0; i < arity; i++) in[i] = read(step.inputs[i]);
    const auto ends = [&](int i) { return !isOne(step.inputs[i]) && lastUse[step.inputs[i]] == index; };
    const auto releaseInputs = [&] {
      for (int i = 0; i < arity; i++)
        if (ends(i) && operandRegister[step.inputs[i]] >= 0) release(step.inputs[i]);
    };
    const int32_t operand = chain.sourceCount + index;
    int out = 0;
    // Operations of one instruction may write over what they read.
    const auto inOne = [&] {
      releaseInputs();
      return out = take();
    };
    const auto apart = [&] {
      out = take();
      releaseInputs();
      return out;
    };
    switch (step.operation) {
      case ADD:
        arithmetic(PLUS, inOne(), in[0], in[1]);
        break;
      case SUB:
        arithmetic(MINUS, inOne(), in[0], in[1]);
        break;
      case MUL:
        arithmetic(TIMES, inOne(), in[0], in[1]);
        break;
      case DIV:
        arithmetic(OVER, inOne(), in[0], in[1]);
        break;
      case NEG:
        arithmetic(XOR, inOne(), in[0], constant(SIGN_BIT));
        break;
      case ABS:
        arithmetic(AND, inOne(), in[0], constant(VALUE_BITS));
        break;
      case SQRT:
        arithmetic(SQUARE_ROOT, inOne(), 0, in[0]);
        break;
      case RSQRT:
        arithmetic(SQUARE_ROOT, inOne(), 0, in[0]);
        arithmetic(OVER, out, constant(UNITY), out);
        break;
      case FLOOR:
      case ROUND:
        registers(MAP_0F3A, true, ROUNDED + (wide ? 1 : 0), inOne(), 0, in[0]);
        byte(step.operation == FLOOR ? 9 : 8);
        break;
      case MAX:
      case MIN: {
        // The machine's range knows signs of zero, but gives the other operand for NaN.
        apart();
        registers(MAP_0F3A, true, RANGE, out, in[0], in[1]);
        byte(step.operation == MAX ? 5 : 4);
        compare(FIRST, in[0], in[1], UNORDERED);
        arithmetic(PLUS, out, in[0], in[1], FIRST);
        break;
      }
      case MUL_ADD: {
        // 213: reg = second · reg + third; 231: reg = second · third + reg.
        const auto over = [&](int i) {
          out = in[i];
          operandRegister[step.inputs[i]] = -1;
        };
        if (ends(2)) {
          over(2);
          registers(MAP_0F38, true, FUSED_231, out, in[0], in[1]);
        } else if (ends(0)) {
          over(0);
          registers(MAP_0F38, true, FUSED_213, out, in[1], in[2]);
        } else if (ends(1)) {
          over(1);
          registers(MAP_0F38, true, FUSED_213, out, in[0], in[2]);
        } else {
          out = take();
          move(out, in[2]);
          registers(MAP_0F38, true, FUSED_231, out, in[0], in[1]);
        }
        releaseInputs();
        break;
      }
      default:
        failed = true;
    }
    operandRegister[operand] = out;
    for (int32_t i = 0; i < chain.storeCount; i++)
      if (chain.stores[i].operand == operand)
        memory(streaming && !tail ? STREAM : STORE, out, baseOf(chain.stores[i].pointer), tail ? TAIL : ALL, false);
    if (lastUse[operand] < 0) release(operand);
  }

  void body() {
    for (int32_t i = 0; i < chain.stepCount && !failed; i++) step(i);
  }

  // The constants the steps ask for; their places are filled in at the end.
  void broadcasts(int32_t *constantDistance) {
    bool needed[CONSTANTS] = {};
    for (int32_t i = 0; i < chain.stepCount; i++) {
      const StepOp operation = chain.steps[i].operation;
      if (operation == NEG) needed[SIGN_BIT] = true;
      if (operation == ABS) needed[VALUE_BITS] = true;
      if (operation == RSQRT) needed[UNITY] = true;
    }
    const int broadcast = BROADCAST + (wide ? 1 : 0);
    for (int name = 0; name < CONSTANTS; name++) {
      constantDistance[name] = -1;
      if (!needed[name]) continue;
      const int reg = constantRegister[name] = take();
      prefix(MAP_0F38, true, broadcast, reg, 0, false, false, ALL, false);
      byte(0x05u | (unsigned(reg) & 7) << 3);
      constantDistance[name] = distance();
    }
    for (int32_t i = 0; i < chain.sourceCount; i++) {
      operandRegister[i] = -1;
      if (!chain.sources[i].one) continue;
      const int reg = operandRegister[i] = take();
      fetch(R11, chain.sources[i].pointer);
      prefix(MAP_0F38, true, broadcast, reg, 0, false, true, ALL, false);
      byte((unsigned(reg) & 7) << 3 | (R11 & 7));
    }
  }

  void fetchPointers() {
    int next = 0;
    const auto assign = [&](int32_t pointer) {
      if (next == pointerRegisterCount || pointerRegister[pointer] >= 0) return;
      fetch(pointerRegister[pointer] = pointerRegisters[next], pointer);
      next++;
    };
    for (int32_t i = 0; i < chain.sourceCount; i++)
      if (!chain.sources[i].one) assign(chain.sources[i].pointer);
    for (int32_t i = 0; i < chain.storeCount; i++) assign(chain.stores[i].pointer);
  }

  void write() {
    for (int32_t i = 0; i < chain.sourceCount + chain.stepCount; i++) lastUse[i] = -1;
    for (int32_t i = 0; i < chain.stepCount; i++)
      for (int32_t input : chain.steps[i].inputs)
        if (input >= 0) lastUse[input] = i;
    for (int &general : pointerRegister) general = -1;
    const unsigned shift = wide ? 3 : 2;
    int32_t constantDistance[CONSTANTS];
    bytes(0xf3, 0x0f, 0x1e, 0xfa);              // endbr64
    broadcasts(constantDistance);
    fetchPointers();
    const uint32_t persistent = used;
    bytes(0x48, 0xc1, 0xe6, shift);             // shl rsi, shift
    bytes(0x31, 0xc0);                          // xor eax, eax
    bytes(0x48, 0x83, 0xee, vectorBytes);       // sub rsi, 64
    bytes(0x0f, 0x8c);                          // jl to the tail
    const int32_t toTail = distance();
    const int32_t loop = position();
    body();
    bytes(0x48, 0x83, 0xc0, vectorBytes);       // add rax, 64
    bytes(0x48, 0x39, 0xf0);                    // cmp rax, rsi
    bytes(0x0f, 0x8e);                          // jle to the loop
    lead(distance(), loop);
    lead(toTail, position());
    bytes(0x48, 0x83, 0xc6, vectorBytes);       // add rsi, 64
    bytes(0x48, 0x29, 0xc6);                    // sub rsi, rax
    bytes(0x0f, 0x8e);                          // jle to the end
    const int32_t toEnd = distance();
    bytes(0x48, 0xc1, 0xee, shift);             // shr rsi, shift
    bytes(0x41, 0xbb);                          // mov r11d, −1
    word(-1);
    bytes(0xc4, 0x42, 0x48, 0xf5, 0xdb);        // bzhi r11d, r11d, esi
    bytes(0xc4, 0xc1, 0x78, 0x92, 0xcb);        // kmovw k1, r11d
    used = persistent;
    for (int32_t i = 0; i < chain.sourceCount + chain.stepCount; i++)
      if (!isOne(i)) operandRegister[i] = -1;
    tail = true;
    body();
    lead(toEnd, position());
    bytes(0xc5, 0xf8, 0x77, 0xc3);              // vzeroupper, ret
    for (int name = 0; name < CONSTANTS; name++) {
      if (constantDistance[name] < 0) continue;
      lead(constantDistance[name], position());
      for (int i = 0; i < (wide ? 8 : 4); i++) byte(constantBits[wide ? 1 : 0][name] >> (8 * i) & 255);
    }
  }
};

int64_t pageBytes(int64_t bytes) {
  const int64_t page = sysconf(_SC_PAGESIZE);
  return (bytes + page - 1) / page * page;
}

bool mayMakeCode() {
  uint8_t *memory = allocateCode(1);
  if (memory == nullptr) return false;
  *memory = 0xc3;
  const bool sealed = sealCode(memory, 1);
  freeCode(memory, 1);
  return sealed;
}

}  // namespace

bool makesChains() {
  static const bool may = isa() == Isa::avx512 && hasBmi2() && mayMakeCode();
  return may;
}

bool isChainStep(StepOp operation, DType dtype) {
  if (dtype != F32 && dtype != F64) return false;
  switch (operation) {
    case ADD:
    case SUB:
    case NEG:
    case MUL:
    case DIV:
    case MAX:
    case MIN:
    case SQRT:
    case RSQRT:
    case ABS:
    case FLOOR:
    case ROUND:
    case MUL_ADD:
      return true;
    default:
      return false;
  }
}

int64_t writeChain(const Chain &chain, bool streaming, uint8_t *to, int64_t room) {
  if (chain.stepCount > largestChain || chain.sourceCount + chain.stepCount > largestOperands) return 0;
  for (int32_t i = 0; i < chain.sourceCount; i++)
    if (chain.sources[i].pointer >= largestPointers) return 0;
  for (int32_t i = 0; i < chain.storeCount; i++)
    if (chain.stores[i].pointer >= largestPointers) return 0;
  Writer writer{chain, chain.dtype == F64, streaming, to, to, to + room, false, {}, {}, {}, {}, 0, false};
  writer.write();
  return writer.failed ? 0 : writer.at - to;
}

uint8_t *allocateCode(int64_t bytes) {
  void *memory = mmap(nullptr, static_cast<size_t>(pageBytes(bytes)), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<uint8_t *>(memory);
}
bool sealCode(uint8_t *memory, int64_t bytes) {
  return mprotect(memory, static_cast<size_t>(pageBytes(bytes)), PROT_READ | PROT_EXEC) == 0;
}
void freeCode(uint8_t *memory, int64_t bytes) {
  if (memory != nullptr) munmap(memory, static_cast<size_t>(pageBytes(bytes)));
}

}  // namespace puregrad

#else

namespace puregrad {

bool makesChains() { return false; }
bool isChainStep(StepOp, DType) { return false; }
int64_t writeChain(const Chain &, bool, uint8_t *, int64_t) { return 0; }
uint8_t *allocateCode(int64_t) { return nullptr; }
bool sealCode(uint8_t *, int64_t) { return false; }
void freeCode(uint8_t *, int64_t) {}

}  // namespace puregrad
#endif
