#include "sweeps/value.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

namespace mlpsweep::sweeps {
namespace {

TEST(Value, HasOneSpelling) {
  EXPECT_EQ(text_of(0.1), "0.1");
  EXPECT_EQ(text_of(1e-4), "0.0001");
  EXPECT_EQ(text_of(1e-5), "1e-5");
  EXPECT_EQ(text_of(2.5e-7), "2.5e-7");
  EXPECT_EQ(text_of(48000.0), "48000");
  EXPECT_EQ(text_of(123456.75), "123456.75");
  EXPECT_EQ(text_of(1e14), "100000000000000");
  EXPECT_EQ(text_of(1e15), "1e15");
  EXPECT_EQ(text_of(-0.5), "-0.5");
  EXPECT_EQ(text_of(-0.0), "0");
  EXPECT_EQ(text_of(true), "true");
  EXPECT_EQ(text_of(std::int64_t{-3}), "-3");
  EXPECT_EQ(text_of(std::string("203x203")), "203x203");
}

TEST(Value, ReadsBackAsTheSameNumber) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    if (!std::isfinite(number))
      continue;
    const std::string text = text_of(number);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    ASSERT_EQ(back, number) << text;
  }
}

}  // namespace
}  // namespace mlpsweep::sweeps
