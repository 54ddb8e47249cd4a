// The first layer on bytes: the same as the plain products, whatever the shape.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/kernels.h"
#include "engine/network.h"
#include "engine/rng.h"
#include "engine/score.h"

#include "tests/engine/kernel_copies.h"
#include "tests/engine/toy_data.h"

namespace mlpsweep::engine {
namespace {

/// Rows of bytes, about half of them 0, that end where the memory ends: reading on is a fault that
/// the sanitizer sees.
struct Bytes {
  int rows;
  int inputs;
  std::vector<std::vector<std::uint8_t>> pixels;
  std::vector<const std::uint8_t*> pointers;
  std::vector<float> mean;
  std::vector<float> factor;

  Bytes(int rows_, int inputs_, bool offset) : rows(rows_), inputs(inputs_) {
    const Stream stream(3, 0, Purpose::kOrder, 0);
    std::uint64_t counter = 0;
    for (int r = 0; r < rows; ++r) {
      pixels.emplace_back(inputs);
      for (std::uint8_t& byte : pixels.back()) {
        const std::uint64_t bits = stream.bits(counter++);
        byte = bits % 2 == 0 ? 0 : static_cast<std::uint8_t>(bits >> 8);
      }
    }
    for (const auto& row : pixels)
      pointers.push_back(row.data());
    for (int d = 0; d < inputs; ++d) {
      mean.push_back(offset ? static_cast<float>(50 + d % 9) : 0.F);
      factor.push_back(d % 11 == 5 ? 0.F : 1.F / static_cast<float>(40 + d % 7));
    }
  }

  [[nodiscard]] double input(int r, int d) const {
    return (pixels[r][d] - static_cast<double>(mean[d])) * factor[d];
  }
};

AlignedVector<float> noise(std::size_t n, std::uint32_t index) {
  const Stream stream(9, 0, Purpose::kWeights, index);
  AlignedVector<float> values(n);
  for (std::size_t i = 0; i < n; ++i)
    values[i] = static_cast<float>(stream.normal(i));
  return values;
}

struct Shape {
  int rows;
  int inputs;
  int stride;
  bool offset;
};

/// Each with something that doesn't fit: rows and inputs off the strips' size, inputs off 16,
/// columns for one, some, all and more than all registers.
const Shape kShapes[] = {{1, 1, 16, false},       {3, 17, 32, true},    {64, 128, 48, false},
                         {50, 100, 64, true},     {97, 49, 80, false},  {130, 784, 128, true},
                         {33, 95, 13 * 16, true}, {64, 35, 112, false}, {20, 64, 96, true}};

class Sparse : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] static const Kernels<float>& loops() { return *find_kernels(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Isa, Sparse, testing::ValuesIn(copies_here()),
                         [](const auto& entry) { return entry.param; });

TEST_P(Sparse, ForwardIsThePlainProduct) {
  for (const Shape& shape : kShapes) {
    const Bytes in(shape.rows, shape.inputs, shape.offset);
    const ByteScale<float> scale(in.mean, in.factor);
    const AlignedVector<float> weights =
        noise(static_cast<std::size_t>(shape.inputs) * shape.stride, 0);
    AlignedVector<float> start = noise(shape.stride, 1);
    const AlignedVector<float> biases = start;
    if (!scale.offsets.empty())
      loops().take_offsets(scale.offsets.data(), weights.data(), shape.inputs, shape.stride,
                           start.data());
    std::vector<float> sums(static_cast<std::size_t>(shape.rows) * shape.stride, 7.F);
    loops().sparse_forward({in.pointers.data(), shape.rows, shape.inputs, scale.factors.data()},
                           weights.data(), shape.stride, start.data(), sums.data());
    for (int r = 0; r < shape.rows; ++r)
      for (int j = 0; j < shape.stride; ++j) {
        double sum = biases[j];
        for (int d = 0; d < shape.inputs; ++d)
          sum += in.input(r, d) * weights[static_cast<std::size_t>(d) * shape.stride + j];
        ASSERT_NEAR(sums[static_cast<std::size_t>(r) * shape.stride + j], sum,
                    3e-6 * (10 + shape.inputs))
            << shape.rows << " x " << shape.inputs << " x " << shape.stride << " at " << r << ", "
            << j;
      }
  }
}

TEST_P(Sparse, GradientIsThePlainProductInWhateverBlocksItIsTaken) {
  for (const Shape& shape : kShapes) {
    const Bytes in(shape.rows, shape.inputs, shape.offset);
    const ByteScale<float> scale(in.mean, in.factor);
    const AlignedVector<float> d_sums =
        noise(static_cast<std::size_t>(shape.rows) * shape.stride, 2);
    AlignedVector<float> column_sums(shape.stride);
    loops().column_sums(d_sums.data(), shape.rows, shape.stride, false, column_sums.data());
    const bool offset = !scale.offsets.empty();
    const auto size = static_cast<std::size_t>(shape.inputs) * shape.stride;
    std::vector<float> whole(size, 7.F);
    std::vector<float> parts(size, 1.F);
    const auto gradient = [&](bool add, std::vector<float>& into, int begin, int end) {
      loops().sparse_gradient({in.pointers.data(), shape.rows, shape.inputs, scale.factors.data()},
                              {d_sums.data(), shape.stride, offset ? scale.offsets.data() : nullptr,
                               offset ? column_sums.data() : nullptr, add, into.data()},
                              begin, end);
    };
    gradient(false, whole, 0, shape.inputs);
    const int middle = shape.inputs / 3;
    gradient(false, parts, 0, middle);
    gradient(false, parts, middle, shape.inputs);
    EXPECT_EQ(whole, parts) << "blocks of inputs change no bit";
    for (int d = 0; d < shape.inputs; ++d)
      for (int j = 0; j < shape.stride; ++j) {
        double sum = 0;
        for (int r = 0; r < shape.rows; ++r)
          sum += in.input(r, d) * d_sums[static_cast<std::size_t>(r) * shape.stride + j];
        ASSERT_NEAR(whole[static_cast<std::size_t>(d) * shape.stride + j], sum,
                    3e-6 * (10 + shape.rows))
            << shape.rows << " x " << shape.inputs << " x " << shape.stride << " at " << d << ", "
            << j;
      }
    std::vector<float> twice = whole;
    gradient(true, twice, 0, shape.inputs);
    for (std::size_t i = 0; i < size; ++i)
      ASSERT_NEAR(twice[i], 2 * whole[i], 1e-5 * (10 + shape.rows)) << "added to what was there";
  }
}

TEST(SparseInstructionSets, GiveTheSameBits) {
  const auto* avx2 = find_kernels("avx2");
  const auto* avx512 = find_kernels("avx512");
  if (avx2 == nullptr || avx512 == nullptr)
    GTEST_SKIP() << "this processor has not both AVX2 and AVX-512";
  const Shape shape{97, 100, 13 * 16, true};
  const Bytes in(shape.rows, shape.inputs, true);
  const ByteScale<float> scale(in.mean, in.factor);
  const AlignedVector<float> weights =
      noise(static_cast<std::size_t>(shape.inputs) * shape.stride, 0);
  std::vector<std::vector<float>> results;
  for (const auto* loops : {avx2, avx512}) {
    AlignedVector<float> start(shape.stride);
    loops->take_offsets(scale.offsets.data(), weights.data(), shape.inputs, shape.stride,
                        start.data());
    std::vector<float> sums(static_cast<std::size_t>(shape.rows) * shape.stride);
    loops->sparse_forward({in.pointers.data(), shape.rows, shape.inputs, scale.factors.data()},
                          weights.data(), shape.stride, start.data(), sums.data());
    results.push_back(std::move(sums));
  }
  EXPECT_EQ(results[0], results[1]);
}

/// Mean gradients of one batch, its rows entering as numbers or as bytes.
template <class Real>
Layers<Real> gradients(const TrainSpec& spec, const Bytes& in, bool as_bytes) {
  Network<Real> network(spec, in.inputs, 3);
  network.initialize(spec);
  const ByteScale<Real> scale(in.mean, in.factor);
  Steps<Real> steps(network, in.rows, as_bytes ? &scale : nullptr);
  steps.step(
      network, in.rows,
      [&](int begin, int end, const Entrance<Real>& entrance) {
        for (int r = begin; r < end; ++r) {
          entrance.labels[r - begin] = static_cast<std::uint8_t>(r % 3);
          if (as_bytes) {
            entrance.pixels[r - begin] = in.pointers[r];
            continue;
          }
          for (int d = 0; d < in.inputs; ++d)
            entrance.inputs[static_cast<std::size_t>(r - begin) * entrance.stride + d] =
                static_cast<Real>(in.input(r, d));
        }
      },
      nullptr);
  return steps.gradients();
}

TEST(RowsAsBytes, GiveTheGradientsOfRowsAsNumbers) {
  TrainSpec spec;
  spec.hidden = {37, 5};
  for (const int rows : {5, 130, 2100}) {
    const Bytes in(rows, 51, true);
    const Layers<double> numbers = gradients<double>(spec, in, false);
    const Layers<double> bytes = gradients<double>(spec, in, true);
    for (std::size_t l = 0; l < numbers.size(); ++l) {
      for (std::size_t i = 0; i < numbers[l].weights.size(); ++i)
        ASSERT_NEAR(bytes[l].weights[i], numbers[l].weights[i], 1e-5)
            << rows << " rows, layer " << l;
      for (std::size_t i = 0; i < numbers[l].biases.size(); ++i)
        ASSERT_NEAR(bytes[l].biases[i], numbers[l].biases[i], 1e-5) << rows << " rows, layer " << l;
    }
  }
}

TEST(RowsAsBytes, AreTakenWhereManyAreZeroAndTheLayerIsWide) {
  const Dataset half = toy_data();
  Dataset full = half;
  change_pixels(full.train, [](auto& pixels) {
    for (std::uint8_t& byte : pixels)
      byte = static_cast<std::uint8_t>(byte | 1);
  });
  TrainSpec wide;
  wide.hidden = {17};
  const Scaler plain;
  EXPECT_TRUE(enters_as_bytes(wide, half, plain));
  EXPECT_FALSE(enters_as_bytes(wide, full, plain));
  Scaler by_image;
  by_image.per_image = true;
  EXPECT_FALSE(enters_as_bytes(wide, half, by_image)) << "its offset differs from row to row";
  TrainSpec narrow = wide;
  narrow.hidden = {16};
  EXPECT_FALSE(enters_as_bytes(narrow, half, plain));
  narrow.hidden = {};
  EXPECT_FALSE(enters_as_bytes(narrow, half, plain));
}

}  // namespace
}  // namespace mlpsweep::engine
