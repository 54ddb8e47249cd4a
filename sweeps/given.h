// Settings as a spec gives them: which key, which values, where they stand.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sweeps/diagnostics.h"
#include "sweeps/keys.h"
#include "sweeps/matched_topology.h"
#include "sweeps/node.h"

namespace mlpsweep::sweeps {

/// One legal value of a setting, in its one spelling.
struct Choice {
  std::string text;
  Place place;
  /// A topology that is named by its size; `text` follows once the data are known.
  std::optional<MatchedTopology> matched;
};

/// A setting with the values that one part of a spec gives it.
struct Given {
  const Key* key = nullptr;
  Place place;                  ///< Of the key.
  std::vector<Choice> choices;  ///< In `base` one. Only the legal ones.
  bool spoiled = false;  ///< Some value was illegal and is reported: conclude nothing from it.
};
using GivenList = std::vector<Given>;

/// What kind of values a part of a spec holds.
enum class Values {
  kOne,   ///< `base` and `data`: one value; a list is one topology.
  kMany,  ///< `parameters`, `zip`, `exclude`: a scalar or a list of values.
};

/// Reads a mapping of settings, nested or with dotted names, or in a short form (`scale: zscore`).
///
/// `prefix` is what all its names begin with ("data." or empty), `section` what it is called in
/// complaints. What is illegal is reported.
[[nodiscard]] GivenList read_settings(const Node& map, std::string_view prefix,
                                      std::string_view section, Values values,
                                      Diagnostics& diagnostics);

/// Reads the values of one setting; illegal ones are reported.
[[nodiscard]] Given read_given(const Key& key, Place key_place, const Node& value, Values values,
                               Diagnostics& diagnostics);

/// The key that a group's short form stands for (`scale: zscore` gives data.scale.method), or null.
[[nodiscard]] const Key* short_form_of(std::string_view group);

/// The setting of that name in `list`, or null.
[[nodiscard]] const Given* find_given(const GivenList& list, std::string_view name);

}  // namespace mlpsweep::sweeps
