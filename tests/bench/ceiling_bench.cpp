// What one core can do at most: multiply-adds alone, with a load each from the first-level cache,
// and the second-level cache's traffic. One line of JSON; where_time_goes.py takes its floors from
// it.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <vector>

#include <immintrin.h>

#include "engine/aligned.h"

#include "tests/bench/processor_time.h"

namespace mlpsweep {
namespace {

constexpr int kTries = 40;  // the best counts: everything else is the machine's other work
constexpr int kSums = 8;    // enough for two multiply-adds a cycle that take four

/// Seconds of the fastest of many runs.
template <class Work>
double fastest(const Work& work) {
  double best = 1e9;
  for (int i = 0; i < kTries; ++i) {
    const double start = processor_seconds();
    work();
    best = std::min(best, processor_seconds() - start);
  }
  return best;
}

/// kSums chains of multiply-adds over `rows` rows of kSums registers, `turns` times over: from
/// memory, or with the first row alone, which stays in registers.
struct Avx512 {
  static constexpr int kFloats = 16;
  [[gnu::target("avx512f")]] static float run(const float* rows, int count, int turns, bool loads) {
    __m512 sums[kSums] = {};
    __m512 held[kSums];
    for (int j = 0; j < kSums; ++j)
      held[j] = _mm512_load_ps(rows + j * kFloats);
    for (int t = 0; t < turns; ++t)
      for (int r = 0; r < count; ++r) {
        const __m512 x = _mm512_set1_ps(rows[r]);
        const float* row = rows + static_cast<std::size_t>(r) * kSums * kFloats;
        if (loads)
          for (int j = 0; j < kSums; ++j)
            sums[j] = _mm512_fmadd_ps(x, _mm512_load_ps(row + j * kFloats), sums[j]);
        else
          for (int j = 0; j < kSums; ++j)
            sums[j] = _mm512_fmadd_ps(x, held[j], sums[j]);
      }
    alignas(64) std::array<float, kFloats> out{};
    for (const __m512& sum : sums)
      _mm512_store_ps(out.data(), _mm512_add_ps(_mm512_load_ps(out.data()), sum));
    return out[0];
  }
};

struct Avx2 {
  static constexpr int kFloats = 8;
  [[gnu::target("avx2,fma")]] static float run(const float* rows, int count, int turns,
                                               bool loads) {
    __m256 sums[kSums] = {};
    const __m256 held = _mm256_load_ps(rows);
    for (int t = 0; t < turns; ++t)
      for (int r = 0; r < count; ++r) {
        const __m256 x = _mm256_set1_ps(rows[r]);
        const float* row = rows + static_cast<std::size_t>(r) * kSums * kFloats;
        if (loads)
          for (int j = 0; j < kSums; ++j)
            sums[j] = _mm256_fmadd_ps(x, _mm256_load_ps(row + j * kFloats), sums[j]);
        else
          for (int j = 0; j < kSums; ++j)
            sums[j] = _mm256_fmadd_ps(x, held, sums[j]);
      }
    alignas(32) std::array<float, kFloats> out{};
    for (const __m256& sum : sums)
      _mm256_store_ps(out.data(), _mm256_add_ps(_mm256_load_ps(out.data()), sum));
    return out[0];
  }
};

volatile float sink;

/// Billions of operations a second (two a multiply-add).
template <class Isa>
double operations(bool loads) {
  constexpr int kRows = 32;  // 16 KiB at most
  constexpr int kTurns = 2000;
  const engine::AlignedVector<float> rows(kRows * kSums * Isa::kFloats, 1e-9F);
  const double seconds = fastest([&] { sink = Isa::run(rows.data(), kRows, kTurns, loads); });
  return 2e-9 * kRows * kTurns * kSums * Isa::kFloats / seconds;
}

/// Billions of bytes a second read and written over 400 kB, the weights of 784 x 128.
double second_level() {
  constexpr std::size_t kFloats = 100'352;
  constexpr int kTurns = 50;
  engine::AlignedVector<float> weights(kFloats, 1.F);
  const double seconds = fastest([&] {
    for (int t = 0; t < kTurns; ++t)
      for (float& w : weights)
        w = w * 0.5F + 1.F;
    sink = weights[7];
  });
  return 2e-9 * sizeof(float) * kFloats * kTurns / seconds;
}

}  // namespace
}  // namespace mlpsweep

int main() {
  using namespace mlpsweep;
  const bool wide = __builtin_cpu_supports("avx512f") != 0;
  const auto rate = [&](bool loads) {
    return wide ? operations<Avx512>(loads) : operations<Avx2>(loads);
  };
  std::printf(
      "{\"isa\": \"%s\", \"multiply_add_gflops\": %.1f, \"multiply_add_load_gflops\": %.1f, "
      "\"second_level_update_gbs\": %.1f}\n",
      wide ? "avx512" : "avx2", rate(false), rate(true), second_level());
}
