// When early stopping has had enough, loss by loss.
#include "engine/watch.h"

#include <vector>

#include <gtest/gtest.h>

#include "engine/errors.h"

namespace mlpsweep::engine {
namespace {

/// The epoch, from 1, after which it has had enough of these losses; 0: never.
int stopped_after(const EarlyStop& settings, const std::vector<double>& losses) {
  Watch watch(settings);
  for (std::size_t e = 0; e < losses.size(); ++e) {
    watch.is_best(losses[e]);
    if (watch.enough())
      return static_cast<int>(e) + 1;
  }
  return 0;
}

EarlyStop patience(int epochs, const char* stop_when) {
  EarlyStop settings;
  settings.patience = epochs;
  settings.stop_when = stop_when;
  return settings;
}

// Best in epoch 2, then above it for ever.
const std::vector<double> kRising = {1, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0};

TEST(Watch, StopsAfterMoreEpochsAboveTheBestThanThePatience) {
  EXPECT_EQ(stopped_after(patience(3, "exceeded"), kRising), 6);
  EXPECT_EQ(stopped_after(patience(0, "exceeded"), kRising), 3);
}

TEST(Watch, StopsAnEpochEarlierWhereReachingThePatienceIsEnough) {
  EXPECT_EQ(stopped_after(patience(3, "reached"), kRising), 5);
  EXPECT_EQ(stopped_after(patience(1, "reached"), kRising), 3);
}

TEST(Watch, BeginsToCountAgainAtEveryEpochThatIsNotAbove) {
  // Epoch 4 equals the best, epoch 7 is a new one.
  const std::vector<double> losses = {1, 1.1, 1.2, 1, 1.1, 1.2, 0.9, 1.1, 1.2};
  EXPECT_EQ(stopped_after(patience(3, "reached"), losses), 0);
  EXPECT_EQ(stopped_after(patience(2, "reached"), losses), 3);
}

TEST(Watch, NeverStopsWithoutPatience) {
  EXPECT_EQ(stopped_after({}, kRising), 0);
}

TEST(Watch, TakesTheFirstOfEqualsForTheBest) {
  Watch watch({});
  EXPECT_TRUE(watch.is_best(0.5));
  EXPECT_FALSE(watch.is_best(0.5));
  EXPECT_TRUE(watch.is_best(0.25));
}

TEST(Watch, RestoresTheBestWithPatienceOrOnRequest) {
  EXPECT_FALSE(Watch({}).restores_best());
  EXPECT_TRUE(Watch(patience(1, "exceeded")).restores_best());
  EarlyStop settings;
  settings.restore = "best";
  EXPECT_TRUE(Watch(settings).restores_best());
  settings = patience(1, "exceeded");
  settings.restore = "last";
  EXPECT_FALSE(Watch(settings).restores_best());
}

TEST(Watch, RefusesWhatItDoesNotKnowAndAPatienceThatWouldStopAtTheBest) {
  EXPECT_THROW(Watch(patience(3, "over")), InputError);
  EXPECT_THROW(Watch(patience(0, "reached")), InputError);
  EarlyStop settings;
  settings.restore = "first";
  EXPECT_THROW(Watch{settings}, InputError);
}

}  // namespace
}  // namespace mlpsweep::engine
