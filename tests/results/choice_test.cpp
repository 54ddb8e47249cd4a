#include "results/choice.h"

#include <gtest/gtest.h>

#include "results/select.h"

#include "table_samples.h"

namespace mlpsweep::results {
namespace {

const std::vector<std::string> kKeys = {"optimizer.learning_rate", "activation"};

/// Records, their groups and what was chosen from them.
struct Chosen {
  explicit Chosen(std::vector<Record> of, const SweepInfo& info = grid_info())
      : records(std::move(of)), trials(select(records, {})) {
    grouping = group_trials(trials, kKeys, {});
    choice = choose(info, grouping);
  }
  [[nodiscard]] int row() const {
    return choice.best == nullptr ? -1 : static_cast<int>(choice.best->row);
  }

  std::vector<Record> records;
  std::vector<const Record*> trials;
  Grouping grouping;
  Choice choice;
};

TEST(Choice, TakesTheLowestMeanOfAMetricToBeMinimised) {
  const Chosen chosen(sample_grid());
  EXPECT_EQ(chosen.row(), 3);
  EXPECT_EQ(chosen.choice.note,
            "* chosen by the lowest mean best_validation_loss of 4 groups; test figures play no "
            "part.");
}

TEST(Choice, TakesTheHighestMeanOfAMetricToBeMaximised) {
  SweepInfo info = grid_info();
  info.metric = "validation_loss";
  info.minimize = false;
  EXPECT_EQ(Chosen(sample_grid(), info).row(), 0);
}

// While a sweep runs: a mean over fewer splits is no match for one over more.
TEST(Choice, PassesOverGroupsWithFewerRepeatsThanOthers) {
  std::vector<Record> records = sample_grid();
  const Settings best = records[3].settings;  // row 3 wins when it is whole
  std::erase_if(records, [&](const Record& r) { return r.settings == best && r.repeat > 0; });
  const Chosen chosen(records);
  EXPECT_NE(chosen.row(), 3);
  EXPECT_GE(chosen.row(), 0);
  EXPECT_NE(chosen.choice.note.find("of 3 groups"), std::string::npos) << chosen.choice.note;
  EXPECT_NE(chosen.choice.note.find("1 with fewer repeats"), std::string::npos);
}

// The worst by validation gets the best test accuracy: nothing may change.
TEST(Choice, TestFiguresPlayNoPart) {
  std::vector<Record> records = sample_grid();
  for (const std::size_t index : {0, 4, 8}) {
    records[index].result.test_accuracy = 1;
    records[index].result.test_loss = 0;
  }
  EXPECT_EQ(Chosen(records).row(), 3);
}

TEST(Choice, IsNeverByTest) {
  SweepInfo info = grid_info();
  info.metric = "test_accuracy";
  info.minimize = false;
  const Chosen chosen(sample_grid(), info);
  EXPECT_EQ(chosen.row(), -1);
  EXPECT_EQ(chosen.choice.note, "Nothing is marked best: test_accuracy is no validation figure.");
}

TEST(Choice, IsNeverByTraining) {
  SweepInfo info = grid_info();
  info.metric = "train_loss";
  EXPECT_EQ(Chosen(sample_grid(), info).row(), -1);
}

TEST(Choice, NeedsAValidationPart) {
  std::vector<Record> records = sample_grid();
  for (Record& record : records) {
    record.result.best = {};
  }
  const Chosen chosen(records);
  EXPECT_EQ(chosen.row(), -1);
  EXPECT_EQ(chosen.choice.note,
            "Nothing is marked best: fewer than two groups have best_validation_loss.");
}

TEST(Choice, PassesOverAGroupInWhichATrialDiverged) {
  std::vector<Record> records = sample_grid();
  records[3] = make_unfinished({0.05, "relu", 0}, engine::State::kDiverged, "train_loss is nan");
  const Chosen chosen(records);
  EXPECT_EQ(chosen.row(), 2);
  EXPECT_EQ(chosen.choice.note,
            "* chosen by the lowest mean best_validation_loss of 3 groups; test figures play no "
            "part. Not considered: 1 with diverged or failed trials.");
}

TEST(Choice, TiesGoToTheFirst) {
  std::vector<Record> records = {make_record({.learning_rate = 0.01}),
                                 make_record({.learning_rate = 0.05})};
  EXPECT_EQ(Chosen(records).row(), 0);
}

TEST(Choice, HasNothingToSayOfASingleGroup) {
  const Chosen chosen({make_record({})});
  EXPECT_EQ(chosen.row(), -1);
  EXPECT_EQ(chosen.choice.note, "");
}

}  // namespace
}  // namespace mlpsweep::results
