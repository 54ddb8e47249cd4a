#include "sweeps/matched_topology.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

using Round = MatchedTopology::Round;

MatchedTopology two_layers_like(std::vector<int> like, Round round) {
  return {2, std::move(like), round, {}, {}, {}};
}

TEST(MatchedTopology, CountsWeightsAndBiases) {
  EXPECT_EQ(parameters_of({256}, 784, 10), 784 * 256 + 256 + 256 * 10 + 10);
  EXPECT_EQ(parameters_of({}, 784, 10), 7850);
}

TEST(MatchedTopology, OfTwoHundredAndFiftySixIsTheReportsWidth) {
  // 203x203 has 202,807 parameters, 256 has 203,530 and 204x204 has 204,010.
  EXPECT_EQ(matched_width(two_layers_like({256}, Round::kDown), 784, 10), 203);
  EXPECT_EQ(matched_width(two_layers_like({256}, Round::kUp), 784, 10), 204);
  EXPECT_EQ(matched_width(two_layers_like({256}, Round::kNearest), 784, 10), 204);
}

TEST(MatchedTopology, BracketsTheSizeForAnyTopology) {
  for (const int units : {1, 2, 7, 64, 1000, 65'536}) {
    for (const int inputs : {1, 6, 784}) {
      const std::int64_t wanted = parameters_of({units}, inputs, 10);
      const auto size = [&](std::optional<int> width) {
        return parameters_of({*width, *width}, inputs, 10);
      };
      const auto up = matched_width(two_layers_like({units}, Round::kUp), inputs, 10);
      const auto down = matched_width(two_layers_like({units}, Round::kDown), inputs, 10);
      const auto nearest = matched_width(two_layers_like({units}, Round::kNearest), inputs, 10);
      ASSERT_TRUE(up && nearest);
      EXPECT_GE(size(up), wanted);
      EXPECT_LE(std::abs(size(nearest) - wanted), size(up) - wanted);
      if (down) {
        EXPECT_LE(size(down), wanted);
        EXPECT_TRUE(*down == *up || *down + 1 == *up);
      } else {
        EXPECT_EQ(*up, 1);
      }
    }
  }
}

TEST(MatchedTopology, IsItselfWithAsManyLayers) {
  for (const Round round : {Round::kDown, Round::kNearest, Round::kUp})
    EXPECT_EQ(matched_width(two_layers_like({30, 30}, round), 784, 10), 30);
}

TEST(MatchedTopology, RefusesWhatIsNone) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters:
  hidden:
  - {layers: 0, match_params_of: 256}
  - {layers: 2}
  - {layers: 2, match_params_of: wide, round: neerest}
  - {layers: 2, match_params_of: 256, rounds: up}
)"),
            R"(s.yaml:5:14: 'layers' must be a whole number 1 to 64, got '0'
    - {layers: 0, match_params_of: 256}
               ^
s.yaml:6:5: a topology of a given size lacks 'match_params_of'
    - {layers: 2}
      ^
  expected {layers: 2, match_params_of: 256, round: nearest}
s.yaml:7:34: 'match_params_of' must be a topology such as 128, 203x203, [24, 12] or none, of at most 64 layers with 1 to 65536 units each, got 'wide'
    - {layers: 2, match_params_of: wide, round: neerest}
                                   ^^^^
s.yaml:7:47: 'round' must be one of: down, nearest, up, got 'neerest'
    - {layers: 2, match_params_of: wide, round: neerest}
                                                ^^^^^^^
  nearest: nearest
s.yaml:8:39: unknown key 'rounds' in 'hidden'
    - {layers: 2, match_params_of: 256, rounds: up}
                                        ^^^^^^
  expected one of: layers, match_params_of, round, inputs, classes
  nearest: round)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
