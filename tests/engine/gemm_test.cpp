// oneDNN's products against the plain ones.
#include "engine/gemm.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace mlpsweep::engine {
namespace {

struct ProductCase {
  ProductShape shape;
  Turn turn_a;
  Turn turn_b;
  Keep keep;
};

/// Numbers between -1 and 1 without a pattern that a wrong stride could hide behind.
template <class Real>
std::vector<Real> numbers(std::size_t count, double phase) {
  std::vector<Real> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(static_cast<float>(std::sin(phase + 1.7 * static_cast<double>(i))));
  return values;
}

template <class Real>
std::vector<Real> product(const ProductCase& c) {
  const auto [rows, columns, depth] = c.shape;
  const int a_stride = (c.turn_a == Turn::kAsIs ? depth : rows) + 3;
  const int b_stride = (c.turn_b == Turn::kAsIs ? columns : depth) + 2;
  const int c_stride = columns + 5;
  const auto a = numbers<Real>(static_cast<std::size_t>(a_stride) * (rows + depth), 0.1);
  const auto b = numbers<Real>(static_cast<std::size_t>(b_stride) * (columns + depth), 0.7);
  auto out = numbers<Real>(static_cast<std::size_t>(c_stride) * rows, 1.3);
  multiply<Real>(c.shape, {a.data(), a_stride, c.turn_a}, {b.data(), b_stride, c.turn_b},
                 {out.data(), c_stride, c.keep});
  return out;
}

TEST(Product, AgreesWithAPlainOneInEveryForm) {
  for (const Turn turn_a : {Turn::kAsIs, Turn::kTransposed})
    for (const Turn turn_b : {Turn::kAsIs, Turn::kTransposed})
      for (const Keep keep : {Keep::kReplace, Keep::kAdd})
        for (const ProductShape& shape : {ProductShape{1, 16, 7}, {5, 3, 2}, {64, 128, 33}}) {
          const ProductCase c{shape, turn_a, turn_b, keep};
          const auto floats = product<float>(c);
          const auto exact = product<double>(c);
          // A sum of `depth` numbers below 1 rounds to 6e-8 of what it has grown to, each time.
          for (std::size_t i = 0; i < exact.size(); ++i)
            ASSERT_NEAR(floats[i], exact[i], 1e-7 * shape.depth * (1 + std::abs(exact[i])))
                << "entry " << i;
        }
}

TEST(Product, ByHand) {
  const std::vector<double> a{1, 2, 3, 4};  // (2, 2)
  const std::vector<double> b{5, 6, 7, 8};
  std::vector<double> c(4);
  multiply<double>({2, 2, 2}, {a.data(), 2}, {b.data(), 2}, {c.data(), 2});
  EXPECT_EQ(c, (std::vector<double>{19, 22, 43, 50}));
  multiply<double>({2, 2, 2}, {a.data(), 2, Turn::kTransposed}, {b.data(), 2},
                   {c.data(), 2, Keep::kAdd});
  EXPECT_EQ(c, (std::vector<double>{19 + 26, 22 + 30, 43 + 38, 50 + 44}));
}

}  // namespace
}  // namespace mlpsweep::engine
