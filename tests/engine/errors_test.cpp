#include "engine/errors.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mlpsweep {
namespace {

TEST(Check, ThrowsALogicErrorThatSaysWhereAndWhat) {
  const int rows = 0;
  try {
    MLPS_CHECK(rows > 0, "rows = " + std::to_string(rows));
    FAIL() << "nothing thrown";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("errors_test.cpp:"));
    EXPECT_THAT(error.what(), testing::HasSubstr("'rows > 0' does not hold: rows = 0"));
  }
}

TEST(Check, EvaluatesItsTextOnlyOnFailure) {
  int evaluated = 0;
  const auto text = [&] {
    ++evaluated;
    return std::string("text");
  };
  MLPS_CHECK(evaluated == 0, text());
  EXPECT_EQ(evaluated, 0);
}

TEST(WordsOf, SayThatMemoryRanOutWhereTheExceptionDoesNot) {
  EXPECT_STREQ(words_of(MachineError("disk: full")), "disk: full");
  EXPECT_EQ(std::string(words_of(std::bad_alloc())).find("out of memory"), 0U);
}

}  // namespace
}  // namespace mlpsweep
