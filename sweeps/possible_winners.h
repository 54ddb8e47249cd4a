// Experiments that start from a winner, before it is known: all that it could bring.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// The block with only those axes that have one of `keys`; of the others the first step stands for
/// all.
[[nodiscard]] Block projected(const Block& block, const std::vector<std::string_view>& keys);

/// One trial for each combination of texts that some configuration gives `keys`, in the order of
/// the grid; what is excluded has none. Only the axes of these keys and of the exclusions are
/// walked.
[[nodiscard]] std::vector<engine::TrainSpec> combinations(const Part& part,
                                                          const std::vector<std::string>& keys,
                                                          std::uint64_t seed);

/// The part with all that winners may bring it, whether they are known or not: the keys that it
/// waits for become axes, over what the configurations of their experiments have. What is excluded
/// there can't win. A block that names such a key itself keeps its own values. Of its own grid
/// nothing is left out yet (filter_grid.h).
[[nodiscard]] Part whoever_wins(const Part& part, const Sweep& sweep);

/// "the winner of rates has l2 = 1, ...": the settings of winners that the exclusions of `part`
/// ask for, as its base has them.
[[nodiscard]] std::string excluded_winner(const Part& part);

/// Of each part that waits: the winners that would leave nothing of it, since it excludes what they
/// bring. The sweep is legal all the same, as another one may win.
[[nodiscard]] std::vector<std::string> emptying_winners(const Sweep& sweep);

}  // namespace mlpsweep::sweeps
