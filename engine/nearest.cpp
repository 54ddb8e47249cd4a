#include "engine/nearest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace mlpsweep::engine {

std::size_t edit_distance(std::string_view from, std::string_view to) {
  // row[j] is the distance of from[0..i) to to[0..j).
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string_view nearest_name(std::string_view wrong, std::span<const std::string_view> names) {
  constexpr std::size_t kFarthest = 3;
  std::string_view best;
  std::size_t best_distance = kFarthest + 1;
  for (const std::string_view name : names) {
    const auto [shorter, longer] = std::minmax({name.size(), wrong.size()});
    if (longer - shorter >= best_distance) {
      continue;  // so many letters at least are missing, whichever they are
    }
    const std::size_t distance = edit_distance(wrong, name);
    // Nothing of a word is left when every letter is replaced.
    if (distance < best_distance && distance < name.size()) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace mlpsweep::engine
