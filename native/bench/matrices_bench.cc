// Factorizations and solutions beside LAPACK of OpenBLAS, in turn in one process, on one thread. See native/README.md.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>
#include <algorithm>
#include "../matrices.h"

extern "C" {
void openblas_set_num_threads(int);
void spotrf_(const char *, const int *, float *, const int *, int *);
void dpotrf_(const char *, const int *, double *, const int *, int *);
void sgesv_(const int *, const int *, float *, const int *, int *, float *, const int *, int *);
void dgesv_(const int *, const int *, double *, const int *, int *, double *, const int *, int *);
}

namespace puregrad {
extern const Routine choleskyRoutine, luFactorRoutine, solveRoutine;
}
using namespace puregrad;

namespace {

void potrf(int n, float *a) { int info; spotrf_("U", &n, a, &n, &info); }
void potrf(int n, double *a) { int info; dpotrf_("U", &n, a, &n, &info); }
void gesv(int n, int m, float *a, int *p, float *b) { int info; sgesv_(&n, &m, a, &n, p, b, &n, &info); }
void gesv(int n, int m, double *a, int *p, double *b) { int info; dgesv_(&n, &m, a, &n, p, b, &n, &info); }

// Microseconds of this thread, which other processes do not add to.
double now() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

template <class T>
void run(const Routine &routine, const std::vector<int64_t> &sizes, const std::vector<const T *> &reads, T *out) {
  static std::vector<double> scratch;
  RoutineReach arrays{};
  routine.reach(dtypeOf<T>, sizes.data(), arrays);
  if (scratch.size() * 8 < static_cast<size_t>(arrays.scratchBytes)) scratch.resize(arrays.scratchBytes / 8 + 1);
  char *pieces[] = {reinterpret_cast<char *>(scratch.data())};
  RoutineCall call{dtypeOf<T>, sizes.data(), {}, out, pieces, 1, false};
  for (size_t i = 0; i < reads.size(); i++) call.reads[i] = reads[i];
  routine.run(call);
}

template <class F, class G>
void compare(const char *name, int n, F ours, G theirs) {
  std::vector<double> mine, other;
  for (int i = 0; i < 41; i++) {
    const double start = now();
    ours();
    const double middle = now();
    theirs();
    mine.push_back(middle - start);
    other.push_back(now() - middle);
  }
  const double x = *std::min_element(mine.begin(), mine.end()), y = *std::min_element(other.begin(), other.end());
  std::printf("%-28s %5d %9.0f µs %9.0f µs  ratio %.2f\n", name, n, x, y, x / y);
}

template <class T>
void all(const char *dtype, int n) {
  const size_t size = static_cast<size_t>(n) * n;
  std::vector<T> a(size), s(size), b(size), out(size + n), x(size), copy(size), right(size);
  std::vector<int> pivots(n);
  for (auto &e : a) e = static_cast<T>(std::rand()) / RAND_MAX - static_cast<T>(0.5);
  for (auto &e : b) e = static_cast<T>(std::rand()) / RAND_MAX;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) s[i * n + j] = (a[i * n + j] + a[j * n + i]) / 2 + (i == j ? n : 0);
  char name[64];
  std::snprintf(name, sizeof name, "cholesky %s", dtype);
  compare(name, n, [&] { run<T>(choleskyRoutine, {1, n}, {s.data()}, out.data()); },
          [&] { copy = s; potrf(n, copy.data()); });
  for (int m : {1, n}) {
    std::snprintf(name, sizeof name, "solve %s, %d columns", dtype, m);
    compare(name, n,
            [&] {
              run<T>(luFactorRoutine, {1, n}, {a.data()}, out.data());
              run<T>(solveRoutine, {1, n, m, 0}, {a.data(), out.data(), b.data()}, x.data());
            },
            [&] {
              copy = a;
              right = b;
              gesv(n, m, copy.data(), pivots.data(), right.data());
            });
  }
}

}  // namespace

int main() {
  openblas_set_num_threads(1);
  for (int n : {64, 128, 256, 512, 1024}) {
    all<float>("float32", n);
    all<double>("float64", n);
  }
}
