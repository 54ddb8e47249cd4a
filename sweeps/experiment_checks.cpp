#include "sweeps/experiment_checks.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace mlpsweep::sweeps {
namespace {

/// Which reading of a level sets a key.
using Setters = std::map<std::string_view, const Reading*>;

void check_reading_key(const Scope& scope, const Reading& reading, const Given& given,
                       Setters& setters, Diagnostics& diagnostics) {
  const auto [setter, is_new] = setters.emplace(given.key->name, &reading);
  if (setter->second != &reading) {
    diagnostics.report(given.place,
                       fmt::format("'{}' is set by the readings '{}' and '{}'", given.key->name,
                                   setter->second->name, reading.name),
                       {"expected each setting in one reading"});
  }
  const bool axis = (scope.blocks && any_names(*scope.blocks, *given.key)) ||
                    (scope.zips && any_names(*scope.zips, *given.key));
  if (axis && is_new) {
    diagnostics.report(
        given.place,
        fmt::format("'{}' is in the reading '{}' and an axis", given.key->name, reading.name),
        {"a reading is what a report leaves open, and never an axis"});
  }
}

void check_readings(const Scope& scope, Diagnostics& diagnostics) {
  if (!scope.readings)
    return;
  Setters setters;
  for (const Reading& reading : *scope.readings) {
    for (const ReadingMember& member : reading.members) {
      for (const Given& given : member.settings)
        check_reading_key(scope, reading, given, setters, diagnostics);
    }
  }
}

void report_no_experiment(const Outline& outline, const FromOutline& from,
                          Diagnostics& diagnostics) {
  std::vector<std::string_view> names;
  for (const Scope& scope : outline.experiments)
    names.push_back(scope.name);
  std::vector<std::string> notes = {fmt::format("expected one of: {}", fmt::join(names, ", "))};
  if (const std::string_view near = nearest(from.experiment, names); !near.empty())
    notes.push_back(fmt::format("nearest: {}", near));
  diagnostics.report(from.place, fmt::format("no experiment {}", quote(from.experiment)), notes);
}

/// Whether an experiment's `from` leads to one that starts from none. A circle is reported by those
/// in it, not by those that only lead into it.
bool leads_somewhere(const Scope& own, const Outline& outline, Diagnostics& diagnostics) {
  std::vector<std::string> chain = {own.name};
  for (const Scope* at = &own; at->from;) {
    const Scope* next = find_experiment(outline, at->from->experiment);
    if (next == nullptr) {
      if (at == &own)
        report_no_experiment(outline, *own.from, diagnostics);
      return false;
    }
    const bool met = std::find(chain.begin(), chain.end(), next->name) != chain.end();
    chain.push_back(next->name);
    if (met && next == &own) {
      diagnostics.report(own.from->place, "experiments start from each other in a circle",
                         {fmt::format("{}", fmt::join(chain, " <- "))});
    }
    if (met)
      return false;
    at = next;
  }
  return true;
}

}  // namespace

std::vector<std::string> check_experiments(const Outline& outline, Diagnostics& diagnostics) {
  std::vector<std::string> refused;
  check_readings(outline.top, diagnostics);
  for (const Scope& own : outline.experiments) {
    check_readings(own, diagnostics);
    if (own.from && !leads_somewhere(own, outline, diagnostics))
      refused.push_back(own.name);
  }
  return refused;
}

const Scope* find_experiment(const Outline& outline, std::string_view name) {
  const auto found = std::find_if(outline.experiments.begin(), outline.experiments.end(),
                                  [name](const Scope& scope) { return scope.name == name; });
  return found == outline.experiments.end() ? nullptr : &*found;
}

bool any_names(const std::vector<GivenList>& lists, const Key& key) {
  return std::any_of(lists.begin(), lists.end(), [&key](const GivenList& list) {
    return find_given(list, key.name) != nullptr;
  });
}

}  // namespace mlpsweep::sweeps
