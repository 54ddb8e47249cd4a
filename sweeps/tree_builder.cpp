#include "sweeps/tree_builder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace mlpsweep::sweeps {

void TreeBuilder::open(Node::Kind kind, Place place) {
  if (open_.size() == kDeepest)
    throw TooDeep{place};
  open_.push_back(&insert({kind, place, "", false, false, {}, {}}));
}

void TreeBuilder::close() {
  Node& node = *open_.back();
  if (node.is_map()) {
    keep_good_keys(node);
  } else {
    node.refused = std::any_of(node.items.begin(), node.items.end(),
                               [](const Node& item) { return item.refused; });
  }
  open_.pop_back();
}

/// Pointers in open_ stay good: a node's siblings come only after it is closed.
Node& TreeBuilder::insert(Node node) {
  if (open_.empty())
    return root_ = std::move(node);
  Node& parent = *open_.back();
  if (parent.is_map() && parent.keys.size() == parent.items.size()) {
    return parent.keys.emplace_back(std::move(node));
  }
  // yaml-cpp places a missing value at whatever comes next; a reader looks for it at its key.
  if (parent.is_map() && node.kind == Node::Kind::kNull)
    node.place = parent.keys.back().place;
  return parent.items.emplace_back(std::move(node));
}

void TreeBuilder::complain(Place at, std::string message, std::string note) {
  std::vector<std::string> notes;
  if (!note.empty())
    notes.push_back(std::move(note));
  complaints_.push_back({at, std::move(message), std::move(notes)});
}

void TreeBuilder::tell(Diagnostics& diagnostics) const {
  for (const auto& [place, message, notes] : complaints_) {
    diagnostics.report(place, message, notes);
    diagnostics.mark_incomplete();
  }
}

/// Leaves a map with scalar keys, none twice, and with values that can be read.
void TreeBuilder::keep_good_keys(Node& map) {
  std::unordered_map<std::string, Place> seen;
  Node good{map.kind, map.place, "", false, false, {}, {}};
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    if (is_bad_key(map.keys[i], seen) || map.items[i].refused)
      continue;
    good.keys.push_back(std::move(map.keys[i]));
    good.items.push_back(std::move(map.items[i]));
  }
  map = std::move(good);
}

bool TreeBuilder::is_bad_key(const Node& key, std::unordered_map<std::string, Place>& seen) {
  if (!key.is_scalar()) {
    complain(key.place, fmt::format("a key must be a word, got {}", described(key)));
    return true;
  }
  if (key.text == "<<") {
    complain(key.place, "merge keys (<<) are not taken",
             "write the settings out, or use 'base' for what all have in common");
    return true;
  }
  const auto [before, is_new] = seen.emplace(key.text, key.place);
  if (is_new)
    return false;
  const Place& first = before->second;
  complain(key.place, fmt::format("duplicate key {}; first in line {}, column {}", quote(key.text),
                                  first.line, first.column));
  return true;
}

}  // namespace mlpsweep::sweeps
