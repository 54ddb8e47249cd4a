#include "sweeps/report_fields.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sweeps/keys.h"
#include "sweeps/numbers.h"

namespace mlpsweep::sweeps {
namespace {

std::string_view nearest_of(const Names& names, std::string_view wrong) {
  const std::optional<double> number = parse_number(wrong);
  if (!number)
    return nearest(wrong, names);
  std::string_view near;
  double least = std::numeric_limits<double>::infinity();
  for (const std::string_view name : names) {
    const std::optional<double> other = parse_number(name);
    if (other && std::abs(*other - *number) < least) {
      least = std::abs(*other - *number);
      near = name;
    }
  }
  return near;
}

}  // namespace

Fields::Fields(const Node& map, std::string section, const Names& allowed, Diagnostics& diagnostics)
    : map_(map), section_(std::move(section)), diagnostics_(diagnostics) {
  if (!map.is_map()) {
    complete_ = false;
    diagnostics.report(map.place,
                       fmt::format("'{}' must be a mapping, got {}", section_, described(map)));
  }
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    const Node& key = map.keys[i];
    if (!is_in(allowed, key.text)) {
      complete_ = false;
      diagnostics.unknown_key(key.place, key.text, section_, allowed);
    } else if (map.items[i].kind == Node::Kind::kNull && !map.items[i].refused) {
      diagnostics.report(key.place, fmt::format("'{}' has no value", key.text));
    }
  }
}

const Node* Fields::key_of(std::string_view name) const {
  const auto found = std::find_if(map_.keys.begin(), map_.keys.end(),
                                  [name](const Node& key) { return key.text == name; });
  return found == map_.keys.end() ? nullptr : &*found;
}

const Node* Fields::find(std::string_view name) const {
  const Node* key = key_of(name);
  if (key == nullptr)
    return nullptr;
  const Node& value = map_.items[static_cast<std::size_t>(key - map_.keys.data())];
  return value.kind == Node::Kind::kNull ? nullptr : &value;
}

Place Fields::place_of(std::string_view name) const {
  const Node* key = key_of(name);
  return key == nullptr ? map_.place : key->place;
}

std::string Fields::text(std::string_view name) const {
  const Node* node = find(name);
  if (node == nullptr)
    return "";
  if (node->is_scalar() && !node->text.empty() && node->text.find('\n') == std::string::npos)
    return node->text;
  diagnostics_.report(
      node->place, fmt::format("'{}' must be a text of one line, got {}", name, described(*node)));
  return "";
}

std::string Fields::word(std::string_view name, const Names& words) const {
  const Node* node = find(name);
  if (node == nullptr || (node->is_scalar() && is_in(words, node->text)))
    return node == nullptr ? "" : node->text;
  const std::string expected = fmt::format("one of: {}", fmt::join(words, ", "));
  if (node->is_scalar()) {
    diagnostics_.bad_value(node->place, name, expected, node->text);
  } else {
    diagnostics_.report(node->place,
                        fmt::format("'{}' must be {}, got {}", name, expected, described(*node)));
  }
  return "";
}

std::vector<const Node*> Fields::texts(std::string_view name) const {
  const Node* node = find(name);
  if (node == nullptr)
    return {};
  if (node->is_scalar())
    return {node};
  std::vector<const Node*> items;
  if (node->is_list()) {
    for (const Node& item : node->items)
      items.push_back(&item);
  }
  const auto is_text = [](const Node* item) { return item->is_scalar(); };
  if (!items.empty() && std::all_of(items.begin(), items.end(), is_text))
    return items;
  diagnostics_.report(node->place,
                      fmt::format("'{}' must be a name or a list of names, got {}", name,
                                  items.empty() ? described(*node) : "a list of something else"));
  return {};
}

std::optional<int> Fields::whole(std::string_view name, int least) const {
  const Node* node = find(name);
  if (node == nullptr)
    return {};
  const auto value = node->is_scalar() && !node->in_quotes ? parse_whole(node->text) : std::nullopt;
  if (value && *value >= least && *value <= 1'000'000)
    return static_cast<int>(*value);
  diagnostics_.report(node->place, fmt::format("'{}' must be a whole number {} to 1000000, got {}",
                                               name, least, described(*node)));
  return {};
}

bool Fields::yes(std::string_view name) const {
  return word(name, {"true", "false"}) == "true";
}

std::vector<std::string> notes_of(const Names& names, std::string_view got) {
  if (names.empty())
    return {};
  std::vector<std::string> notes = {fmt::format("expected one of: {}", fmt::join(names, ", "))};
  const std::string_view near = nearest_of(names, got);
  if (!near.empty())
    notes.push_back(fmt::format("nearest: {}", near));
  return notes;
}

}  // namespace mlpsweep::sweeps
