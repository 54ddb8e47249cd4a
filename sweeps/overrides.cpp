#include "sweeps/overrides.h"

#include <algorithm>

#include <fmt/format.h>

namespace mlpsweep::sweeps {
namespace {

Given* find_in(GivenList& list, const Key& key) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Given& given) { return given.key == &key; });
  return found == list.end() ? nullptr : &*found;
}

void erase_key(std::vector<GivenList>& lists, const Key& key) {
  for (GivenList& list : lists) {
    std::erase_if(list, [&](const Given& given) { return given.key == &key; });
  }
}

void set_value(const Given& given, Outline& outline) {
  erase_key(outline.blocks, *given.key);
  erase_key(outline.zips, *given.key);
  std::erase_if(outline.zips, [](const GivenList& zip) { return zip.empty(); });
  if (Given* before = find_in(outline.base, *given.key)) {
    *before = given;
  } else {
    outline.base.push_back(given);
  }
}

void set_axis(const Given& given, Outline& outline) {
  for (GivenList& zip : outline.zips) {
    if (Given* before = find_in(zip, *given.key)) {
      *before = given;
      return;
    }
  }
  if (outline.blocks.empty())
    outline.blocks.emplace_back();
  for (GivenList& block : outline.blocks) {
    if (Given* before = find_in(block, *given.key)) {
      *before = given;
    } else {
      block.push_back(given);
    }
  }
}

void report_unknown(const Override& change, Diagnostics& diagnostics) {
  std::vector<std::string_view> all = head_names();
  const std::vector<std::string_view> head = all;
  for (const Key& key : keys())
    all.push_back(key.name);
  std::string_view near = nearest(change.name, all);
  for (const Key& key : keys()) {
    const std::string_view leaf = key.name.substr(key.name.rfind('.') + 1);
    if (near.empty() && !nearest(change.name, std::span(&leaf, 1)).empty())
      near = key.name;
  }
  std::vector<std::string> notes = {
      fmt::format("expected a key of 'mlpsweep keys', or {}", fmt::join(head, ", "))};
  if (!near.empty())
    notes.push_back(fmt::format("nearest: {}", near));
  diagnostics.report(change.place, fmt::format("unknown key {}", quote(change.name)), notes);
}

}  // namespace

void apply_override(const Override& change, Outline& outline, Diagnostics& diagnostics) {
  const Node& values = change.values;
  const bool one = values.items.size() == 1;
  const Key* key = find_key(change.name);
  if (key == nullptr)
    key = short_form_of(change.name);
  if (key != nullptr) {
    // hidden=[24,12] is one topology, l2=[0,1e-4] two values: brackets are the user's choice there.
    const bool inner = one && values.items[0].is_list() && !takes_list(*key);
    const Node& node = one ? values.items[0] : values;
    const Values kind = one && !inner ? Values::kOne : Values::kMany;
    const Given given = read_given(*key, change.place, node, kind, diagnostics);
    return given.choices.size() > 1 ? set_axis(given, outline) : set_value(given, outline);
  }
  const std::vector<std::string_view> head = head_names();
  if (std::find(head.begin(), head.end(), change.name) == head.end()) {
    return report_unknown(change, diagnostics);
  }
  if (!one) {
    return diagnostics.report(change.place, fmt::format("'{}' takes one value, got {}", change.name,
                                                        values.items.size()));
  }
  read_head(change.name, change.place, values.items[0], outline, diagnostics);
}

}  // namespace mlpsweep::sweeps
