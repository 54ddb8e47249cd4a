// The nameless hot loops, in every copy.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/kernels.h"

#include "tests/engine/kernel_copies.h"

namespace mlpsweep::engine {
namespace {

class EveryCopy : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] static const Kernels<float>& loops() { return *find_kernels(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Isa, EveryCopy, testing::ValuesIn(copies_here()),
                         [](const auto& entry) { return entry.param; });

TEST_P(EveryCopy, GathersTheRowsAskedForAndScalesThem) {
  const std::vector<std::uint8_t> pixels{0, 10, 20, 30, 40, 50, 60, 70, 80};  // (3, 3)
  const std::vector<std::uint32_t> rows{2, 0};
  const std::vector<float> mean{10, 0, 1};
  const std::vector<float> factor{0.5F, 1, 0};
  std::vector<float> out(8, -1.F);
  loops().gather({pixels.data(), rows.data(), 2, 3, mean.data(), factor.data(), out.data(), 4});
  EXPECT_EQ(out, (std::vector<float>{25, 70, 0, -1, -5, 10, 0, -1}));
}

TEST_P(EveryCopy, ScalesAnImageByItself) {
  const std::vector<std::uint8_t> pixels{1, 3, 1, 3, 7, 7, 7, 7};
  const std::vector<std::uint32_t> rows{0, 1};
  std::vector<float> out(8);
  loops().gather({pixels.data(), rows.data(), 2, 4, nullptr, nullptr, out.data(), 4});
  // mean 2 and deviation 1; the second image never changes
  EXPECT_EQ(out, (std::vector<float>{-1, 1, -1, 1, 0, 0, 0, 0}));
}

TEST_P(EveryCopy, SumsColumnsInTheOrderOfTheRows) {
  // In float 1e8 + 1 - 1e8 is 0, and 1e8 - 1e8 + 1 is 1.
  std::vector<float> values(3 * 16, 0.F);
  values[0] = 1e8F;
  values[16] = 1;
  values[32] = -1e8F;
  values[1] = 1e8F;
  values[17] = -1e8F;
  values[33] = 1;
  std::vector<float> sums(16, 5.F);
  loops().column_sums(values.data(), 3, 16, false, sums.data());
  EXPECT_EQ(sums[0], 0);
  EXPECT_EQ(sums[1], 1);
  loops().column_sums(values.data(), 3, 16, true, sums.data());
  EXPECT_EQ(sums[1], 1 + 1e8F - 1e8F + 1);
}

TEST_P(EveryCopy, FindsWhatIsNotExactlyZero) {
  const std::vector<float> inputs{0, 1, -0.F, 1e-40F, 0, -2, std::nanf("")};
  std::vector<std::uint32_t> indices(inputs.size());
  const int count = loops().nonzero(inputs.data(), static_cast<int>(inputs.size()), indices.data());
  indices.resize(static_cast<std::size_t>(count));
  EXPECT_EQ(indices, (std::vector<std::uint32_t>{1, 3, 5, 6}));
}

TEST_P(EveryCopy, TakesOneRowThroughWeightsAndBack) {
  constexpr int kInputs = 6;
  constexpr int kStride = 32;
  std::vector<float> weights;
  for (int i = 0; i < kInputs * kStride; ++i)
    weights.push_back(static_cast<float>(i % 13 - 6));
  const std::vector<float> bias(kStride, 0.5F);
  const std::vector<float> x{1, 2, 0, -1, 3, 4};
  const std::vector<std::uint32_t> indices{0, 1, 3, 4, 5};
  const SparseRow<float> row{x.data(), indices.data(), 5, kStride};
  // Whole numbers of this size add up without rounding, in any order.
  std::vector<float> sums(kStride);
  loops().row_forward(row, weights.data(), bias.data(), sums.data());
  std::vector<float> d_sums;
  for (int j = 0; j < kStride; ++j) {
    float expected = 0.5F;
    for (int i = 0; i < kInputs; ++i)
      expected += x[i] * weights[i * kStride + j];
    EXPECT_EQ(sums[j], expected) << "unit " << j;
    d_sums.push_back(static_cast<float>(j % 5 - 2));
  }
  std::vector<float> d_inputs(kInputs);
  loops().row_backward(weights.data(), d_sums.data(), kInputs, kStride, d_inputs.data());
  const auto before = weights;
  loops().row_update(row, d_sums.data(), 0.5F, weights.data());
  for (int i = 0; i < kInputs; ++i) {
    float expected = 0;
    for (int j = 0; j < kStride; ++j) {
      expected += before[i * kStride + j] * d_sums[j];
      EXPECT_EQ(weights[i * kStride + j], before[i * kStride + j] - 0.5F * x[i] * d_sums[j]);
    }
    EXPECT_EQ(d_inputs[i], expected) << "input " << i;
  }
}

TEST(Copies, HoldTheSameEntriesInTheSameOrder) {
  const auto& plain = kernels<double>();
  for (const char* isa : {"avx2", "avx512", "baseline"}) {
    const auto* copy = find_kernels(isa);
    if (copy == nullptr)
      continue;
    ASSERT_EQ(copy->activation_count, plain.activation_count);
    for (int i = 0; i < plain.activation_count; ++i)
      EXPECT_STREQ(copy->activations[i].name, plain.activations[i].name);
    ASSERT_EQ(copy->head_count, plain.head_count);
    for (int i = 0; i < plain.head_count; ++i)
      EXPECT_STREQ(copy->heads[i].loss, plain.heads[i].loss);
  }
}

}  // namespace
}  // namespace mlpsweep::engine
