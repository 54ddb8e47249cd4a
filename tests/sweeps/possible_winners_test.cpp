#include "sweeps/possible_winners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"
#include "sweeps/rules.h"
#include "sweeps/settle.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

using testing::ElementsAre;

const std::string kMnist = "mlpsweep: 1\ndata: {set: mnist, split: {validation: 0.2}}\n";

Sweep sweep_of(const std::string& rest) {
  return read_sweep("s.yaml", kMnist + rest);
}

/// "0 7": what the keys take together, in the order in which the grid has it.
std::vector<std::string> texts(const Part& part, const std::vector<std::string>& keys) {
  std::vector<std::string> all;
  for (const engine::TrainSpec& spec : combinations(part, keys, 1)) {
    std::string text;
    for (const std::string& key : keys)
      text += (text.empty() ? "" : " ") + text_of(find_key(key)->get(spec));
    all.push_back(text);
  }
  return all;
}

TEST(Combinations, AreToldOnceAndWithoutWhatIsExcluded) {
  const Sweep sweep = sweep_of(
      "parameters: {l2: [0, 1, 2], l1: [0, 1]}\n"
      "exclude: [{l2: 1}, {l2: 2, l1: 0}]\n");
  EXPECT_THAT(texts(sweep.parts[0], {"l2"}), ElementsAre("0", "2"));
  EXPECT_THAT(texts(sweep.parts[0], {"l1", "l2"}), ElementsAre("0 0", "1 0", "1 2"));
  EXPECT_THAT(texts(sweep.parts[0], {"epochs"}).size(), 1U);
}

TEST(WhoeverWins, HasAnAxisOfWhatCanWin) {
  const Sweep sweep = sweep_of(R"(experiments:
  first: {parameters: {l2: [0, 1, 2], l1: [0, 1]}, exclude: [{l2: 1}, {l2: 2, l1: 0}]}
  second: {from: {best_of: first}, parameters: {epochs: [1, 2]}}
)");
  const Part wide = whoever_wins(sweep.parts[1], sweep);
  EXPECT_THAT(texts(wide, {"l2", "l1"}), ElementsAre("0 0", "0 1", "2 1"));
  EXPECT_EQ(wide.configurations(), 6U);
}

TEST(WhoeverWins, IsTheSameOnceTheWinnerIsKnown) {
  const Sweep sweep = sweep_of(R"(experiments:
  first: {parameters: {l2: [0, 1]}}
  second: {from: {best_of: first}, parameters: {epochs: [1, 2]}}
)");
  const Sweep settled = settle(sweep, {{"first", {{"l2", "1"}}}});
  EXPECT_THAT(texts(whoever_wins(settled.parts[1], settled), {"l2"}), ElementsAre("0", "1"));
}

TEST(WhoeverWins, FollowsWhatASourceExcludesByItsOwnWinner) {
  const Sweep sweep = sweep_of(R"(experiments:
  first: {parameters: {l2: [0, 1]}}
  second: {from: {best_of: first}, parameters: {l1: [5, 6]}, exclude: [{l2: 1, l1: 6}]}
  third: {from: {best_of: second}, base: {epochs: 3}}
)");
  EXPECT_THAT(texts(whoever_wins(sweep.parts[2], sweep), {"l2", "l1"}),
              ElementsAre("0 5", "0 6", "1 5"));
}

TEST(WhoeverWins, LeavesABlockTheValuesThatItNamesItself) {
  const Sweep sweep = sweep_of(R"(experiments:
  first: {parameters: {l2: [0, 1], l1: [0, 1]}}
  second: {from: {best_of: first}, parameters: [{l2: 7}, {epochs: 2}]}
)");
  const Part wide = whoever_wins(sweep.parts[1], sweep);
  EXPECT_THAT(texts(wide, {"l2", "epochs"}), ElementsAre("7 10", "0 2", "1 2"));
}

TEST(EmptyingWinners, AreToldOfPartsThatStillWait) {
  const Sweep sweep = sweep_of(R"(experiments:
  first: {parameters: {l2: [0, 1, 2], l1: [3, 4]}}
  second: {from: {best_of: first}, parameters: {epochs: [1, 2]}, exclude: [{l2: [0, 2]}, {epochs: 2}]}
)");
  EXPECT_THAT(warnings(sweep),
              ElementsAre("second: 'exclude' leaves no configuration if the winner of first has "
                          "l2 = 0",
                          "second: 'exclude' leaves no configuration if the winner of first has "
                          "l2 = 2"));
  EXPECT_THAT(warnings(settle(sweep, {{"first", {{"l2", "0"}, {"l1", "3"}}}})), ElementsAre());
}

TEST(EmptyingWinners, AreAFaultWhereTheyAreAll) {
  EXPECT_EQ(complaints_about(kMnist + R"(experiments:
  first: {parameters: {l2: [0, 1]}}
  second: {from: {best_of: first}, exclude: [{l2: [0, 1]}]}
)"),
            R"(s.yaml:5:47: 'exclude' leaves no configuration, whoever wins
    second: {from: {best_of: first}, exclude: [{l2: [0, 1]}]}
                                                ^^)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
