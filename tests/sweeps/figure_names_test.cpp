#include "sweeps/figure_names.h"

#include <gtest/gtest.h>

namespace mlpsweep::sweeps {
namespace {

TEST(QuantityOf, DecidesWhatWouldMatter) {
  EXPECT_EQ(quantity_of("test_accuracy"), Quantity::kShare);
  EXPECT_EQ(quantity_of("recall"), Quantity::kShare);
  EXPECT_EQ(quantity_of("best_train_loss"), Quantity::kLoss);
  EXPECT_EQ(quantity_of("oscillation"), Quantity::kLoss);
  EXPECT_EQ(quantity_of("best_epoch"), Quantity::kEpochs);
  EXPECT_EQ(quantity_of("plateau_until"), Quantity::kEpochs);
  EXPECT_EQ(quantity_of("seconds"), Quantity::kSeconds);
  EXPECT_EQ(quantity_of("train_seconds"), Quantity::kSeconds);
}

TEST(QuantityOf, TakesAFigureOfTheSpecForAnEpochWhateverItsName) {
  EXPECT_EQ(quantity_of("convergence_epoch"), Quantity::kEpochs);
  EXPECT_EQ(quantity_of("settled_loss"), Quantity::kEpochs);
  EXPECT_EQ(quantity_of("final_accuracy"), Quantity::kEpochs);
}

}  // namespace
}  // namespace mlpsweep::sweeps
