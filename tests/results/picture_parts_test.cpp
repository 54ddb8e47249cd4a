#include "results/picture_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mlpsweep::results {
namespace {

using testing::HasSubstr;

TEST(Wrapped, BreaksAtBlanks) {
  EXPECT_EQ(wrapped("one two three four", 90, 10), "one two\nthree\nfour");
  EXPECT_EQ(wrapped("one two", 900, 10), "one two");
  EXPECT_EQ(wrapped("", 100, 10), "");
}

TEST(Wrapped, KeepsAWordThatIsLongerThanALine) {
  EXPECT_EQ(wrapped("a incomprehensibilities b", 50, 10), "a\nincomprehensibilities\nb");
}

TEST(Wrapped, CountsWideLettersTwice) {
  EXPECT_EQ(wrapped("学習 曲線", 80, 10), "学習\n曲線");
}

TEST(FrameOf, MakesRoomForEveryLine) {
  const Frame one = frame_of({"title", "source"}, 400, 300);
  const Frame more =
      frame_of({"title", std::string(60, 'a') + " " + std::string(60, 'b')}, 400, 300);
  EXPECT_EQ(one.height, one.top + 300 + one.bottom);
  EXPECT_EQ(more.bottom - one.bottom, kSourceLine);
  EXPECT_THAT(more.labels, HasSubstr("set label 3 "));
}

TEST(FrameOf, WithoutTextsHasNoLabels) {
  EXPECT_EQ(frame_of({"", ""}, 400, 300).labels, "");
}

}  // namespace
}  // namespace mlpsweep::results
