// The executor as a Node addon: load(words, constants, table) gives { run, runAsync }, each called with the output, then
// the buffers of the inputs; isa(), threads(), setThreads(count).
//
// JavaScript may do anything to the buffers it hands over: detach, resize or share them. They are arguments, not a list,
// so that none of it runs within a call, and because an element of a list costs more than the rest of its reading. So
// every pointer and every length holds for a call, and none is kept when it has returned: a run off the main thread works
// on copies.
#define NAPI_VERSION 8
#include <node_api.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif
#include <cmath>
#include <mutex>
#include <new>
#include "isa.h"
#include "memory.h"
#include "message.h"
#include "program.h"
#include "thread_pool.h"
#include "vm.h"

using puregrad::Program;
using puregrad::Status;

namespace {

struct Memory {
  uint8_t *bytes;
  size_t size;
};

// A program and what it needs for a run from JavaScript. Both of its functions and every run under way refer to it.
struct Loaded {
  Program *program;
  size_t inputs, output;
  // Scratch of the last pass over the arguments, which no JavaScript interrupts.
  Memory *memories;
  const uint8_t **pointers;
  // Offset in the output, then for each input its buffer and the offset there; written by JavaScript before a run.
  // What is kept of it is its buffer and where it lies there.
  napi_ref table;
  size_t tableOffset;
  int64_t held;
  int references;
  // A program has one arena: it runs once at a time, on whatever thread.
  std::mutex running;
};

// What each environment (the main thread, a worker) has of its own: its runs off the main thread, in the order they
// were asked for. One of them is under way, so that they leave the threads of libuv to others.
struct Job;
struct Environment {
  Job *first, *last;
  bool busy;
};

template <class T>
T *arrayOf(size_t count) {
  if (count > SIZE_MAX / 2 / sizeof(T)) return nullptr;
  return static_cast<T *>(pgAllocate((count == 0 ? 1 : count) * sizeof(T)));
}

void adjust(napi_env env, int64_t bytes) {
  int64_t total;
  napi_adjust_external_memory(env, bytes, &total);
}

void release(napi_env env, Loaded *loaded) {
  if (--loaded->references > 0) return;
  adjust(env, -loaded->held);
  napi_delete_reference(env, loaded->table);
  puregrad::freeProgram(loaded->program);
  pgFree(loaded->memories);
  pgFree(loaded->pointers);
  loaded->~Loaded();
  pgFree(loaded);
}

napi_value failed(napi_env env, const char *code, const char *message) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, code, message);
  return nullptr;
}
napi_value outOfRange(napi_env env, const char *message) {
  napi_throw_range_error(env, "ERR_OUT_OF_RANGE", message);
  return nullptr;
}
const char *codeOf(int code) {
  return code == puregrad::INDEX_OUT_OF_RANGE ? "INDEX_OUT_OF_RANGE"
         : code == puregrad::OUT_OF_MEMORY    ? "OUT_OF_MEMORY"
                                              : "MALFORMED";
}

// Whether `bytes` bytes lie in memory from an offset on, both multiples of 8.
bool within(const Memory &memory, double offset, size_t bytes, uint8_t *&start) {
  if (!(offset >= 0 && offset <= static_cast<double>(memory.size))) return false;
  const size_t at = static_cast<size_t>(offset);
  if (static_cast<double>(at) != offset || at % 8 != 0 || memory.size - at < bytes) return false;
  start = memory.bytes == nullptr ? nullptr : memory.bytes + at;
  return reinterpret_cast<uintptr_t>(start) % 8 == 0;
}

bool memoryOf(napi_env env, napi_value buffer, Memory &memory) {
  void *bytes = nullptr;
  if (napi_get_arraybuffer_info(env, buffer, &bytes, &memory.size) != napi_ok) return false;
  memory.bytes = static_cast<uint8_t *>(bytes);
  return true;
}

// A typed array of elements of one type that no other thread can write.
template <class T>
bool elementsOf(napi_env env, napi_value array, napi_typedarray_type expected, const T *&elements, size_t &count,
                napi_value &buffer, size_t &offset) {
  napi_typedarray_type type;
  void *data = nullptr;
  bool own = false;
  if (napi_get_typedarray_info(env, array, &type, &count, &data, &buffer, &offset) != napi_ok || type != expected ||
      napi_is_arraybuffer(env, buffer, &own) != napi_ok || !own)
    return false;
  elements = static_cast<const T *>(data);
  return true;
}

// Room for the arguments of a call.
struct Values {
  static constexpr size_t few = 24;
  napi_value own[few];
  napi_value *list = own;

  bool reserve(size_t count) {
    if (count > few) list = arrayOf<napi_value>(count);
    return list != nullptr;
  }
  ~Values() {
    if (list != own) pgFree(list);
  }
};

// The output of a run: where it lies now, and where it is to be found later.
struct Output {
  napi_value buffer;
  double offset;
  uint8_t *start;
};

bool liesOver(const uint8_t *a, size_t aBytes, const uint8_t *b, size_t bBytes) {
  const uintptr_t x = reinterpret_cast<uintptr_t>(a), y = reinterpret_cast<uintptr_t>(b);
  return x < y + bBytes && y < x + aBytes && aBytes > 0 && bBytes > 0;
}

// Fills the pointers of the program with those of a call. They hold until JavaScript runs again.
bool readCall(napi_env env, napi_callback_info info, Loaded *&called, Output &output) {
  Values arguments;
  size_t count = Values::few;
  void *data = nullptr;
  if (napi_get_cb_info(env, info, &count, arguments.own, nullptr, &data) != napi_ok) return false;
  Loaded &loaded = *(called = static_cast<Loaded *>(data));
  const auto refuse = [&](const char *message) {
    failed(env, "ERR_INVALID_ARG", message);
    return false;
  };
  const auto outside = [&](auto... pieces) {
    Status status;
    puregrad::report(&status, puregrad::MALFORMED, pieces...);
    outOfRange(env, status.message);
    return false;
  };
  if (count < 1) return refuse("run: expected an output and buffers");
  const size_t buffers = count - 1;
  if (buffers > loaded.inputs) return refuse("run: expected no more buffers than inputs");
  if (count > Values::few &&
      (!arguments.reserve(count) ||
       napi_get_cb_info(env, info, &count, arguments.list, nullptr, nullptr) != napi_ok))
    return refuse("run: no memory for the list of buffers");
  for (size_t i = 0; i < buffers; i++)
    if (!memoryOf(env, arguments.list[1 + i], loaded.memories[i]))
      return refuse("run: expected ArrayBuffers, none of them shared with other threads");
  Memory target;
  if (!memoryOf(env, output.buffer = arguments.list[0], target))
    return refuse("run: expected for the output an ArrayBuffer, not one shared with other threads");
  napi_value tableBuffer;
  Memory tableMemory;
  if (napi_get_reference_value(env, loaded.table, &tableBuffer) != napi_ok || !memoryOf(env, tableBuffer, tableMemory) ||
      tableMemory.size < loaded.tableOffset + (1 + 2 * loaded.inputs) * sizeof(double))
    return refuse("run: expected the table of the load, which has been detached or made smaller since");
  const double *table = reinterpret_cast<const double *>(tableMemory.bytes + loaded.tableOffset);
  output.offset = table[0];
  if (!within(target, output.offset, loaded.output, output.start))
    return outside("run: the output takes ", static_cast<int64_t>(loaded.output),
                   " bytes from a multiple of 8 on, which do not lie in its buffer of ",
                   static_cast<int64_t>(target.size), target.size == 0 ? " (was it detached?)" : "");
  for (size_t i = 0; i < loaded.inputs; i++) {
    const double index = table[1 + 2 * i];
    uint8_t *start = nullptr;
    const size_t buffer = index >= 0 && index < static_cast<double>(buffers) ? static_cast<size_t>(index) : buffers;
    if (static_cast<double>(buffer) != index || buffer == buffers)
      return outside("run: there is no such buffer as input ", static_cast<int64_t>(i), " names");
    const Memory &memory = loaded.memories[buffer];
    const size_t bytes = puregrad::inputBytes(loaded.program, i);
    if (!within(memory, table[2 + 2 * i], bytes, start))
      return outside("run: input ", static_cast<int64_t>(i), " takes ", static_cast<int64_t>(bytes),
                     " bytes from a multiple of 8 on, which do not lie in its buffer of ",
                     static_cast<int64_t>(memory.size), memory.size == 0 ? " (was it detached?)" : "");
    const int64_t place = puregrad::placeInOutput(loaded.program, i);
    const bool inPlace = place >= 0 && start == output.start + place;
    if (!inPlace && liesOver(start, bytes, output.start, loaded.output))
      return outside("run: the output lies over input ", static_cast<int64_t>(i));
    loaded.pointers[i] = start;
  }
  return true;
}

void runLoaded(Loaded &loaded, const uint8_t *const *pointers, uint8_t *output, Status *status) {
  const std::lock_guard<std::mutex> lock(loaded.running);
  puregrad::runProgram(loaded.program, pointers, output, puregrad::threadCount(), status);
}

napi_value run(napi_env env, napi_callback_info info) {
  Loaded *loaded;
  Output output;
  if (!readCall(env, info, loaded, output)) return nullptr;
  Status status;
  runLoaded(*loaded, loaded->pointers, output.start, &status);
  if (status.code != puregrad::OK) failed(env, codeOf(status.code), status.message);
  return nullptr;
}

// A run off the main thread.
struct Job {
  Loaded *loaded;
  // Copies of the inputs, then room for the output.
  uint8_t *memory;
  int64_t bytes;
  const uint8_t **pointers;
  uint8_t *output;
  // Where the output goes in the end.
  napi_ref buffer;
  double offset;
  Environment *environment;
  Status status;
  napi_deferred deferred;
  napi_async_work work;
  Job *next;
};

void discard(napi_env env, Job *job) {
  if (job->buffer != nullptr) napi_delete_reference(env, job->buffer);
  if (job->work != nullptr) napi_delete_async_work(env, job->work);
  if (job->memory != nullptr) adjust(env, -job->bytes);
  pgFree(job->memory);
  pgFree(job->pointers);
  release(env, job->loaded);
  pgFree(job);
}

// Off the main thread: nothing of JavaScript is touched here.
void execute(napi_env, void *data) {
  Job &job = *static_cast<Job *>(data);
  __builtin_memset(job.output, 0, job.loaded->output);
  runLoaded(*job.loaded, job.pointers, job.output, &job.status);
}

// Resolves or rejects the promise of a job by its status; false in an environment that ends.
bool settle(napi_env env, Job *job) {
  if (job->status.code == puregrad::OK) {
    napi_value buffer, nothing;
    Memory memory;
    uint8_t *start = nullptr;
    if (napi_get_reference_value(env, job->buffer, &buffer) == napi_ok && buffer != nullptr &&
        memoryOf(env, buffer, memory) && within(memory, job->offset, job->loaded->output, start)) {
      if (start != nullptr) __builtin_memcpy(start, job->output, job->loaded->output);
      napi_get_undefined(env, &nothing);
      return napi_resolve_deferred(env, job->deferred, nothing) == napi_ok;
    }
    puregrad::report(&job->status, puregrad::MALFORMED,
                     "run: the buffer of the output was detached or made smaller while the run was under way");
  }
  napi_value code, message, error;
  return napi_create_string_utf8(env, codeOf(job->status.code), NAPI_AUTO_LENGTH, &code) == napi_ok &&
         napi_create_string_utf8(env, job->status.message, NAPI_AUTO_LENGTH, &message) == napi_ok &&
         napi_create_error(env, code, message, &error) == napi_ok &&
         napi_reject_deferred(env, job->deferred, error) == napi_ok;
}

void complete(napi_env env, napi_status, void *data);

// Starts the first job that can be started.
void startNext(napi_env env, Environment &environment) {
  while (!environment.busy && environment.first != nullptr) {
    Job *job = environment.first;
    environment.first = job->next;
    if (environment.first == nullptr) environment.last = nullptr;
    napi_value name;
    if (napi_create_string_utf8(env, "puregrad", NAPI_AUTO_LENGTH, &name) == napi_ok &&
        napi_create_async_work(env, nullptr, name, execute, complete, job, &job->work) == napi_ok &&
        napi_queue_async_work(env, job->work) == napi_ok) {
      environment.busy = true;
      return;
    }
    puregrad::report(&job->status, puregrad::OUT_OF_MEMORY, "the run could not be started");
    settle(env, job);
    discard(env, job);
  }
}

void complete(napi_env env, napi_status status, void *data) {
  Job *job = static_cast<Job *>(data);
  Environment &environment = *job->environment;
  if (status != napi_ok) puregrad::report(&job->status, puregrad::OUT_OF_MEMORY, "the run was cancelled");
  const bool settled = settle(env, job);
  discard(env, job);
  environment.busy = false;
  // What waits in an environment that ends is never started.
  if (settled) startNext(env, environment);
}

napi_value runAsync(napi_env env, napi_callback_info info) {
  void *instance = nullptr;
  Loaded *loaded;
  Output output;
  if (napi_get_instance_data(env, &instance) != napi_ok || instance == nullptr || !readCall(env, info, loaded, output))
    return failed(env, "ERR_ASYNC", "the run could not be started");
  Environment &environment = *static_cast<Environment *>(instance);
  const auto aligned = [](size_t bytes) { return (bytes + 63) / 64 * uint64_t{64}; };
  uint64_t bytes = aligned(loaded->output);
  for (size_t i = 0; i < loaded->inputs; i++) bytes += aligned(puregrad::inputBytes(loaded->program, i));
  Job *job = arrayOf<Job>(1);
  const uint8_t **pointers = arrayOf<const uint8_t *>(loaded->inputs);
  uint8_t *memory = bytes > SIZE_MAX / 2 ? nullptr : arrayOf<uint8_t>(static_cast<size_t>(bytes));
  if (job == nullptr || pointers == nullptr || memory == nullptr) {
    pgFree(job);
    pgFree(pointers);
    pgFree(memory);
    Status status;
    puregrad::report(&status, puregrad::OUT_OF_MEMORY, "no memory for the ", static_cast<int64_t>(bytes),
                     " bytes of a run off the main thread");
    return failed(env, codeOf(status.code), status.message);
  }
  *job = Job{loaded,        memory,       static_cast<int64_t>(bytes), pointers, nullptr, nullptr,
             output.offset, &environment, {},                          nullptr,  nullptr, nullptr};
  loaded->references++;
  uint8_t *at = memory;
  for (size_t i = 0; i < loaded->inputs; i++) {
    const size_t size = puregrad::inputBytes(loaded->program, i);
    if (size > 0) __builtin_memcpy(at, loaded->pointers[i], size);
    pointers[i] = at;
    at += aligned(size);
  }
  job->output = at;
  adjust(env, job->bytes);
  napi_value promise = nullptr;
  if (napi_create_reference(env, output.buffer, 1, &job->buffer) != napi_ok ||
      napi_create_promise(env, &job->deferred, &promise) != napi_ok) {
    discard(env, job);
    return failed(env, "ERR_ASYNC", "the run could not be started");
  }
  (environment.last == nullptr ? environment.first : environment.last->next) = job;
  environment.last = job;
  startNext(env, environment);
  return promise;
}

// The environment ends: nothing of it is under way any more.
void finalizeEnvironment(napi_env env, void *data, void *) {
  Environment *environment = static_cast<Environment *>(data);
  for (Job *job = environment->first; job != nullptr;) {
    Job *next = job->next;
    discard(env, job);
    job = next;
  }
  pgFree(environment);
}

void finalize(napi_env env, void *data, void *) { release(env, static_cast<Loaded *>(data)); }

napi_value load(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  size_t words = 0, constants = 0, entries = 0;
  const int32_t *wordData = nullptr;
  const uint8_t *constantData = nullptr;
  const double *tableData = nullptr;
  napi_value buffer;
  size_t offset = 0;
  if (count < 3 || !elementsOf(env, arguments[0], napi_int32_array, wordData, words, buffer, offset))
    return failed(env, "ERR_INVALID_ARG", "load: expected an Int32Array of words, not shared with other threads");
  if (!elementsOf(env, arguments[1], napi_uint8_array, constantData, constants, buffer, offset))
    return failed(env, "ERR_INVALID_ARG", "load: expected a Uint8Array of constants, not shared with other threads");
  if (!elementsOf(env, arguments[2], napi_float64_array, tableData, entries, buffer, offset))
    return failed(env, "ERR_INVALID_ARG", "load: expected a Float64Array for the table, not shared with other threads");
  Status status;
  Program *program = puregrad::loadProgram(wordData, words, constantData, constants, &status);
  if (program == nullptr) return failed(env, codeOf(status.code), status.message);
  const size_t inputs = puregrad::inputCount(program);
  if (entries != 1 + 2 * inputs) {
    puregrad::freeProgram(program);
    return failed(env, "ERR_INVALID_ARG", "load: expected a table with a buffer and an offset for each input");
  }
  napi_ref table = nullptr;
  void *memory = arrayOf<Loaded>(1);
  Memory *memories = arrayOf<Memory>(inputs);
  const uint8_t **pointers = arrayOf<const uint8_t *>(inputs);
  if (memory == nullptr || memories == nullptr || pointers == nullptr ||
      napi_create_reference(env, buffer, 1, &table) != napi_ok) {
    pgFree(memory);
    pgFree(memories);
    pgFree(pointers);
    puregrad::freeProgram(program);
    return failed(env, "OUT_OF_MEMORY", "no memory for the kernel program");
  }
  const int64_t held = program->bytes[puregrad::ARENA] + program->bytes[puregrad::CONSTANT] +
                       program->scratchBytes * program->threads;
  Loaded *loaded = new (memory)
    Loaded{program, inputs, puregrad::outputBytes(program), memories, pointers, table, offset, held, 1, {}};
  adjust(env, held);
  napi_value result;
  napi_create_object(env, &result);
  const auto method = [&](const char *name, napi_callback callback) {
    napi_value function;
    if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, loaded, &function) != napi_ok) return;
    if (napi_add_finalizer(env, function, loaded, finalize, nullptr, nullptr) != napi_ok) return;
    loaded->references++;
    napi_set_named_property(env, result, name, function);
  };
  method("run", run);
  method("runAsync", runAsync);
  release(env, loaded);
  return result;
}

napi_value isa(napi_env env, napi_callback_info) {
  napi_value name;
  napi_create_string_utf8(env, puregrad::isaName(puregrad::isa()), NAPI_AUTO_LENGTH, &name);
  return name;
}

napi_value threads(napi_env env, napi_callback_info) {
  napi_value count;
  napi_create_int32(env, puregrad::threadCount(), &count);
  return count;
}

napi_value setThreads(napi_env env, napi_callback_info info) {
  size_t given = 1;
  napi_value argument;
  double count = 0;
  napi_get_cb_info(env, info, &given, &argument, nullptr, nullptr);
  if (given < 1 || napi_get_value_double(env, argument, &count) != napi_ok || count != std::floor(count) ||
      !(count >= 1 && count <= puregrad::maximumThreads))
    return outOfRange(env, "setThreads: expected a whole number from 1 to 64");
  puregrad::setThreadCount(static_cast<int>(count));
  return nullptr;
}

// Results come and go by megabytes. Giving their memory back to the system and asking for it again costs page
// faults, more than many results take to compute; up to 128 MB of it stays with the process instead.
void keepMemory() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 128 << 20);
#endif
}

// Threads of the pool live as long as the process, and sleep in code of this library. So it is never unloaded, not
// even when the last environment that loaded it has ended: the linker is told so where it can be (scripts/build-native.mjs),
// and the loader here.
bool stayLoaded() {
#if defined(_WIN32)
  HMODULE module;
  return GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                            reinterpret_cast<LPCSTR>(&stayLoaded), &module) != 0;
#else
  Dl_info library;
  return dladdr(reinterpret_cast<const void *>(&stayLoaded), &library) != 0 && library.dli_fname != nullptr &&
         dlopen(library.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
#endif
}

}  // namespace

NAPI_MODULE_INIT() {
  if (!stayLoaded()) return failed(env, "ERR_ADDON", "puregrad: the addon could not be kept in memory");
  Environment *environment = arrayOf<Environment>(1);
  if (environment == nullptr) return failed(env, "OUT_OF_MEMORY", "puregrad: no memory for the addon");
  *environment = Environment{nullptr, nullptr, false};
  if (napi_set_instance_data(env, environment, finalizeEnvironment, nullptr) != napi_ok) {
    pgFree(environment);
    return failed(env, "ERR_ADDON", "puregrad: the addon could not be started");
  }
  keepMemory();
  const auto function = [&](const char *name, napi_callback callback) {
    napi_value value;
    if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &value) == napi_ok)
      napi_set_named_property(env, exports, name, value);
  };
  function("load", load);
  function("isa", isa);
  function("threads", threads);
  function("setThreads", setThreads);
  return exports;
}
