// A topology that is named by its size: as many parameters as another one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sweeps/diagnostics.h"
#include "sweeps/node.h"

namespace mlpsweep::sweeps {

/// `layers` equal layers with about as many parameters as `like` has.
struct MatchedTopology {
  enum class Round { kDown, kNearest, kUp };

  int layers = 1;
  std::vector<int> like;
  Round round = Round::kNearest;
  std::optional<int> inputs;  ///< As the spec says; else those of a known set.
  std::optional<int> classes;
  Place place;
};

/// Whether a mapping is meant for one: it has a key that only a matched topology has.
[[nodiscard]] bool names_matched_topology(const Node& map);

/// Reads {layers: 2, match_params_of: 256, round: down}; empty (and reported) if it is illegal.
[[nodiscard]] std::optional<MatchedTopology> read_matched_topology(const Node& map,
                                                                   Diagnostics& diagnostics);

/// Weights and biases of a network, without padding.
[[nodiscard]] std::int64_t parameters_of(const std::vector<int>& hidden, int inputs, int outputs);

/// Units of each of its layers. Empty: none of 1 to 65,536 fits (a topology smaller than one unit
/// wide, rounded down).
[[nodiscard]] std::optional<int> matched_width(const MatchedTopology& topology, int inputs,
                                               int outputs);

}  // namespace mlpsweep::sweeps
