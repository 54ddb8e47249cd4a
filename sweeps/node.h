// A YAML text as our own small tree, so that one file alone knows yaml-cpp.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sweeps/diagnostics.h"

namespace mlpsweep::sweeps {

struct Node {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  Place place;              ///< Of a null value: its key's.
  std::string text;         ///< Of a scalar.
  bool in_quotes = false;   ///< The scalar was written in quotes, so it is a text and no number.
  bool refused = false;     ///< Holds something that was reported: nothing can be read from it.
  std::vector<Node> keys;   ///< Of a map: scalars, none twice; keys[i] names items[i].
  std::vector<Node> items;  ///< Of a list or a map.

  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::kList; }
  [[nodiscard]] bool is_map() const { return kind == Kind::kMap; }
};

/// What a node is and, for a scalar, says: for "got ..." in messages.
[[nodiscard]] inline std::string described(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kScalar:
      return quote(node.text);
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a mapping";
  }
  return "";
}

/// Calls `take` with each mapping of a section that is one, or a list of them; what is neither is
/// reported.
void for_each_mapping(const Node& node, std::string_view section, Diagnostics& diagnostics,
                      const std::function<void(const Node&)>& take);

}  // namespace mlpsweep::sweeps
