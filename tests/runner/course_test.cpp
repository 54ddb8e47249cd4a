// Schedules by hand.
#include "runner/course.h"

#include <gtest/gtest.h>

namespace mlpsweep::runner {
namespace {

/// Takes as long however many others run beside it, and all threads together are no help.
TrialSeconds steady(double seconds) {
  return {seconds, seconds, seconds};
}

TEST(Course, OfOneThreadIsTheSumOfItsTrials) {
  const Course course = play({steady(3), steady(2), steady(1)}, {1, 1, 1}, 1);
  EXPECT_DOUBLE_EQ(course.seconds, 6);
  EXPECT_DOUBLE_EQ(course.idle, 0);
}

TEST(Course, GivesTheNextTrialToWhoeverIsFreeFirst) {
  // Rank 0: 5, then 1; rank 1: 3, then 2.
  const Course course = play({steady(5), steady(3), steady(2), steady(1)}, {1, 2, 1}, 2);
  EXPECT_DOUBLE_EQ(course.seconds, 6);
  EXPECT_DOUBLE_EQ(course.idle, 1);  // rank 1 has nothing to do from 5 on
}

TEST(Course, ThreadsOfARankJoinTheLastTrial) {
  // One thread would take 4 s for each; together they take half of it.
  const TrialSeconds trial{4, 4, 2};
  // Two side by side until 4, the third by both threads.
  EXPECT_DOUBLE_EQ(play({trial, trial, trial}, {1, 1, 2}, 2).seconds, 6);
  // Of two ranks with one thread each the second one idles meanwhile.
  const Course apart = play({trial, trial, trial}, {1, 2, 1}, 2);
  EXPECT_DOUBLE_EQ(apart.seconds, 8);
  EXPECT_DOUBLE_EQ(apart.idle, 4);
}

TEST(Course, ATrialIsQuickerWhenTheOtherCoresAreIdle) {
  const TrialSeconds trial{4, 3, 3};
  // The third begins at 4 and is alone from then on.
  EXPECT_DOUBLE_EQ(play({trial, trial, trial}, {1, 2, 1}, 2).seconds, 4 + 3);
}

TEST(Course, HalfOfTheThreadsHelpByAPowerOfTheirNumber) {
  // Four threads make it four times as quick, so two twice.
  const TrialSeconds trial{8, 8, 2};
  // Of four trials on four threads all end at 8; of two, each has two threads.
  EXPECT_DOUBLE_EQ(play({trial, trial}, {1, 1, 4}, 4).seconds, 4);
}

TEST(Course, ARankIsFilledBeforeTheNextGetsAny) {
  const TrialSeconds trial{4, 4, 2};
  // As Coordinator::assign: rank 0 has both threads busy, rank 1 nothing.
  const Course course = play({trial, trial}, {1, 2, 2}, 2);
  EXPECT_DOUBLE_EQ(course.seconds, 4);
  EXPECT_DOUBLE_EQ(course.idle, 8);
}

TEST(Course, ANodeThatHasEndedIdlesUntilTheLastOne) {
  // Ranks 0 and 1 are of the first node, which ends at 2.
  const std::vector<TrialSeconds> trials = {steady(2), steady(1), steady(5), steady(4)};
  const Course course = play(trials, {2, 2, 1}, 2);
  EXPECT_DOUBLE_EQ(course.seconds, 5);
  EXPECT_DOUBLE_EQ(course.idle, (1 + 2 * 3) + 1);
}

TEST(Course, NodesBeyondTheNumberOfTrialsIdle) {
  const Course course = play({steady(2), steady(2)}, {5000, 1, 2}, 2);
  EXPECT_DOUBLE_EQ(course.seconds, 2);
  EXPECT_DOUBLE_EQ(course.idle, 2 * (4999 * 2));
}

TEST(Course, OfNoTrialsTakesNoTime) {
  EXPECT_DOUBLE_EQ(play({}, {2, 2, 2}, 2).seconds, 0);
}

TEST(Layouts, AreTheDivisorsOfANodesCores) {
  EXPECT_EQ(layouts(3, 4), (std::vector<Layout>{{3, 1, 4}, {3, 2, 2}, {3, 4, 1}}));
  EXPECT_EQ(layouts(1, 1), (std::vector<Layout>{{1, 1, 1}}));
  EXPECT_EQ(layouts(3, 4).front().cores(), 12);
}

}  // namespace
}  // namespace mlpsweep::runner
