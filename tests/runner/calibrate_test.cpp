// With measurements that are made up; that real ones come about is seen in plan.sh.
#include "runner/calibrate.h"

#include <gtest/gtest.h>

namespace mlpsweep::runner {
namespace {

std::vector<Kind> kinds_of_widths(const std::vector<int>& widths) {
  std::vector<Kind> kinds;
  for (const int width : widths) {
    engine::TrainSpec spec;
    spec.hidden = {width};
    kinds.push_back({spec, "family", static_cast<double>(width)});
  }
  return kinds;
}

TEST(Calibrate, MeasuresEveryKindInEveryRound) {
  std::vector<int> measured;
  const Calibration got =
      calibrate(kinds_of_widths({1, 2}), 4, [&](const engine::TrainSpec& spec, double piece) {
        measured.push_back(spec.hidden.front());
        EXPECT_DOUBLE_EQ(piece, 0.1);  // 4 s / (5 rounds x 2 kinds x 4 pieces)
        const engine::Pace pace{0.5, static_cast<double>(measured.size())};
        return Paces{pace, pace, pace};
      });
  EXPECT_EQ(measured, (std::vector<int>{1, 2, 1, 2, 1, 2, 1, 2, 1, 2}));
  EXPECT_EQ(got.measured, 2U);
  ASSERT_EQ(got.rounds.size(), 5U);
  EXPECT_DOUBLE_EQ(got.rounds[0][0].busy.epoch, 1);
  EXPECT_DOUBLE_EQ(got.rounds[4][1].busy.epoch, 10);
}

TEST(Calibrate, MakesFewerRoundsWhereEachTakesFarTooLong) {
  const auto rounds_by = [](double seconds_a_measurement) {
    double now = 100;
    const MeasureKind measure = [&](const engine::TrainSpec&, double) {
      now += seconds_a_measurement;
      return Paces{{0, 1}, {0, 1}, {0, 1}};
    };
    return calibrate(kinds_of_widths({1, 2}), 10, measure, [&] { return now; }).rounds.size();
  };
  EXPECT_EQ(rounds_by(1), 5U);
  EXPECT_EQ(rounds_by(4.9), 5U);  // four rounds are over before 4 x 10 s
  EXPECT_EQ(rounds_by(5.1), 4U);
  EXPECT_EQ(rounds_by(1000), 3U);
}

TEST(Calibrate, MeasuresSixteenOfManyKindsAndTellsAll) {
  std::vector<int> widths(40);
  for (int i = 0; i < 40; ++i) {
    widths[static_cast<std::size_t>(i)] = i + 1;
  }
  std::size_t calls = 0;
  const Calibration got =
      calibrate(kinds_of_widths(widths), 0, [&](const engine::TrainSpec& spec, double piece) {
        ++calls;
        EXPECT_DOUBLE_EQ(piece, 0.01);  // shorter ones would tell nothing
        const engine::Pace pace{0, static_cast<double>(spec.hidden.front())};
        return Paces{pace, pace, pace};
      });
  EXPECT_EQ(calls, 5U * 16);
  EXPECT_EQ(got.measured, 16U);
  ASSERT_EQ(got.rounds[0].size(), 40U);
  EXPECT_NEAR(got.rounds[0][20].busy.epoch, 21, 1e-9);  // in between, by the power law
}

}  // namespace
}  // namespace mlpsweep::runner
