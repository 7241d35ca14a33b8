// The executor as a Node addon: load(words, constants, table) gives { run, runAsync }; isa(), threads(), setThreads(count).
#define NAPI_VERSION 8
#include <node_api.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <cmath>
#include <mutex>
#include <new>
#include "isa.h"
#include "memory.h"
#include "program.h"
#include "thread_pool.h"
#include "vm.h"

using puregrad::Program;
using puregrad::Status;

namespace {

// One run at a time in the whole process: runs share the threads and working memory.
std::mutex running;

struct Memory {
  uint8_t *bytes;
  size_t size;
};

// A program and what it needs for a run from JavaScript. Both of its functions and every run under way refer to it.
struct Loaded {
  Program *program;
  size_t inputs, output;
  Memory *memories;
  const uint8_t **pointers;
  // Offset in the output, then for each input its buffer and the offset there; written by JavaScript before a run.
  const double *table;
  napi_ref tableReference;
  int64_t held;
  int references;
};

template <class T>
T *arrayOf(size_t count) {
  return static_cast<T *>(pgAllocate((count == 0 ? 1 : count) * sizeof(T)));
}

void release(napi_env env, Loaded *loaded) {
  if (--loaded->references > 0) return;
  int64_t total;
  napi_adjust_external_memory(env, -loaded->held, &total);
  napi_delete_reference(env, loaded->tableReference);
  puregrad::freeProgram(loaded->program);
  pgFree(loaded->memories);
  pgFree(loaded->pointers);
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

// A multiple of 8 from which `bytes` bytes lie in memory, or false.
bool within(const Memory &memory, double offset, size_t bytes, uint8_t *&start) {
  if (!(offset >= 0 && offset <= static_cast<double>(memory.size))) return false;
  const size_t at = static_cast<size_t>(offset);
  if (static_cast<double>(at) != offset || at % 8 != 0 || memory.size - at < bytes) return false;
  start = memory.bytes == nullptr ? nullptr : memory.bytes + at;
  return true;
}

// The arguments of a run: the distinct buffers and the output.
struct Call {
  Loaded *loaded;
  napi_value arguments[2];
  uint32_t buffers;
  uint8_t *output;
};

// Pointers go to `pointers`, those of the program where there is none.
bool readCall(napi_env env, napi_callback_info info, Call &call, const uint8_t **pointers) {
  size_t count = 2;
  void *data = nullptr;
  if (napi_get_cb_info(env, info, &count, call.arguments, nullptr, &data) != napi_ok) return false;
  Loaded &loaded = *(call.loaded = static_cast<Loaded *>(data));
  const auto refuse = [&](const char *message) {
    failed(env, "ERR_INVALID_ARG", message);
    return false;
  };
  if (pointers == nullptr) pointers = loaded.pointers;
  if (count < 2) return refuse("run: expected buffers and an output");
  if (napi_get_array_length(env, call.arguments[0], &call.buffers) != napi_ok)
    return refuse("run: expected an array of buffers");
  if (call.buffers > loaded.inputs) return refuse("run: expected no more buffers than inputs");
  for (uint32_t i = 0; i < call.buffers; i++) {
    napi_value buffer;
    void *bytes = nullptr;
    Memory &memory = loaded.memories[i];
    if (napi_get_element(env, call.arguments[0], i, &buffer) != napi_ok ||
        napi_get_arraybuffer_info(env, buffer, &bytes, &memory.size) != napi_ok)
      return refuse("run: expected ArrayBuffers");
    memory.bytes = static_cast<uint8_t *>(bytes);
  }
  const double *table = loaded.table;
  Memory output;
  void *bytes = nullptr;
  if (napi_get_arraybuffer_info(env, call.arguments[1], &bytes, &output.size) != napi_ok)
    return refuse("run: expected an ArrayBuffer for the output");
  output.bytes = static_cast<uint8_t *>(bytes);
  const auto outside = [&](const char *message) {
    outOfRange(env, message);
    return false;
  };
  if (!within(output, table[0], loaded.output, call.output))
    return outside("run: the output does not lie in its buffer at a multiple of 8 bytes");
  for (size_t i = 0; i < loaded.inputs; i++) {
    const double index = table[1 + 2 * i];
    uint8_t *start = nullptr;
    const uint32_t buffer = index >= 0 && index < call.buffers ? static_cast<uint32_t>(index) : call.buffers;
    if (static_cast<double>(buffer) != index || buffer == call.buffers) return outside("run: there is no such buffer");
    if (!within(loaded.memories[buffer], table[2 + 2 * i],
                puregrad::inputBytes(loaded.program, i), start))
      return outside("run: an input does not lie in its buffer at a multiple of 8 bytes");
    pointers[i] = start;
  }
  return true;
}

napi_value run(napi_env env, napi_callback_info info) {
  Call call;
  if (!readCall(env, info, call, nullptr)) return nullptr;
  Status status;
  {
    const std::lock_guard<std::mutex> lock(running);
    puregrad::runProgram(call.loaded->program, call.loaded->pointers, call.output, puregrad::threadCount(), &status);
  }
  if (status.code != puregrad::OK) failed(env, codeOf(status.code), status.message);
  return nullptr;
}

struct Job {
  Loaded *loaded;
  const uint8_t **pointers;
  uint8_t *output;
  Status status;
  napi_deferred deferred;
  napi_async_work work;
  // Keep the buffers and the output alive.
  napi_ref *references;
  uint32_t count;
};

void discard(napi_env env, Job *job) {
  for (uint32_t i = 0; i < job->count; i++) napi_delete_reference(env, job->references[i]);
  if (job->work != nullptr) napi_delete_async_work(env, job->work);
  pgFree(job->references);
  pgFree(job->pointers);
  release(env, job->loaded);
  pgFree(job);
}

void execute(napi_env, void *data) {
  Job &job = *static_cast<Job *>(data);
  const std::lock_guard<std::mutex> lock(running);
  puregrad::runProgram(job.loaded->program, job.pointers, job.output, puregrad::threadCount(), &job.status);
}

void complete(napi_env env, napi_status, void *data) {
  Job *job = static_cast<Job *>(data);
  napi_value value = nullptr;
  if (job->status.code == puregrad::OK) {
    napi_get_undefined(env, &value);
    napi_resolve_deferred(env, job->deferred, value);
  } else {
    napi_value code, message;
    napi_create_string_utf8(env, codeOf(job->status.code), NAPI_AUTO_LENGTH, &code);
    napi_create_string_utf8(env, job->status.message, NAPI_AUTO_LENGTH, &message);
    napi_create_error(env, code, message, &value);
    napi_reject_deferred(env, job->deferred, value);
  }
  discard(env, job);
}

napi_value runAsync(napi_env env, napi_callback_info info) {
  size_t none = 0;
  void *data = nullptr;
  napi_get_cb_info(env, info, &none, nullptr, nullptr, &data);
  Loaded *loaded = static_cast<Loaded *>(data);
  Job *job = arrayOf<Job>(1);
  const uint8_t **pointers = arrayOf<const uint8_t *>(loaded->inputs);
  napi_ref *references = arrayOf<napi_ref>(loaded->inputs + 1);
  if (job == nullptr || pointers == nullptr || references == nullptr) {
    pgFree(job);
    pgFree(pointers);
    pgFree(references);
    return failed(env, "OUT_OF_MEMORY", "no memory for a run");
  }
  *job = Job{loaded, pointers, nullptr, {}, nullptr, nullptr, references, 0};
  loaded->references++;
  Call call;
  if (!readCall(env, info, call, pointers)) {
    discard(env, job);
    return nullptr;
  }
  job->output = call.output;
  for (uint32_t i = 0; i <= call.buffers; i++) {
    napi_value buffer = call.arguments[1];
    if (i < call.buffers) napi_get_element(env, call.arguments[0], i, &buffer);
    if (napi_create_reference(env, buffer, 1, &references[job->count]) == napi_ok) job->count++;
  }
  napi_value name, promise = nullptr;
  if (napi_create_string_utf8(env, "puregrad", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_async_work(env, nullptr, name, execute, complete, job, &job->work) != napi_ok ||
      napi_create_promise(env, &job->deferred, &promise) != napi_ok ||
      napi_queue_async_work(env, job->work) != napi_ok) {
    discard(env, job);
    return failed(env, "ERR_ASYNC", "the run could not be started");
  }
  return promise;
}

void finalize(napi_env env, void *data, void *) { release(env, static_cast<Loaded *>(data)); }

napi_value load(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  napi_typedarray_type type;
  size_t words = 0, constants = 0, entries = 0;
  void *wordData = nullptr, *constantData = nullptr, *tableData = nullptr;
  if (count < 3 ||
      napi_get_typedarray_info(env, arguments[0], &type, &words, &wordData, nullptr, nullptr) != napi_ok ||
      type != napi_int32_array)
    return failed(env, "ERR_INVALID_ARG", "load: expected an Int32Array of words");
  if (napi_get_typedarray_info(env, arguments[1], &type, &constants, &constantData, nullptr, nullptr) != napi_ok ||
      type != napi_uint8_array)
    return failed(env, "ERR_INVALID_ARG", "load: expected a Uint8Array of constants");
  if (napi_get_typedarray_info(env, arguments[2], &type, &entries, &tableData, nullptr, nullptr) != napi_ok ||
      type != napi_float64_array)
    return failed(env, "ERR_INVALID_ARG", "load: expected a Float64Array for the table");
  Status status;
  Program *program = puregrad::loadProgram(static_cast<const int32_t *>(wordData), words,
                                           static_cast<const uint8_t *>(constantData), constants, &status);
  if (program == nullptr) return failed(env, codeOf(status.code), status.message);
  const size_t inputs = puregrad::inputCount(program);
  if (entries != 1 + 2 * inputs) {
    puregrad::freeProgram(program);
    return failed(env, "ERR_INVALID_ARG", "load: expected a table with a buffer and an offset for each input");
  }
  napi_ref tableReference = nullptr;
  Loaded *loaded = arrayOf<Loaded>(1);
  Memory *memories = arrayOf<Memory>(inputs);
  const uint8_t **pointers = arrayOf<const uint8_t *>(inputs);
  if (loaded == nullptr || memories == nullptr || pointers == nullptr ||
      napi_create_reference(env, arguments[2], 1, &tableReference) != napi_ok) {
    pgFree(loaded);
    pgFree(memories);
    pgFree(pointers);
    puregrad::freeProgram(program);
    return failed(env, "OUT_OF_MEMORY", "no memory for the kernel program");
  }
  const int64_t held = program->bytes[puregrad::ARENA] + program->bytes[puregrad::CONSTANT] + program->scratchBytes;
  *loaded = Loaded{program, inputs, puregrad::outputBytes(program), memories, pointers,
                   static_cast<const double *>(tableData), tableReference, held, 1};
  int64_t total;
  napi_adjust_external_memory(env, held, &total);
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
  const std::lock_guard<std::mutex> lock(running);
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

}  // namespace

NAPI_MODULE_INIT() {
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
