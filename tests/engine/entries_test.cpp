// The lists of names.
#include "engine/entries.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mlpsweep::engine {
namespace {

using testing::ElementsAre;

std::vector<std::string_view> names(std::span<const Entry> entries) {
  std::vector<std::string_view> all;
  for (const Entry& entry : entries)
    all.push_back(entry.name);
  return all;
}

TEST(Entries, HoldWhatASweepMayName) {
  EXPECT_THAT(names(activation_entries()), ElementsAre("sigmoid", "tanh", "relu"));
  EXPECT_THAT(names(output_entries()), ElementsAre("sigmoid", "softmax"));
  EXPECT_THAT(names(loss_entries()),
              ElementsAre("binary_cross_entropy", "mean_squared_error", "cross_entropy"));
  EXPECT_THAT(names(initializer_entries()), ElementsAre("normal", "he", "glorot"));
  EXPECT_THAT(names(optimizer_entries()), ElementsAre("sgd"));
  EXPECT_THAT(names(scale_entries()), ElementsAre("none", "unit", "zscore"));
  EXPECT_THAT(names(format_entries()), ElementsAre("idx", "npz", "csv"));
}

TEST(Entries, SayWhatTheyMean) {
  for (const auto& entries : {activation_entries(), output_entries(), loss_entries(),
                              initializer_entries(), optimizer_entries(), scale_entries()})
    for (const Entry& entry : entries)
      EXPECT_FALSE(entry.meaning.empty()) << entry.name;
}

TEST(Pairs, AreRefusedWhereTheLossDoesNotFit) {
  int legal = 0;
  for (const Entry& output : output_entries())
    for (const Entry& loss : loss_entries())
      legal += refuse_pair(output.name, loss.name) ? 0 : 1;
  EXPECT_EQ(legal, 4);
  EXPECT_EQ(refuse_pair("softmax", "binary_cross_entropy"),
            "loss: binary_cross_entropy cannot stand behind output softmax; softmax takes "
            "cross_entropy, mean_squared_error, and binary_cross_entropy stands behind sigmoid");
}

TEST(Pairs, NameTheWordThatIsUnknown) {
  EXPECT_EQ(refuse_pair("softmaxx", "cross_entropy"),
            "output: expected one of sigmoid, softmax, found 'softmaxx'; nearest: softmax");
  EXPECT_EQ(refuse_pair("softmax", "hinge"),
            "loss: expected one of binary_cross_entropy, mean_squared_error, cross_entropy, found "
            "'hinge'");
}

}  // namespace
}  // namespace mlpsweep::engine
