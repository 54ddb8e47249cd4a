#include "sweeps/grid.h"

#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

TEST(Grid, TurnsTheLastAxisFastestAndZipsTogether) {
  const Sweep sweep = read_sweep("a.yaml", R"(mlpsweep: 1
data: mnist
parameters: {l2: [0, 1]}
zip: {epochs: [1, 2, 3], batch_size: [10, 20, all]}
)");
  std::string order;
  for (std::uint64_t i = 0; i < sweep.configurations(); ++i) {
    const engine::TrainSpec spec = sweep.trial(i);
    order += text_of(spec.l2) + "/" + std::to_string(spec.epochs) + "/" +
             std::to_string(spec.batch_size) + " ";
  }
  EXPECT_EQ(order, "0/1/10 0/2/20 0/3/0 1/1/10 1/2/20 1/3/0 ");
}

TEST(Grid, HoldsEveryCombinationOnceForAnySpec) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> axes = {
      {"l1", {"0", "0.5", "1e-3"}},
      {"l2", {"0", "1e-4", "2", "3"}},
      {"hidden", {"none", "64", "[24, 12]", "32x32x32"}},
      {"epochs", {"1", "2"}},
      {"optimizer.learning_rate", {"0.1", "0.2", "1"}},
      {"activation", {"tanh", "relu"}},
      {"data.scale.method", {"unit", "zscore", "none"}}};
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    std::string text = "mlpsweep: 1\ndata: mnist\nrepeats: 2\nbase: {}\nparameters:\n  epochs: 5\n";
    std::uint64_t product = 2;
    for (const auto& [key, values] : axes) {
      const std::size_t take = random() % (values.size() + 1);
      if (take == 0 || key == "epochs" || (key == "activation" && round % 2 == 0))
        continue;
      text.append("  ").append(key).append(": [").append(values.back());
      for (std::size_t v = 1; v < take; ++v)
        text.append(", ").append(values[values.size() - 1 - v]);
      text += "]\n";
      product *= take;
    }
    const Sweep sweep = read_sweep("a.yaml", text);
    ASSERT_EQ(sweep.trials(), product) << text;
    std::set<std::string> distinct;
    for (std::uint64_t i = 0; i < product; ++i) {
      std::string all = std::to_string(sweep.trial(i).repeat);
      for (const Setting& setting : settings_of(sweep.trial(i)))
        all.append("\n").append(text_of(setting.value));
      distinct.insert(all);
    }
    EXPECT_EQ(distinct.size(), product) << text;
  }
}

TEST(Grid, CountsAMillionValuesOnThreeAxesBeyondAnyWholeNumberType) {
  std::string values = "[1";
  for (int i = 2; i <= 20000; ++i)
    values.append(", ").append(std::to_string(i));
  values += "]";
  std::string text = "mlpsweep: 1\ndata: mnist\nrepeats: 1000000\nparameters:\n";
  for (const char* key : {"l1", "l2", "batch_size", "optimizer.learning_rate", "epochs"}) {
    text.append("  ").append(key).append(": ").append(values).append("\n");
  }
  const std::string complaint = complaints_about(text);
  EXPECT_NE(complaint.find("3200000000000000000000000000 trials are more than 1000000"),
            std::string::npos)
      << complaint;
}

TEST(Grid, RefusesAZipOfUnequalLengths) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
zip: {l1: [0, 1], l2: [0, 1, 2]}
)"),
            R"(s.yaml:3:19: 'l2' has 3 values and cannot be zipped with 'l1', which has 2
  zip: {l1: [0, 1], l2: [0, 1, 2]}
                    ^^
  expected as many values for each key of a zip)");
}

TEST(Grid, RefusesAnAxisInAZipAndInParameters) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: {l2: [0, 1]}
zip: [{l2: [0, 1], l1: [0, 1]}]
)"),
            R"(s.yaml:4:8: 'l2' is an axis twice; first in line 3
  zip: [{l2: [0, 1], l1: [0, 1]}]
         ^^
  expected each key in 'parameters' or in one zip)");
}

TEST(Grid, RefusesAMillionMillionTrialsWithTheirFactors) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
repeats: 1000000
parameters: {l1: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], l2: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], epochs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], batch_size: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], optimizer.learning_rate: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], hidden: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}
)"),
            R"(s.yaml:4:1: 1000000000000 trials are more than 1000000
  parameters: {l1: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], l2: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], epochs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], batch_size: [1, 2, 3, 4, 5, 6, 7
  ^^^^^^^^^^
  10 (l1) x 10 (l2) x 10 (epochs) x 10 (batch_size) x 10 (optimizer.learning_rate) x 10 (hidden) x 1000000 (repeats)
  expected at most 1000000 trials; --yes allows more)");
}

TEST(Grid, ShowsTheSumOfAUnionThatIsTooLarge) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
repeats: 600000
parameters: [{l1: [0, 1]}, {l2: [0, 1]}]
)"),
            R"(s.yaml:4:1: 2400000 trials are more than 1000000
  parameters: [{l1: [0, 1]}, {l2: [0, 1]}]
  ^^^^^^^^^^
  (2 (l1) + 2 (l2)) x 600000 (repeats)
  expected at most 1000000 trials; --yes allows more)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
