#include "runner/costs_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/file_io.h"
#include "runner/process_memory.h"

#include "tests/engine/data_files.h"

namespace mlpsweep::runner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr Layout kTwoThreads{1, 1, 2};

Costs both() {
  const Prediction one{{1, 2, 1}, {44, 40, 48}, 1, {130 * kMebibyte, 180 * kMebibyte}};
  const Prediction two{kTwoThreads, {41.25, 38, 45}, 0.5, {127 * kMebibyte, 127 * kMebibyte}};
  return {PredictedCosts{"2026-01-02T03:04:05Z", "abc", 24, false, {one, two}},
          MeasuredCosts{"2026-01-02T04:04:05Z", kTwoThreads, {"abc", 24, 42, 126 * kMebibyte}, {}}};
}

/// The same, and six trials more that waited for a winner.
Costs in_two_rounds() {
  Costs costs = both();
  costs.measured->add({"def", 6, 50, 128 * kMebibyte});
  return costs;
}

class CostsFile : public testing::Test {
 protected:
  engine::ScratchFolder scratch_;
  results::SweepFolder folder_ = results::SweepFolder::create(scratch_.path() / "sweep");
};

TEST_F(CostsFile, ComesBackWhole) {
  write_costs(folder_, both());
  const Costs got = read_costs(folder_);
  ASSERT_TRUE(got.predicted && got.measured);
  EXPECT_EQ(got.predicted->trials, "abc");
  EXPECT_EQ(got.predicted->count, 24U);
  ASSERT_EQ(got.predicted->layouts.size(), 2U);
  EXPECT_EQ(got.predicted->layouts[1].layout, kTwoThreads);
  EXPECT_EQ(got.predicted->layouts[1].wall.seconds, 41.25);
  EXPECT_EQ(got.predicted->layouts[1].wall.low, 38);
  EXPECT_EQ(got.predicted->layouts[1].wall.high, 45);
  EXPECT_EQ(got.predicted->layouts[1].idle, 0.5);
  EXPECT_EQ(got.predicted->layouts[0].memory.node, 180 * kMebibyte);
  EXPECT_EQ(got.measured->layout, kTwoThreads);
  EXPECT_EQ(got.measured->whole.seconds, 42);
  EXPECT_EQ(lines_of(got), lines_of(both()));
  write_costs(folder_, in_two_rounds());
  EXPECT_EQ(lines_of(read_costs(folder_)), lines_of(in_two_rounds()));
}

TEST_F(CostsFile, ThatIsNotThereOrNoneOfOursTellsNothing) {
  EXPECT_THAT(lines_of(read_costs(folder_)), IsEmpty());
  for (const char* text :
       {"", "{", "[]", "3", R"({"measured": {"count": "many"}})", R"({"predicted": 7})"}) {
    results::write_whole(folder_.costs(), text);
    EXPECT_THAT(lines_of(read_costs(folder_)), IsEmpty()) << text;
  }
}

TEST_F(CostsFile, OfANewerVersionIsToldAndLeftAlone) {
  write_costs(folder_, both());
  std::string text = results::read_whole(folder_.costs());
  const std::string found = R"("version": 1,)";
  ASSERT_NE(text.find(found), std::string::npos);
  text.replace(text.find(found), found.size(), R"("version": 2,)");
  results::write_whole(folder_.costs(), text);
  Costs costs = read_costs(folder_);
  EXPECT_FALSE(costs.predicted || costs.measured);
  EXPECT_THAT(lines_of(costs),
              ElementsAre(HasSubstr("costs.json: is of version 2, and this program reads up to "
                                    "version 1: it is left as it is")));
  costs.measured = both().measured;
  write_costs(folder_, costs);
  EXPECT_EQ(results::read_whole(folder_.costs()), text);
}

TEST_F(CostsFile, WithoutAVersionIsAnOlderOne) {
  write_costs(folder_, both());
  std::string text = results::read_whole(folder_.costs());
  const std::string found = R"("version": 1,)";
  text.erase(text.find(found), found.size());
  results::write_whole(folder_.costs(), text);
  EXPECT_EQ(lines_of(read_costs(folder_)), lines_of(both()));
}

TEST_F(CostsFile, WithANumberThatIsNoCountTellsNothing) {
  write_costs(folder_, both());
  const std::string whole = results::read_whole(folder_.costs());
  for (const char* count : {"1e300", "-1", "2.5", "4294967296"}) {
    std::string text = whole;
    const std::string found = R"("nodes": 1)";
    text.replace(text.rfind(found), found.size(), std::string(R"("nodes": )") + count);
    results::write_whole(folder_.costs(), text);
    EXPECT_FALSE(read_costs(folder_).measured) << count;
  }
}

TEST(Costs, AreToldBesideWhatWasPredictedForThatLayout) {
  EXPECT_THAT(lines_of(both()),
              ElementsAre("24 trials took 42.0 s on 1 rank x 2 threads, a rank at most 126 MiB",
                          "predicted: 41.2 s (38.0 s to 45.0 s), a rank 127 MiB"));
  Costs early = both();
  early.predicted->may_stop_early = true;
  EXPECT_THAT(lines_of(early)[1], HasSubstr("predicted: at most 41.2 s"));
}

TEST(Costs, OfOtherTrialsOrAnotherLayoutAreNotHeldAgainstThePrediction) {
  Costs costs = both();
  costs.measured->whole.trials = "abd";
  EXPECT_EQ(lines_of(costs).size(), 1U);
  costs = both();
  costs.measured->layout.threads = 4;
  EXPECT_EQ(lines_of(costs).size(), 1U);
  EXPECT_THAT(text_of(costs), Not(HasSubstr("predicted")));
  EXPECT_THAT(lines_of({both().predicted, std::nullopt}), IsEmpty());
}

TEST(Costs, OfSeveralRoundsAreHeldAgainstThePredictionByTheFirst) {
  EXPECT_THAT(
      lines_of(in_two_rounds()),
      ElementsAre("30 trials took 50.0 s on 1 rank x 2 threads, a rank at most 128 MiB",
                  "of these 24 that waited for no winner took 42.0 s, a rank at most 126 MiB",
                  "predicted for them: 41.2 s (38.0 s to 45.0 s), a rank 127 MiB"));
  Costs costs = in_two_rounds();
  costs.measured->add({"ghi", 1, 60, 120 * kMebibyte});  // of ranks that trained in that round
  EXPECT_EQ(costs.measured->whole.count, 31U);
  EXPECT_EQ(costs.measured->whole.rank_bytes, 128 * kMebibyte);
  EXPECT_EQ(lines_of(costs)[1], lines_of(in_two_rounds())[1]);
  // A prediction of trials that came later alone is of another run.
  costs.predicted->trials = "def";
  EXPECT_EQ(lines_of(costs).size(), 2U);
}

TEST(Costs, AsOneLineHaveBothNumbersOfTheRun) {
  EXPECT_THAT(text_of(both()), HasSubstr(R"("seconds":41.25)"));
  EXPECT_THAT(text_of(both()), HasSubstr(R"("seconds":42.0)"));
  EXPECT_THAT(text_of(both()), Not(HasSubstr(R"("seconds":44)")));
  EXPECT_THAT(text_of(both()), Not(HasSubstr("\n")));
}

TEST(Costs, LayoutsAreToldInWords) {
  EXPECT_EQ(text_of(Layout{1, 1, 1}), "1 rank x 1 thread");
  EXPECT_EQ(text_of(Layout{3, 2, 4}), "3 nodes x 2 ranks x 4 threads");
  EXPECT_EQ(seconds_text(12.34), "12.3 s");
  EXPECT_EQ(seconds_text(7200), "2 h 00 min");
}

}  // namespace
}  // namespace mlpsweep::runner
