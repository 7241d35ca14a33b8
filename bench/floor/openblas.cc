// g++ -O2 openblas.cc -lopenblas
#include <cblas.h>
#include <memory>
#include "protocol.h"

extern "C" void openblas_set_num_threads(int);
extern "C" char *openblas_get_config();

int main() {
  Tasks tasks;
  for (const Product &p : products)
    tasks[p.name] = [p](int threads) {
      openblas_set_num_threads(threads);
      const auto a = std::make_shared<Floats>(sequence(1, p.m * p.k)), b = std::make_shared<Floats>(sequence(2, p.k * p.n));
      const auto c = std::make_shared<Floats>(p.m * p.n);
      const bool ta = p.transposed == 'a', tb = p.transposed == 'b';
      return repeated(
        [=] {
          cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, p.m, p.n, p.k, 1,
                      a->data(), ta ? p.m : p.k, b->data(), tb ? p.k : p.n, 0, c->data(), p.n);
        },
        [=] { return absoluteSum(*c); });
    };
  // It says "OpenBLAS 0.3.21 …" and then how it was built.
  std::istringstream config(openblas_get_config());
  std::string name, version;
  config >> name >> version;
  return serve(tasks, version);
}
