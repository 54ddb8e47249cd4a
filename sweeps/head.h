// What a spec says once for all: name, seed, metric; and words and numbers as all sections read
// them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sweeps/diagnostics.h"
#include "sweeps/node.h"
#include "sweeps/outline.h"

namespace mlpsweep::sweeps {

/// Reads name, seed, repeats, folds or (with a dot) a part of metric, as a section or an override
/// gives it; false if `name` is none of these. Repeats and folds are those of the top level.
bool read_head(std::string_view name, Place at, const Node& value, Outline& outline,
               Diagnostics& diagnostics);

/// The names that read_head() takes.
[[nodiscard]] std::vector<std::string_view> head_names();

/// The section `metric`: a name, or a mapping of its parts.
void read_metric(const Node& node, Outline& outline, Diagnostics& diagnostics);

/// Reports that `key` takes no `node`, and why it is no number if it looks like one.
void refuse_number(const Node& node, std::string_view key, std::string_view expected,
                   Diagnostics& diagnostics);

/// Reports anything but `grid`.
void read_strategy(const Node& node, Outline& outline, Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
