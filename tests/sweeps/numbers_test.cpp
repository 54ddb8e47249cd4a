#include "sweeps/numbers.h"

#include <gtest/gtest.h>

namespace mlpsweep::sweeps {
namespace {

TEST(Numbers, AreThoseOfYaml12) {
  for (const auto& [text, number] :
       {std::pair("0", 0.0), std::pair("-0.5", -0.5), std::pair("+3", 3.0), std::pair("1e-3", 1e-3),
        std::pair("1E+3", 1e3), std::pair(".5", 0.5), std::pair("5.", 5.0),
        std::pair("0.0001", 1e-4), std::pair("1.7976931348623157e308", 1.7976931348623157e308)}) {
    EXPECT_EQ(parse_number(text), number) << text;
  }
}

TEST(Numbers, AreNothingElse) {
  for (const char* text :
       {"",      "+",      "-",   ".",     "e3",   "1e",  "1e+",  "1 ",    " 1",      "1a",
        "1.2.3", "0x10",   "0o7", "010",   "-007", "00",  "nan",  ".nan",  "inf",     "-.inf",
        "1e400", "1e-400", "1,5", "1_000", "--1",  "+-1", "true", "1e3.5", "\xd9\xa1"}) {
    EXPECT_FALSE(parse_number(text)) << text;
  }
}

TEST(Numbers, WithoutPointOrExponentAreWhole) {
  EXPECT_EQ(parse_whole("0"), 0);
  EXPECT_EQ(parse_whole("-12"), -12);
  EXPECT_EQ(parse_whole("+12"), 12);
  EXPECT_EQ(parse_whole("9223372036854775807"), 9223372036854775807);
  EXPECT_EQ(parse_unsigned("18446744073709551615"), 18446744073709551615U);
  for (const char* text : {"", "1.0", "1e3", "010", "9223372036854775808", "1 ", "-", "+-1"}) {
    EXPECT_FALSE(parse_whole(text)) << text;
  }
  EXPECT_FALSE(parse_unsigned("-1"));
  EXPECT_FALSE(parse_unsigned("18446744073709551616"));
}

}  // namespace
}  // namespace mlpsweep::sweeps
