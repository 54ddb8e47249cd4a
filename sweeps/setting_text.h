// A trial in a few words: the settings that tell it from the others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sweeps/value.h"

namespace mlpsweep::sweeps {

/// "learning_rate" of "optimizer.learning_rate".
[[nodiscard]] std::string_view last_part(std::string_view key);

/// "learning_rate=0.1 hidden=64", of those settings that have one of `keys`, in their order.
[[nodiscard]] std::string brief_text(const std::vector<Setting>& settings,
                                     const std::vector<std::string>& keys);

/// Which one it is of those with the same settings.
struct Draw {
  int repeat = 0;
  int folds = 0;  ///< 0: none.
  int fold = 0;
};

/// The same of one trial: "learning_rate=0.1 hidden=64 repeat=2 fold=0".
[[nodiscard]] std::string brief_text(const std::vector<Setting>& settings,
                                     const std::vector<std::string>& keys, const Draw& draw);

}  // namespace mlpsweep::sweeps
