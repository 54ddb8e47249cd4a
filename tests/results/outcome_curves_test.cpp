// Printed curves against runs of them.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outcome_samples.h"

namespace mlpsweep::results {
namespace {

/// `runs` curves of three epochs around 2, 1, 0.5, each up to `spread` away by its own factor, held
/// against a printed one.
CurveOutcome judged(std::size_t runs, double spread, const std::vector<double>& published) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("one_five", "hidden");
  samples.add(part, std::string("64"), std::vector<double>(runs, 0.9),
              [spread](Record& record, std::size_t r) {
                record.result.epochs.resize(4);
                for (std::size_t e = 0; e < 4; ++e) {
                  const double turn = std::sin(double(r * 5 + e * 3));  // some order, no random
                  record.result.epochs[e].train_loss =
                      2 * std::pow(0.5, double(e)) * (1 + spread * turn);
                }
              });
  sweeps::ExpectedCurve& curve = samples.expectation("one_five").curves.emplace_back();
  curve.source = "Figure 3a";
  curve.from_epoch = 0;
  curve.figures = {{"train_loss", {}}};
  for (const double value : published) {
    curve.figures[0].second.push_back(printed("", value, 0.001));
  }
  return samples.outcome().curves.at(0);
}

TEST(PrintedCurve, IsReproducedAmongOurRunsAndNearTheirMean) {
  const CurveOutcome curve = judged(30, 0.02, {2, 1, 0.5});
  EXPECT_EQ(curve.verdict, Verdict::kReproduced);
  EXPECT_EQ(curve.epochs, 3U);
  EXPECT_EQ(curve.source, "Figure 3a");
  EXPECT_EQ(curve.configuration, "hidden 64");
  EXPECT_THAT(curve.note, testing::HasSubstr("over 30 runs"));
}

TEST(PrintedCurve, CannotBeToldAmongRunsThatVaryByMoreThanWouldMatter) {
  EXPECT_EQ(judged(30, 0.5, {2, 1, 0.62}).verdict, Verdict::kCannotTell);
}

TEST(PrintedCurve, IsCompatibleOutsideOurRunsButNearEnough) {
  EXPECT_EQ(judged(30, 0.01, {2, 1, 0.52}).verdict, Verdict::kCompatible);
}

TEST(PrintedCurve, IsNotReproducedFarOutsideOurRuns) {
  const CurveOutcome curve = judged(30, 0.02, {2, 1.5, 0.5});
  EXPECT_EQ(curve.verdict, Verdict::kNotReproduced);
  EXPECT_EQ(curve.farthest_epoch, 1);  // the report counts from 0
  EXPECT_NEAR(curve.farthest, -0.5, 0.01);
  EXPECT_NEAR(curve.test.p, 1.0 / 31, 1e-12);
}

TEST(PrintedCurve, NeedsTwentyRunsForAVerdict) {
  const CurveOutcome curve = judged(19, 0.02, {2, 1.5, 0.5});
  EXPECT_EQ(curve.verdict, Verdict::kCannotTell);
  EXPECT_THAT(curve.note, testing::HasSubstr("a verdict needs 20"));
  EXPECT_EQ(judged(20, 0.02, {2, 1.5, 0.5}).verdict, Verdict::kNotReproduced);
}

TEST(PrintedCurve, WithoutRecordsIsNotRun) {
  const CurveOutcome curve = judged(0, 0, {2, 1, 0.5});
  EXPECT_EQ(curve.verdict, Verdict::kNotJudged);
  EXPECT_EQ(curve.note, "not run");
}

TEST(PrintedCurve, LeavesOutRunsThatStoppedBeforeItsEnd) {
  const CurveOutcome curve = judged(30, 0.02, {2, 1, 0.5, 0.25, 0.125});
  EXPECT_EQ(curve.verdict, Verdict::kCannotTell);
  EXPECT_EQ(curve.note, "fewer than two whole runs");
}

}  // namespace
}  // namespace mlpsweep::results
