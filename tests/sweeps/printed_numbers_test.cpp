#include "sweeps/printed_numbers.h"

#include <gtest/gtest.h>

namespace mlpsweep::sweeps {
namespace {

using Kind = Printed::Kind;

struct Case {
  const char* text;
  Kind kind;
  double value;
  double unit;
};

TEST(PrintedNumbers, KeepTheDigitsThatWerePrinted) {
  const Case cases[] = {
      {"0.0690", Kind::kValue, 0.069, 1e-4},
      {"0.069", Kind::kValue, 0.069, 1e-3},
      {"1.00", Kind::kValue, 1, 1e-2},
      {"317", Kind::kValue, 317, 1},
      {"200", Kind::kValue, 200, 1},
      {"0", Kind::kValue, 0, 1},
      {".5", Kind::kValue, 0.5, 0.1},
      {"1e-3", Kind::kValue, 1e-3, 1e-3},
      {"4.689468e-10", Kind::kValue, 4.689468e-10, 1e-16},
      {"about 200", Kind::kAbout, 200, 100},
      {"about 150", Kind::kAbout, 150, 10},
      {"about 0.25", Kind::kAbout, 0.25, 0.01},
      {"about 0.250", Kind::kAbout, 0.25, 0.01},
      {"> 0.98", Kind::kAbove, 0.98, 0.01},
      {"<50", Kind::kBelow, 50, 1},
  };
  for (const Case& one : cases) {
    const std::optional<Printed> printed = parse_printed(one.text);
    ASSERT_TRUE(printed) << one.text;
    EXPECT_EQ(printed->text, one.text);
    EXPECT_EQ(printed->kind, one.kind) << one.text;
    EXPECT_EQ(printed->value, one.value) << one.text;
    EXPECT_EQ(printed->unit, one.unit) << one.text;
  }
}

TEST(PrintedNumbers, TakePerCentForHundredths) {
  const Case cases[] = {
      {"98 %", Kind::kValue, 0.98, 0.01},        {"100 %", Kind::kValue, 1, 0.01},
      {"99.875 %", Kind::kValue, 0.99875, 1e-5}, {"> 98%", Kind::kAbove, 0.98, 0.01},
      {"about 90 %", Kind::kAbout, 0.9, 0.1},
  };
  for (const Case& one : cases) {
    const std::optional<Printed> printed = parse_printed(one.text);
    ASSERT_TRUE(printed) << one.text;
    EXPECT_EQ(printed->kind, one.kind) << one.text;
    EXPECT_EQ(printed->value, one.value) << one.text;
    EXPECT_EQ(printed->unit, one.unit) << one.text;
  }
}

TEST(PrintedNumbers, AreNothingElse) {
  for (const char* text : {"", "about", "abt 200", "> ", "> about 3", "98 % %", "% 98", "0,94",
                           "nan", "1e999", "0x10", "~ 200", ">= 0.98", "98 percent", "12 34"}) {
    EXPECT_FALSE(parse_printed(text)) << text;
  }
}

TEST(PrintedNumbers, SayNothingOfASizeAboutZero) {
  EXPECT_FALSE(parse_printed("about 0"));
  EXPECT_FALSE(parse_printed("about 0.00"));
}

}  // namespace
}  // namespace mlpsweep::sweeps
