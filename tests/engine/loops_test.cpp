// The nameless hot loops, in every copy.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/aligned.h"
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

TEST_P(EveryCopy, MarksWhatIsNotExactlyZero) {
  AlignedVector<float> inputs(2 * kSpan,
                              7.F);  // what lies behind the last input counts for nothing
  std::fill_n(inputs.begin(), 70, 0.F);
  inputs[1] = 1;
  inputs[2] = -0.F;
  inputs[3] = 1e-40F;
  inputs[63] = -2;
  inputs[69] = std::nanf("");
  std::vector<Mask> marks(2);
  loops().mark(inputs.data(), 70, marks.data());
  EXPECT_EQ(marks, (std::vector<Mask>{Mask{1} << 1 | Mask{1} << 3 | Mask{1} << 63, Mask{1} << 5}));
}

/// A layer of small whole numbers, which add up without rounding in any order.
struct WholeNumbers {
  int inputs = 0;
  int stride = 0;
  AlignedVector<float> weights;
  AlignedVector<float> x, next;  ///< Some 0 in one, some in the other, some in both.
  std::vector<Mask> x_marks, next_marks;
  std::vector<float> bias, d_sums;

  WholeNumbers(int inputs_, int stride_) : inputs(inputs_), stride(stride_) {
    const int spans = (inputs + kSpan - 1) / kSpan;
    x.resize(static_cast<std::size_t>(spans) * kSpan);
    next.resize(x.size());
    x_marks.resize(spans);
    next_marks.resize(spans);
    for (int i = 0; i < inputs; ++i) {
      x[i] = static_cast<float>(i * 7 % 5 - 2);
      next[i] = static_cast<float>(i * 11 % 7 % 4);
      for (int j = 0; j < stride; ++j)
        weights.push_back(static_cast<float>((i * stride + j) % 13 - 6));
    }
    for (int j = 0; j < stride; ++j) {
      bias.push_back(static_cast<float>(j % 3));
      d_sums.push_back(static_cast<float>(j % 5 - 2));
    }
  }
  [[nodiscard]] int spans() const { return static_cast<int>(x_marks.size()); }
  [[nodiscard]] float weight_after_step(int i, int j) const {
    return weights[static_cast<std::size_t>(i) * stride + j] - 0.5F * x[i] * d_sums[j];
  }
};

TEST_P(EveryCopy, StepsOneRowAndSumsTheNextInOneWalk) {
  for (const auto& [inputs, stride] : {std::pair{6, 16}, {64, 32}, {100, 48}, {130, 80}}) {
    WholeNumbers layer(inputs, stride);
    loops().mark(layer.x.data(), inputs, layer.x_marks.data());
    loops().mark(layer.next.data(), inputs, layer.next_marks.data());
    const MarkedRow<float> x{layer.x.data(), layer.x_marks.data()};
    const MarkedRow<float> next{layer.next.data(), layer.next_marks.data()};
    AlignedVector<float> together = layer.weights;
    AlignedVector<float> apart = layer.weights;
    std::vector<float> sums(stride);
    std::vector<float> sums_apart(stride);
    loops().row_pass({layer.spans(), stride, together.data(), x, layer.d_sums.data(), 0.5F, next,
                      layer.bias.data(), sums.data()});
    loops().row_pass(
        {layer.spans(), stride, apart.data(), x, layer.d_sums.data(), 0.5F, {}, nullptr, nullptr});
    loops().row_pass({layer.spans(),
                      stride,
                      apart.data(),
                      {},
                      nullptr,
                      0,
                      next,
                      layer.bias.data(),
                      sums_apart.data()});
    for (int j = 0; j < stride; ++j) {
      float expected = layer.bias[j];
      for (int i = 0; i < inputs; ++i) {
        expected += layer.next[i] * layer.weight_after_step(i, j);
        EXPECT_EQ(together[static_cast<std::size_t>(i) * stride + j],
                  layer.weight_after_step(i, j));
      }
      EXPECT_EQ(sums[j], expected) << "unit " << j << " of " << inputs << " x " << stride;
    }
    EXPECT_EQ(together, apart);
    EXPECT_EQ(sums, sums_apart);
  }
}

TEST_P(EveryCopy, TakesARowBackThroughWeights) {
  const WholeNumbers layer(6, 32);
  std::vector<float> d_inputs(layer.inputs);
  loops().row_backward(layer.weights.data(), layer.d_sums.data(), layer.inputs, layer.stride,
                       d_inputs.data());
  for (int i = 0; i < layer.inputs; ++i) {
    float expected = 0;
    for (int j = 0; j < layer.stride; ++j)
      expected += layer.weights[static_cast<std::size_t>(i) * layer.stride + j] * layer.d_sums[j];
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
