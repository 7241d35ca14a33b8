// What the machine can do: the same work by fused loops and one packed product, without any library.
//   g++ -O3 -march=native -ffast-math -fopenmp floor.cc
#include <memory>
#include "gemm.h"
#include "protocol.h"

namespace {

// Through the exponential, which compilers have for vectors.
inline float hyperbolicTangent(float x) {
  const float e = std::exp(2 * (x < -10 ? -10 : x > 10 ? 10 : x));
  return (e - 1) / (e + 1);
}

struct Layer {
  int64_t inputs, out;
  Floats w, b, gw, gb, mw, mb, vw, vb, activations, deltas;
};

std::vector<Layer> netOf(const std::vector<int64_t> &sizes, int64_t rows) {
  std::vector<Layer> net;
  for (size_t l = 0; l + 1 < sizes.size(); l++) {
    const int64_t in = sizes[l], out = sizes[l + 1];
    Layer layer{in, out, sequence(static_cast<uint32_t>(l + 1), in * out, 2 * std::sqrt(6.0 / (in + out))), Floats(out)};
    layer.gw.resize(in * out), layer.mw.resize(in * out), layer.vw.resize(in * out);
    layer.gb.resize(out), layer.mb.resize(out), layer.vb.resize(out);
    layer.activations.resize(rows * out), layer.deltas.resize(rows * out);
    net.push_back(layer);
  }
  return net;
}

// Plain loops over parts: a loop inside a parallel region is vectorized less well.
template <class Part>
void onThreads(int threads, int64_t n, const Part &part) {
  if (threads < 2 || n < 20000) return part(0, n);
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int t = 0; t < threads; t++) part(n * t / threads, n * (t + 1) / threads);
}

void adamOf(float *__restrict p, const float *__restrict g, float *__restrict m, float *__restrict v, float rate,
            float root, int64_t from, int64_t to) {
  for (int64_t i = from; i < to; i++) {
    const float first = 0.9f * m[i] + 0.1f * g[i], second = 0.999f * v[i] + 0.001f * g[i] * g[i];
    m[i] = first;
    v[i] = second;
    p[i] -= rate * first / (std::sqrt(second) * root + 1e-8f);
  }
}

void adamUpdate(int threads, Floats &p, const Floats &g, Floats &m, Floats &v, float rate, float root) {
  onThreads(threads, static_cast<int64_t>(p.size()), [&](int64_t from, int64_t to) {
    adamOf(p.data(), g.data(), m.data(), v.data(), rate, root, from, to);
  });
}

// Of every element by itself, so `in` may be `out`.
void tanhOf(const float *in, float *out, int64_t from, int64_t to) {
#pragma GCC ivdep
  for (int64_t i = from; i < to; i++) out[i] = hyperbolicTangent(in[i]);
}

void rosenbrockGradient(const float *__restrict in, float *__restrict out, int64_t from, int64_t to) {
  for (int64_t i = from; i < to; i++)
    out[i] = 200 * (in[i] - in[i - 1] * in[i - 1]) - 400 * in[i] * (in[i + 1] - in[i] * in[i]) - 2 * (1 - in[i]);
}

struct Training {
  std::vector<Layer> net;
  Floats x, y;
  std::vector<int> labels;
  int64_t rows;
  bool adam;
  float rate;
  int threads;
  int t = 0;

  void forward() {
    const float *input = x.data();
    for (size_t l = 0; l < net.size(); l++) {
      Layer &layer = net[l];
      const int64_t out = layer.out;
      productOn(threads, rows, out, layer.inputs, input, layer.inputs, 1, layer.w.data(), out, 1,
                layer.activations.data(), out);
      const bool last = l + 1 == net.size(), relu = !labels.empty();
      float *a = layer.activations.data();
      const float *b = layer.b.data();
      for (int64_t r = 0; r < rows; r++)
        if (last)
          for (int64_t o = 0; o < out; o++) a[r * out + o] += b[o];
        else if (relu)
          for (int64_t o = 0; o < out; o++) a[r * out + o] = a[r * out + o] + b[o] > 0 ? a[r * out + o] + b[o] : 0;
        else {
          for (int64_t o = 0; o < out; o++) a[r * out + o] += b[o];
          tanhOf(a, a, r * out, (r + 1) * out);
        }
      input = a;
    }
  }

  double step() {
    forward();
    Layer &output = net.back();
    double loss = 0;
    if (!labels.empty())
      for (int64_t r = 0; r < rows; r++) {
        const float *z = output.activations.data() + r * output.out;
        float *d = output.deltas.data() + r * output.out;
        float most = z[0], total = 0;
        for (int64_t o = 1; o < output.out; o++) most = z[o] > most ? z[o] : most;
        for (int64_t o = 0; o < output.out; o++) total += d[o] = std::exp(z[o] - most);
        loss += std::log(total) + most - z[labels[r]];
        for (int64_t o = 0; o < output.out; o++) d[o] = (d[o] / total - (o == labels[r])) / static_cast<float>(rows);
      }
    else
      for (int64_t r = 0; r < rows; r++) {
        const float difference = output.activations[r] - y[r];
        loss += difference * difference;
        output.deltas[r] = 2 * difference / static_cast<float>(rows);
      }
    t++;
    const float first = 0.001f / (1 - std::pow(0.9f, static_cast<float>(t)));
    const float root = 1 / std::sqrt(1 - std::pow(0.999f, static_cast<float>(t)));
    for (size_t l = net.size(); l-- > 0;) {
      Layer &layer = net[l];
      const int64_t in = layer.inputs, out = layer.out;
      const float *below = l == 0 ? x.data() : net[l - 1].activations.data();
      const float *d = layer.deltas.data();
      if (l > 0) {
        float *to = net[l - 1].deltas.data();
        productOn(threads, rows, in, out, d, out, 1, layer.w.data(), 1, out, to, in);
        if (!labels.empty())
          for (int64_t i = 0; i < rows * in; i++) to[i] = below[i] > 0 ? to[i] : 0;
        else
          for (int64_t i = 0; i < rows * in; i++) to[i] *= 1 - below[i] * below[i];
      }
      std::fill(layer.gb.begin(), layer.gb.end(), 0.0f);
      float *gb = layer.gb.data();
      for (int64_t r = 0; r < rows; r++)
#pragma omp simd
        for (int64_t o = 0; o < out; o++) gb[o] += d[r * out + o];
      if (adam) {
        productOn(threads, in, out, rows, below, 1, in, d, out, 1, layer.gw.data(), out);
        adamUpdate(threads, layer.w, layer.gw, layer.mw, layer.vw, first, root);
        adamUpdate(1, layer.b, layer.gb, layer.mb, layer.vb, first, root);
      } else {
        productOn(threads, in, out, rows, below, 1, in, d, out, 1, layer.w.data(), out, -rate, 1);
        for (int64_t o = 0; o < out; o++) layer.b[o] -= rate * layer.gb[o];
      }
    }
    return loss / static_cast<double>(rows);
  }
};

Prepared train(const std::shared_ptr<Training> &training) {
  double check = 0;
  for (int i = 0; i < 6; i++) check = training->step();
  return {check, [training](long count) {
            for (long i = 0; i < count; i++) training->step();
          }};
}

const std::vector<int64_t> mlpSizes{784, 512, 256, 10}, smallSizes{2, 16, 16, 1};

std::shared_ptr<Training> mlp(int64_t rows, bool adam, int threads) {
  std::vector<int> labels(rows);
  for (int64_t r = 0; r < rows; r++) labels[r] = static_cast<int>(r * 7 % 10);
  return std::make_shared<Training>(
    Training{netOf(mlpSizes, rows), sequence(100, rows * 784, 2), {}, labels, rows, adam, 0.01f, threads});
}
std::shared_ptr<Training> small(bool adam) {
  const Floats x = sequence(101, 64, 2);
  Floats y(32);
  for (int r = 0; r < 32; r++) y[r] = x[2 * r] * x[2 * r + 1];
  return std::make_shared<Training>(Training{netOf(smallSizes, 32), x, y, {}, 32, adam, 0.05f, 1});
}

}  // namespace

int main() {
  Tasks tasks;
  for (const Product &p : products)
    tasks[p.name] = [p](int threads) {
      const auto a = std::make_shared<Floats>(sequence(1, p.m * p.k)), b = std::make_shared<Floats>(sequence(2, p.k * p.n));
      const auto c = std::make_shared<Floats>(p.m * p.n);
      const bool ta = p.transposed == 'a', tb = p.transposed == 'b';
      return repeated(
        [=] {
          productOn(threads, p.m, p.n, p.k, a->data(), ta ? 1 : p.k, ta ? p.m : 1, b->data(), tb ? 1 : p.n,
                    tb ? p.k : 1, c->data(), p.n);
        },
        [=] { return absoluteSum(*c); });
    };
  for (const int64_t rows : {32, 128, 1024})
    for (const bool adam : {false, true})
      tasks["mlp-" + std::to_string(rows) + (adam ? "-adam" : "-sgd")] = [=](int threads) {
        return train(mlp(rows, adam, threads));
      };
  tasks["mlp-forward-128"] = [](int threads) {
    const auto net = mlp(128, false, threads);
    return repeated([=] { net->forward(); }, [=] { return absoluteSum(net->net.back().activations); });
  };
  tasks["small-sgd"] = [](int) { return train(small(false)); };
  tasks["small-adam"] = [](int) { return train(small(true)); };
  for (const int64_t n : {10, 1000, 100000})
    tasks["rosenbrock-" + std::to_string(n)] = [n](int threads) {
      const auto x = std::make_shared<Floats>(sequence(200, n, 2)), g = std::make_shared<Floats>(n);
      return repeated(
        [=] {
          const float *in = x->data();
          float *out = g->data();
          out[0] = -400 * in[0] * (in[1] - in[0] * in[0]) - 2 * (1 - in[0]);
          onThreads(threads, n - 2, [=](int64_t from, int64_t to) { rosenbrockGradient(in, out, from + 1, to + 1); });
          out[n - 1] = 200 * (in[n - 1] - in[n - 2] * in[n - 2]);
        },
        [=] { return absoluteSum(*g); });
    };
  tasks["softmax-128x1024"] = [](int threads) {
    const auto x = std::make_shared<Floats>(sequence(201, 128 * 1024, 8)), y = std::make_shared<Floats>(128 * 1024);
    return repeated(
      [=] {
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
        for (int r = 0; r < 128; r++) {
          const float *in = x->data() + r * 1024;
          float *out = y->data() + r * 1024;
          float most = in[0], total = 0;
          for (int c = 0; c < 1024; c++) most = in[c] > most ? in[c] : most;
          for (int c = 0; c < 1024; c++) total += out[c] = std::exp(in[c] - most);
          const float scale = 1 / total;
          for (int c = 0; c < 1024; c++) out[c] *= scale;
        }
      },
      [=] {
        double total = 0;
        for (float e : *y) total += static_cast<double>(e) * e;
        return total;
      });
  };
  tasks["tanh-1e6"] = [](int threads) {
    const auto x = std::make_shared<Floats>(sequence(202, 1000000, 8)), y = std::make_shared<Floats>(1000000);
    return repeated(
      [=] {
        const float *in = x->data();
        float *out = y->data();
        onThreads(threads, 1000000, [=](int64_t from, int64_t to) { tanhOf(in, out, from, to); });
      },
      [=] { return absoluteSum(*y); });
  };
  tasks["adam-1e6"] = [](int threads) {
    struct State {
      Floats start = sequence(1, 1000000), p = start, g = sequence(2, 1000000), m = Floats(1000000), v = m;
      int t = 0;
    };
    const auto s = std::make_shared<State>();
    const auto run = [=](long count) {
      for (long i = 0; i < count; i++) {
        s->t++;
        adamUpdate(threads, s->p, s->g, s->m, s->v, 0.001f / (1 - std::pow(0.9f, static_cast<float>(s->t))),
                   1 / std::sqrt(1 - std::pow(0.999f, static_cast<float>(s->t))));
      }
    };
    run(5);
    double moved = 0;
    for (size_t i = 0; i < s->p.size(); i++) moved += std::fabs(static_cast<double>(s->p[i]) - s->start[i]);
    return Prepared{moved, run};
  };
  return serve(tasks);
}
