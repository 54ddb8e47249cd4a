// The name that a user most likely meant.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace mlpsweep::engine {

/// Letters to insert, remove or replace to make one word of the other.
/// Source   Levenshtein 1966.
[[nodiscard]] std::size_t edit_distance(std::string_view from, std::string_view to);

/// The nearest of `names` within an edit distance of 3 (the first of equals), or empty: a far guess
/// is worse than none.
[[nodiscard]] std::string_view nearest_name(std::string_view wrong,
                                            std::span<const std::string_view> names);

}  // namespace mlpsweep::engine
