// A spec section by section, every value checked by itself; nothing yet checked against another.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sweeps/node.h"
#include "sweeps/report_node.h"
#include "sweeps/scope.h"

namespace mlpsweep::sweeps {

struct Outline {
  std::string name;
  std::uint64_t seed = 1;

  std::optional<std::string> metric_name;
  std::optional<bool> minimize;
  bool at_best = false;
  Place metric_place;  ///< Of its name.
  Place at_place;

  Scope top;
  std::vector<Scope> experiments;  ///< Empty: the top level is the only part.
  std::vector<ReportNode> report;
};

/// Reads all sections. What is illegal is reported and left out.
[[nodiscard]] Outline read_outline(const Node& root, Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
