// A spec section by section, every value checked by itself; nothing yet checked against another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sweeps/given.h"
#include "sweeps/node.h"
#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

struct Outline {
  std::string name;
  std::uint64_t seed = 1;
  int repeats = 1;

  std::optional<std::string> metric_name;
  std::optional<bool> minimize;
  bool at_best = false;
  Place metric_place;  ///< Of its name.
  Place at_place;

  GivenList base;                 ///< Of the sections `base` and `data`.
  std::vector<GivenList> blocks;  ///< `parameters`: the members of the union.
  std::vector<GivenList> zips;
  std::vector<GivenList> exclusions;
  Place parameters_place;  ///< Of the section, or of the file's begin.
  Place data_place;
};

/// Reads all sections. What is illegal is reported and left out.
/// Errors   InputError at once for a text of another schema version.
[[nodiscard]] Outline read_outline(const Node& root, Diagnostics& diagnostics);

/// Reads name, seed, repeats or (with a dot) a part of metric, as a section or an override gives
/// it; false if `name` is none of these.
bool read_head(std::string_view name, Place at, const Node& value, Outline& outline,
               Diagnostics& diagnostics);

/// The names that read_head() takes.
[[nodiscard]] std::vector<std::string_view> head_names();

}  // namespace mlpsweep::sweeps
