#include "sweeps/resolve_topologies.h"

#include <gtest/gtest.h>

#include "sweeps/read_sweep.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

const std::string kKmnist = "mlpsweep: 1\ndata: {set: kmnist, split: {validation: 0.2}}\n";
const std::string kOwn = "mlpsweep: 1\ndata: {train: CMakeLists.txt, split: {validation: 0.2}}\n";

std::vector<std::vector<int>> topologies(const std::string& text) {
  ReadOptions options;
  options.data_files = DataFiles::kMayBeGone;
  const Sweep sweep = read_sweep("s.yaml", text, options);
  std::vector<std::vector<int>> all;
  for (std::uint64_t i = 0; i < sweep.trials(); ++i)
    all.push_back(sweep.trial(i).hidden);
  return all;
}

TEST(ResolveTopologies, MakesAWidthOfASizeInBaseAndAxis) {
  using Topologies = std::vector<std::vector<int>>;
  EXPECT_EQ(topologies(kKmnist +
                       "parameters: {hidden: [64, {layers: 2, match_params_of: 256, round: down}, "
                       "{layers: 2, match_params_of: 256}]}\n"),
            (Topologies{{64}, {203, 203}, {204, 204}}));
  EXPECT_EQ(topologies(kKmnist + "base: {hidden: {layers: 1, match_params_of: [12]}}\n"),
            (Topologies{{12}}));
  EXPECT_EQ(topologies(kOwn + "base: {hidden: {layers: 2, match_params_of: 256, round: down, "
                              "inputs: 784, classes: 10}}\n"),
            (Topologies{{203, 203}}));
}

TEST(ResolveTopologies, CountsTheOutputsThatTheNetworkHas) {
  // 2 layers of H with D = 784 inputs and one output beside 4 units: 3145 parameters; 3 wide: 2371,
  // 4 wide: 3165; with ten outputs 4 wide has 3210 of 3190.
  EXPECT_EQ(
      topologies(kOwn + "base: {output: sigmoid, loss: binary_cross_entropy, hidden: {layers: "
                        "2, match_params_of: 4, round: up, inputs: 784, classes: 2}}\n")[0],
      (std::vector<int>{4, 4}));
}

TEST(ResolveTopologies, RefusesWhatIsNotKnownBeforeTheDataAreRead) {
  const std::string complaint = complaints_about(
      "mlpsweep: 1\ndata: {train: /dev/null, split: {validation: 0.2}}\n"
      "base: {hidden: {layers: 2, match_params_of: 256}}\n");
  EXPECT_NE(complaint.find(
                R"(s.yaml:3:16: inputs and classes of these data are not known before they are read
  base: {hidden: {layers: 2, match_params_of: 256}}
                 ^
  expected {layers: 2, match_params_of: 256, inputs: 784, classes: 10})"),
            std::string::npos)
      << complaint;
}

TEST(ResolveTopologies, RefusesASizeThatHangsOnAnAxis) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {split: {validation: 0.2}}
parameters: {data.set: [mnist, kmnist], hidden: [{layers: 2, match_params_of: 256}, 3]}
)"),
            R"(s.yaml:3:50: the width hangs on 'data.set', which is swept
  parameters: {data.set: [mnist, kmnist], hidden: [{layers: 2, match_params_of: 256}, 3]}
                                                   ^
  expected inputs: and classes: beside layers)");
}

TEST(ResolveTopologies, RefusesTheSameTopologyTwice) {
  EXPECT_EQ(complaints_about(kKmnist + R"(parameters:
  hidden: [203x203, {layers: 2, match_params_of: 256, round: down}]
)"),
            R"(s.yaml:4:21: 'hidden' has the value 203x203 twice
    hidden: [203x203, {layers: 2, match_params_of: 256, round: down}]
                      ^
  one of them is a topology of a given size)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
