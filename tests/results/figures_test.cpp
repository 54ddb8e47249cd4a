#include <cmath>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/record.h"

namespace mlpsweep::results {
namespace {

TEST(Figure, EveryNameGivesItsOwnFigure) {
  Record record;
  record.result.epochs.resize(7);
  record.result.last = {1, 2, 3, 4, 14, 15};
  record.result.best = {5, 6, 8, 9, 16, 17};
  record.result.test_loss = 10;
  record.result.test_accuracy = 11;
  record.result.last_test_loss = 18;
  record.result.last_test_accuracy = 19;
  record.result.best_epoch = 12;
  record.result.train_seconds = 13;
  const std::map<std::string_view, double> expected = {{"train_loss", 1},
                                                       {"train_accuracy", 2},
                                                       {"validation_loss", 3},
                                                       {"validation_accuracy", 4},
                                                       {"best_train_loss", 5},
                                                       {"best_train_accuracy", 6},
                                                       {"best_validation_loss", 8},
                                                       {"best_validation_accuracy", 9},
                                                       {"test_loss", 10},
                                                       {"test_accuracy", 11},
                                                       {"epochs_run", 7},
                                                       {"best_epoch", 12},
                                                       {"train_seconds", 13},
                                                       {"monitor_loss", 14},
                                                       {"monitor_accuracy", 15},
                                                       {"best_monitor_loss", 16},
                                                       {"best_monitor_accuracy", 17},
                                                       {"last_test_loss", 18},
                                                       {"last_test_accuracy", 19}};
  std::map<std::string_view, double> found;
  for (const std::string_view name : figure_names()) {
    found[name] = figure(record, name);
  }
  EXPECT_EQ(found, expected);
}

TEST(Figure, IsNaNWhereATrialHasNone) {
  const Record no_epoch_has_run;
  for (const std::string_view name : figure_names()) {
    const bool always_there = name == "epochs_run" || name == "train_seconds";
    EXPECT_EQ(std::isnan(figure(no_epoch_has_run, name)), !always_there) << name;
  }
}

TEST(Figure, AnUnknownNameIsAnsweredWithTheNearest) {
  try {
    (void)figure(Record(), "test_acuracy");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "no figure is called 'test_acuracy'; expected one of: train_loss, train_accuracy, "
                 "validation_loss, validation_accuracy, monitor_loss, monitor_accuracy, "
                 "best_train_loss, best_train_accuracy, best_validation_loss, "
                 "best_validation_accuracy, best_monitor_loss, best_monitor_accuracy, test_loss, "
                 "test_accuracy, last_test_loss, last_test_accuracy, epochs_run, best_epoch, "
                 "train_seconds; nearest: test_accuracy");
  }
}

}  // namespace
}  // namespace mlpsweep::results
