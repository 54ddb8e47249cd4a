// What a spec and each of its experiments may both say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sweeps/given.h"
#include "sweeps/node.h"

namespace mlpsweep::sweeps {

/// One way to read what a report leaves open.
struct ReadingMember {
  std::string name;
  Place place;
  GivenList settings;
};

/// The first of its members is the one that is judged.
struct Reading {
  std::string name;
  Place place;
  std::vector<ReadingMember> members;
};

struct FromOutline {
  std::string experiment;
  Place place;  ///< Of its name.
  GivenList pin;
};

/// The top level, or one experiment. What is unset is inherited (part_outlines.h).
struct Scope {
  std::string name;  ///< Empty: the top level.
  Place place;
  std::optional<int> repeats;
  std::optional<int> folds;                      ///< 0: none.
  GivenList base;                                ///< Of the sections `base` and `data`.
  std::optional<std::vector<GivenList>> blocks;  ///< `parameters`: the members of the union.
  std::optional<std::vector<GivenList>> zips;
  std::optional<std::vector<GivenList>> exclusions;
  std::optional<std::vector<Reading>> readings;
  std::optional<FromOutline> from;  ///< Of experiments only.
  Place parameters_place;           ///< Of the section, or of the file's begin.
  Place data_place;
};

/// Reads one section into `scope`; false if it has no section of that name. What is illegal is
/// reported and left out.
bool read_scope_section(const Node& key, const Node& value, Scope& scope, Diagnostics& diagnostics);

/// The names that read_scope_section() takes.
[[nodiscard]] std::vector<std::string_view> scope_section_names();

/// Reads repeats or folds, as a section or an override gives it; false if `name` is neither.
bool read_count(std::string_view name, const Node& value, Scope& scope, Diagnostics& diagnostics);

/// Whether a name (of an experiment, a reading, one of its members) has 1 to 100 of the letters
/// that it may have; reported if not. `extra` are letters beside a-z, A-Z, 0-9, - and _.
bool is_legal_name(const Node& name, std::string_view what, std::string_view extra,
                   Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
