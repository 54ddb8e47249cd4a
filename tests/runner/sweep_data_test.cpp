#include "runner/sweep_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "sweeps/settle.h"

#include "small_sweep.h"

namespace mlpsweep::runner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SweepData : public testing::Test {
 protected:
  [[nodiscard]] sweeps::Sweep read(const std::string& experiments) const {
    return sweeps::read_sweep("small.yaml", small_.text("{}") + experiments);
  }

  SmallSweep small_;
  engine::DatasetCache data_;
};

TEST_F(SweepData, IsReadOnceAndDescribed) {
  const std::vector<results::DataSource> sources = data_sources(small_.read(), data_);
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].train_rows, 40U);
  EXPECT_EQ(sources[0].inputs, 6);
  EXPECT_EQ(sources[0].classes, 2);
}

TEST_F(SweepData, IsThatOfEveryWinnerThereCouldBeBeforeAndAfterOneIsKnown) {
  const sweeps::Sweep sweep = read(R"(experiments:
  one: {from: {best_of: pairs}, data: {positive: 0}}
  pairs: {parameters: {data.classes: [[0, 1], [1, 0]], l2: [0, 1]}}
)");
  const auto keys = [&](const sweeps::Sweep& of) {
    std::vector<std::string> found;
    for (const results::DataSource& source : data_sources(of, data_)) {
      found.push_back(source.key.substr(source.key.find("classes")));
    }
    return found;
  };
  const auto all = ElementsAre("classes 0,1 | positive 0", "classes 1,0 | positive 0",
                               "classes 0,1", "classes 1,0");
  EXPECT_THAT(keys(sweep), all);
  const sweeps::Winners winners = {{"pairs", {{"data.classes", "1,0"}, {"l2", "1"}}}};
  EXPECT_THAT(keys(sweeps::settle(sweep, winners)), all);
}

TEST_F(SweepData, IsTheSameInAnyOrder) {
  std::vector<results::DataSource> sources =
      data_sources(read("experiments: {a: {parameters: {data.classes: [[0, 1], [1, 0]]}}}"), data_);
  const std::vector<std::string> identities = data_identities(sources);
  EXPECT_EQ(identities.size(), 4U);
  std::swap(sources[0], sources[1]);
  EXPECT_EQ(data_identities(sources), identities);
  sources[0].checksum += "0";
  EXPECT_NE(data_identities(sources), identities);
}

TEST_F(SweepData, PartsThatItCannotGiveAreRefusedBeforeAnythingStarts) {
  const auto refusal = [&](const std::string& override) {
    const sweeps::Sweep sweep = small_.read({override});
    return engine::message_of<InputError>([&] { static_cast<void>(check_parts(sweep, data_)); });
  };
  EXPECT_EQ(refusal("data.split.validation=0.3"), "");
  EXPECT_THAT(refusal("data.split.validation=0.001"), HasSubstr("expected at least one row"));
  EXPECT_THAT(refusal("data.split.validation=0.2,0.001"), HasSubstr("expected at least one row"));
  EXPECT_THAT(refusal("data.split.train=39"), HasSubstr("39"));
}

TEST_F(SweepData, PartsThatAWinnerWouldAskForAreRefusedAsWell) {
  const sweeps::Sweep sweep = read(R"(experiments:
  sizes: {parameters: {data.split.validation: [10, 20]}}
  next: {from: {best_of: sizes}, data: {split: {train: 20}}}
)");
  EXPECT_THAT(engine::message_of<InputError>([&] { static_cast<void>(check_parts(sweep, data_)); }),
              HasSubstr("20"));
}

}  // namespace
}  // namespace mlpsweep::runner
