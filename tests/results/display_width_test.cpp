#include "results/display_width.h"

#include <gtest/gtest.h>

namespace mlpsweep::results {
namespace {

TEST(DisplayWidth, CountsLettersAndNotBytes) {
  EXPECT_EQ(display_width("85.4 ± 0.4"), 10U);
  EXPECT_EQ(display_width("Größe"), 5U);
  EXPECT_EQ(display_width(""), 0U);
}

TEST(DisplayWidth, WideLettersTakeTwoColumns) {
  EXPECT_EQ(display_width("くずし"), 6U);
  EXPECT_EQ(display_width("\xF0\x9F\x98\x80"), 2U);  // an emoji, four bytes
}

TEST(DisplayWidth, CombiningLettersTakeNone) {
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);
}

TEST(DisplayWidth, BytesThatAreNoUtf8TakeOneEach) {
  EXPECT_EQ(display_width("\xFF"), 1U);
  EXPECT_EQ(display_width("a\xE3\x81"), 3U);  // cut off inside a letter
}

TEST(OneLine, TurnsWhatBreaksALineOrSteersATerminalIntoBlanks) {
  EXPECT_EQ(one_line("a\nb\tc\x1b[31md\x7f"), "a b c [31md ");
  EXPECT_EQ(one_line("85 ± 1, 漢"), "85 ± 1, 漢");
}

}  // namespace
}  // namespace mlpsweep::results
