#include "sweeps/diagnostics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"

namespace mlpsweep::sweeps {
namespace {

std::string thrown_by(Diagnostics& diagnostics) {
  try {
    diagnostics.throw_if_any();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Diagnostics, SayNothingWhereNothingIsWrong) {
  Diagnostics diagnostics("a.yaml", "l2: 0\n");
  EXPECT_EQ(thrown_by(diagnostics), "");
}

TEST(Diagnostics, ComeInTheOrderOfTheFileThenOfTheCommandLine) {
  Diagnostics diagnostics("a.yaml", "one: 1\n\ttwo: 2\n", {"x=1"});
  diagnostics.report({1, 1, 3, 1}, "third");
  diagnostics.report({0, 2, 2, 3}, "second", {"expected something"});
  diagnostics.report({0, 1, 6, 1}, "first");
  diagnostics.report({0, 1, 6, 1}, "first");
  EXPECT_EQ(thrown_by(diagnostics),
            "a.yaml:1:6: first\n  one: 1\n       ^\n"
            "a.yaml:2:2: second\n  \ttwo: 2\n  \t^^^\n  expected something\n"
            "command line: third\n  x=1\n    ^");
}

TEST(Diagnostics, StayReadableWhenEverythingIsWrong) {
  const std::string line(1000, 'x');
  Diagnostics diagnostics("a.yaml", line);
  for (int i = 1; i <= 1000; ++i)
    diagnostics.report({0, 1, i, 1}, "bad");
  const std::string text = thrown_by(diagnostics);
  EXPECT_LT(text.size(), 25'000U);
  EXPECT_THAT(text, testing::EndsWith("a.yaml: 950 more faults like these"));
}

// Found by fuzzing.
TEST(Diagnostics, PointBehindTheSpacesAtTheEndOfALine) {
  Diagnostics diagnostics("a.yaml", "a: {b: 1,   ");
  diagnostics.report({0, 1, 13, 1}, "no end of it");
  EXPECT_EQ(thrown_by(diagnostics), "a.yaml:1:13: no end of it\n  a: {b: 1,\n              ^");
}

TEST(Diagnostics, HandNoControlCharactersToATerminal) {
  EXPECT_EQ(quote("a\x1b[31m\n"), "'a?[31m?'");
  EXPECT_EQ(quote("\xff"
                  "\xc3\xa4"),
            "'?\xc3\xa4'");
}

}  // namespace
}  // namespace mlpsweep::sweeps
