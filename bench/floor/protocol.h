// The numbers of data.mjs and the protocol of serve.mjs.
#pragma once
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

typedef std::vector<float> Floats;

inline Floats sequence(uint32_t seed, size_t count, double scale = 1) {
  Floats out(count);
  for (size_t i = 0; i < count; i++) {
    uint32_t h = (static_cast<uint32_t>(i) + 1 + seed * 1000003u) * 0x9e3779b1u;
    h = (h ^ (h >> 15)) * 0x85ebca6bu;
    h ^= h >> 13;
    out[i] = static_cast<float>(scale * (h / 4294967296.0 - 0.5));
  }
  return out;
}
inline double absoluteSum(const Floats &x) {
  double total = 0;
  for (float e : x) total += std::fabs(static_cast<double>(e));
  return total;
}

struct Prepared {
  double check;
  std::function<void(long)> run;
};
typedef std::map<std::string, std::function<Prepared(int)>> Tasks;

inline Prepared repeated(std::function<void()> once, std::function<double()> check) {
  once();
  return {check(), [once](long count) {
            for (long i = 0; i < count; i++) once();
          }};
}

struct Product {
  const char *name;
  int64_t m, k, n;
  char transposed;
};
constexpr Product products[] = {{"gemm-64", 64, 64, 64, ' '},
                                {"gemm-128", 128, 128, 128, ' '},
                                {"gemm-256", 256, 256, 256, ' '},
                                {"gemm-512", 512, 512, 512, ' '},
                                {"gemm-1024", 1024, 1024, 1024, ' '},
                                {"gemm-128x784x512", 128, 784, 512, ' '},
                                {"gemm-784x128x512-tn", 784, 128, 512, 'a'},
                                {"gemm-128x512x784-nt", 128, 512, 784, 'b'}};

#ifdef __clang__
constexpr const char *compiler = __VERSION__;
#else
constexpr const char *compiler = "g++ " __VERSION__;
#endif

inline int serve(const Tasks &tasks, const std::string &version = compiler) {
  std::function<void(long)> run;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command, name;
    int threads = 1;
    words >> command >> name >> threads;
    if (command == "prepare") {
      const auto found = tasks.find(name);
      if (found == tasks.end()) printf("absent does not have this work\n");
      else {
        Prepared prepared = found->second(threads);
        run = prepared.run;
        printf("ready %.12g\n", prepared.check);
      }
    } else if (command == "version") {
      printf("version %s\n", version.c_str());
    } else {
      const auto start = std::chrono::steady_clock::now();
      run(std::stol(name));
      const auto spent = std::chrono::steady_clock::now() - start;
      printf("time %lld\n", static_cast<long long>(std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count()));
    }
    fflush(stdout);
  }
  return 0;
}
