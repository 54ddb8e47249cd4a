#include "sweeps/overrides.h"

#include <algorithm>

#include <fmt/format.h>

#include "sweeps/head.h"
#include "sweeps/part_outline.h"
#include "sweeps/setting_text.h"

namespace mlpsweep::sweeps {
namespace {

Given* find_in(GivenList& list, const Key& key) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Given& given) { return given.key == &key; });
  return found == list.end() ? nullptr : &*found;
}

void erase_in(std::optional<std::vector<GivenList>>& lists, const Key& key) {
  if (lists)
    erase_key(*lists, key);
}

void erase_axis(Scope& scope, const Key& key) {
  erase_in(scope.blocks, key);
  erase_in(scope.zips, key);
  if (scope.zips)
    std::erase_if(*scope.zips, [](const GivenList& zip) { return zip.empty(); });
}

void erase_readings(Scope& scope, const Key& key) {
  if (!scope.readings)
    return;
  for (Reading& reading : *scope.readings) {
    for (ReadingMember& member : reading.members)
      std::erase_if(member.settings, [&](const Given& given) { return given.key == &key; });
  }
}

void erase_value(Scope& scope, const Key& key) {
  const auto is_it = [&key](const Given& given) { return given.key == &key; };
  std::erase_if(scope.base, is_it);
  if (scope.from)
    std::erase_if(scope.from->pin, is_it);
}

/// One value: it holds in this scope, whatever axis or reading had the key.
void set_value(const Given& given, Scope& scope) {
  erase_axis(scope, *given.key);
  erase_readings(scope, *given.key);
  put(scope.base, given);
}

/// Replaces the axis; whether there was one.
bool replace_axis(const Given& given, Scope& scope) {
  if (scope.zips) {
    for (GivenList& zip : *scope.zips) {
      if (Given* before = find_in(zip, *given.key)) {
        *before = given;
        return true;
      }
    }
  }
  const auto has = [&](GivenList& block) { return find_in(block, *given.key) != nullptr; };
  if (!scope.blocks || std::none_of(scope.blocks->begin(), scope.blocks->end(), has))
    return false;
  for (GivenList& block : *scope.blocks)
    put(block, given);
  return true;
}

/// Several values where no axis has the key: they become the last axis of every block.
void add_axis(const Given& given, Scope& scope) {
  erase_readings(scope, *given.key);
  if (!scope.blocks)
    scope.blocks.emplace();
  if (scope.blocks->empty())
    scope.blocks->emplace_back();
  for (GivenList& block : *scope.blocks)
    put(block, given);
}

/// For the whole spec: what an experiment says of the key itself gives way.
void apply_everywhere(const Given& given, Outline& outline) {
  if (given.choices.size() <= 1) {
    set_value(given, outline.top);
    for (Scope& scope : outline.experiments) {
      erase_axis(scope, *given.key);
      erase_readings(scope, *given.key);
      erase_value(scope, *given.key);
    }
    return;
  }
  bool replaced = replace_axis(given, outline.top);
  for (Scope& scope : outline.experiments)
    replaced = replace_axis(given, scope) || replaced;
  if (replaced)
    return;
  add_axis(given, outline.top);
  for (Scope& scope : outline.experiments) {
    erase_value(scope, *given.key);
    erase_readings(scope, *given.key);
    if (scope.blocks)
      add_axis(given, scope);
  }
}

/// For one experiment: what it inherits becomes its own before it is changed.
void apply_in(Scope& scope, const Given& given, const Outline& outline) {
  if (!scope.readings && outline.top.readings)
    scope.readings = outline.top.readings;
  if (given.choices.size() <= 1)
    return set_value(given, scope);
  if (!scope.blocks)
    scope.blocks = outline.top.blocks;
  if (!scope.zips)
    scope.zips = outline.top.zips;
  erase_value(scope, *given.key);
  if (!replace_axis(given, scope))
    add_axis(given, scope);
}

/// "rates" and "l2" of experiments.rates.l2; an experiment's name has no dots.
struct Address {
  std::string experiment;
  std::string name;
};

std::optional<Address> address_of(const std::string& name) {
  constexpr std::string_view kBegin = "experiments.";
  if (name.compare(0, kBegin.size(), kBegin) != 0)
    return {};
  const std::size_t dot = name.find('.', kBegin.size());
  const std::size_t end = std::min(dot, name.size());
  return Address{name.substr(kBegin.size(), end - kBegin.size()),
                 end < name.size() ? name.substr(end + 1) : ""};
}

void report_unknown(const Override& change, const std::vector<std::string_view>& head,
                    Diagnostics& diagnostics) {
  std::vector<std::string_view> all = head;
  for (const Key& key : keys())
    all.push_back(key.name);
  std::string_view near = nearest(change.name, all);
  for (const Key& key : keys()) {
    const std::string_view leaf = last_part(key.name);
    if (near.empty() && !nearest(change.name, std::span(&leaf, 1)).empty())
      near = key.name;
  }
  std::vector<std::string> notes = {
      fmt::format("expected a key of 'mlpsweep keys', or {}", fmt::join(head, ", "))};
  if (!near.empty())
    notes.push_back(fmt::format("nearest: {}", near));
  diagnostics.report(change.place, fmt::format("unknown key {}", quote(change.name)), notes);
}

Scope* experiment_named(const Override& change, const std::string& name, Outline& outline,
                        Diagnostics& diagnostics) {
  std::vector<std::string_view> names;
  for (Scope& scope : outline.experiments) {
    if (scope.name == name)
      return &scope;
    names.push_back(scope.name);
  }
  std::vector<std::string> notes = {
      names.empty() ? "the spec has no experiments"
                    : fmt::format("expected one of: {}", fmt::join(names, ", "))};
  if (const std::string_view near = nearest(name, names); !near.empty())
    notes.push_back(fmt::format("nearest: {}", near));
  diagnostics.report(change.place, fmt::format("no experiment {}", quote(name)), notes);
  return nullptr;
}

/// The setting that a change names, with its values; empty if it names none.
std::optional<Given> setting_of(const Override& change, Diagnostics& diagnostics) {
  const bool one = change.values.items.size() == 1;
  const Key* key = find_key(change.name);
  if (key == nullptr)
    key = short_form_of(change.name);
  if (key == nullptr)
    return {};
  // hidden=[24,12] is one topology, l2=[0,1e-4] two values: brackets are the user's choice there.
  const bool inner = one && change.values.items[0].is_list() && !takes_list(*key);
  const Node& node = one ? change.values.items[0] : change.values;
  const Values kind = one && !inner ? Values::kOne : Values::kMany;
  return read_given(*key, change.place, node, kind, diagnostics);
}

/// repeats=3 means all of them.
void apply_to_head(const Override& change, Outline& outline, Diagnostics& diagnostics) {
  read_head(change.name, change.place, change.values.items[0], outline, diagnostics);
  for (Scope& scope : outline.experiments) {
    if (change.name == "repeats")
      scope.repeats.reset();
    if (change.name == "folds")
      scope.folds.reset();
  }
}

}  // namespace

void apply_override(const Override& change, Outline& outline, Diagnostics& diagnostics) {
  const std::optional<Address> address = address_of(change.name);
  Scope* scope = nullptr;
  Override here = change;
  if (address) {
    scope = experiment_named(change, address->experiment, outline, diagnostics);
    if (scope == nullptr)
      return;
    here.name = address->name;
  }
  if (const std::optional<Given> given = setting_of(here, diagnostics)) {
    return scope == nullptr ? apply_everywhere(*given, outline) : apply_in(*scope, *given, outline);
  }
  std::vector<std::string_view> head = head_names();
  if (scope != nullptr)
    head = {"repeats", "folds"};
  if (std::find(head.begin(), head.end(), here.name) == head.end()) {
    return report_unknown(here, head, diagnostics);
  }
  if (here.values.items.size() != 1) {
    return diagnostics.report(here.place, fmt::format("'{}' takes one value, got {}", here.name,
                                                      here.values.items.size()));
  }
  if (scope != nullptr) {
    read_count(here.name, here.values.items[0], *scope, diagnostics);
  } else {
    apply_to_head(here, outline, diagnostics);
  }
}

}  // namespace mlpsweep::sweeps
