#include "sweeps/node.h"

#include <fmt/format.h>

namespace mlpsweep::sweeps {

void for_each_mapping(const Node& node, std::string_view section, Diagnostics& diagnostics,
                      const std::function<void(const Node&)>& take) {
  if (node.is_map())
    return take(node);
  if (!node.is_list()) {
    return diagnostics.report(
        node.place, fmt::format("'{}' must be a mapping or a list of mappings, got {}", section,
                                described(node)));
  }
  for (const Node& item : node.items) {
    if (item.is_map()) {
      take(item);
    } else {
      diagnostics.report(item.place, fmt::format("each entry of '{}' must be a mapping, got {}",
                                                 section, described(item)));
    }
  }
}

}  // namespace mlpsweep::sweeps
