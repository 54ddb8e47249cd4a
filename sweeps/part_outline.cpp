#include "sweeps/part_outline.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "sweeps/experiment_checks.h"
#include "sweeps/grid.h"
#include "sweeps/resolve_topologies.h"

namespace mlpsweep::sweeps {
namespace {

/// Which member of a reading is taken; of a reading that isn't named, the first.
using Choices = std::map<std::string, std::string, std::less<>>;

const ReadingMember* member_of(const Reading& reading, const Choices& choices) {
  const auto choice = choices.find(reading.name);
  for (const ReadingMember& member : reading.members) {
    if (choice != choices.end() && member.name == choice->second)
      return &member;
  }
  return reading.members.empty() ? nullptr : &reading.members.front();
}

void erase_waiting(PartOutline& part, const Key& key) {
  std::erase_if(part.waits, [&key](const auto& wait) { return wait.first == key.name; });
}

/// Sets what `part` starts with: the settings of the first configuration of its source, all swept
/// ones waiting for the winner.
void start_at(const PartOutline& source, PartOutline& part) {
  Diagnostics heard_already{"", ""};  // the source is read as a part of its own
  const Part grid = build_grid(source, heard_already);
  const engine::TrainSpec first = grid.trial(0, 0);
  const auto take = [&](const std::string& name) {
    const Key& key = *find_key(name);
    put(part.base,
        {&key, part.from_place, {{text_of(key.get(first)), part.from_place, {}}}, false});
  };
  part.base = source.base;
  for (const Block& block : grid.blocks) {
    for (const auto& [name, text] : block.fixed)
      take(name);
    for (const Axis& axis : block.axes)
      std::for_each(axis.keys.begin(), axis.keys.end(), take);
  }
  part.waits = source.waits;
  for (const std::string& name : grid.swept_keys()) {
    erase_waiting(part, *find_key(name));
    part.waits.emplace_back(name, source.experiment);
  }
}

/// Whether the part's axes name a key in every configuration.
bool is_everywhere(const PartOutline& part, std::string_view key) {
  const bool in_all_blocks =
      !part.blocks.empty() &&
      std::all_of(part.blocks.begin(), part.blocks.end(),
                  [key](const GivenList& block) { return find_given(block, key) != nullptr; });
  return in_all_blocks || any_names(part.zips, *find_key(key));
}

/// All settings of the base that reach some configuration, in their one spelling.
std::vector<Setting> base_settings(const PartOutline& part) {
  engine::TrainSpec spec;
  for (const Given& given : part.base) {
    if (!given.choices.empty() && !is_everywhere(part, given.key->name))
      given.key->set(spec, given.choices[0].text);
  }
  return settings_of(spec);
}

std::vector<std::string> texts_in(const std::vector<GivenList>& lists) {
  std::vector<std::string> texts;
  for (const GivenList& list : lists) {
    for (const Given& given : list) {
      for (const Choice& choice : given.choices)
        texts.push_back(choice.text);
    }
  }
  return texts;
}

bool have_same_trials(const PartOutline& a, const PartOutline& b) {
  return a.waits == b.waits && base_settings(a) == base_settings(b) &&
         texts_in(a.blocks) == texts_in(b.blocks) && texts_in(a.zips) == texts_in(b.zips);
}

class PartMaker {
 public:
  PartMaker(const Outline& outline, bool narrowed, Diagnostics& diagnostics)
      : outline_(outline),
        top_(outline.top),
        narrowed_(narrowed),
        diagnostics_(diagnostics),
        refused_(check_experiments(outline, diagnostics)) {}

  std::vector<PartOutline> all() {
    std::vector<Scope> scopes = outline_.experiments;
    if (scopes.empty())
      scopes.emplace_back();  // it says nothing of its own: all is inherited
    std::vector<PartOutline> parts;
    for (const Scope& own : scopes)
      add_parts(own, parts);
    return parts;
  }

 private:
  void add_parts(const Scope& own, std::vector<PartOutline>& parts) {
    const PartOutline judged = make(own, {});
    parts.push_back(judged);
    for (const Reading& reading : readings_of(own)) {
      for (std::size_t m = 1; m < reading.members.size(); ++m) {
        const std::string& member = reading.members[m].name;
        PartOutline other = make(own, {{reading.name, member}});
        other.reading = fmt::format("{}: {}", reading.name, member);
        if (!have_same_trials(other, judged))
          parts.push_back(std::move(other));
      }
    }
  }

  [[nodiscard]] const std::vector<Reading>& readings_of(const Scope& own) const {
    static const std::vector<Reading> kNone;
    if (own.readings)
      return *own.readings;
    return top_.readings ? *top_.readings : kNone;
  }

  /// The experiment that `own` starts from; null if it starts from none, or from a wrong one.
  [[nodiscard]] const Scope* source_of(const Scope& own) const {
    if (!own.from || std::find(refused_.begin(), refused_.end(), own.name) != refused_.end())
      return nullptr;
    return find_experiment(outline_, own.from->experiment);
  }

  PartOutline make(const Scope& own, const Choices& choices) {
    PartOutline part;
    part.experiment = own.name;
    part.repeats = own.repeats.value_or(top_.repeats.value_or(1));
    part.folds = own.folds.value_or(top_.folds.value_or(0));
    part.metric_place = outline_.metric_place;
    part.at_place = outline_.at_place;
    part.data_place = own.data_place == Place{} ? top_.data_place : own.data_place;
    inherit_axes(own, part);
    part.base = top_.base;
    const Scope* source = source_of(own);
    if (source != nullptr)
      start_from(*source, own, choices, part);
    // Each level beats those before it. What the source inherits as well is in its base already.
    const bool source_has_them = source != nullptr && !source->readings;
    if (!own.readings && !source_has_them)
      apply_readings(own, choices, part);
    for (const Given& given : own.base) {
      put(part.base, given);
      erase_waiting(part, *given.key);
    }
    if (own.readings)
      apply_readings(own, choices, part);
    std::erase_if(part.waits,
                  [&part](const auto& wait) { return is_everywhere(part, wait.first); });
    resolve_topologies(part, diagnostics_);
    return part;
  }

  void inherit_axes(const Scope& own, PartOutline& part) {
    const auto either = [](const auto& mine, const auto& inherited) {
      return mine ? *mine : inherited.value_or(std::vector<GivenList>{});
    };
    part.blocks = either(own.blocks, top_.blocks);
    part.zips = either(own.zips, top_.zips);
    part.exclusions = either(own.exclusions, top_.exclusions);
    part.parameters_place = own.blocks ? own.parameters_place : top_.parameters_place;
    const auto take_away = [&](const GivenList& list) {
      for (const Given& given : list) {
        if (!own.blocks)
          erase_key(part.blocks, *given.key);
        if (!own.zips)
          erase_key(part.zips, *given.key);
      }
    };
    take_away(own.base);
    if (own.from)
      take_away(own.from->pin);
    if (own.readings) {
      for (const Reading& reading : *own.readings) {
        for (const ReadingMember& member : reading.members)
          take_away(member.settings);
      }
    }
    for (const auto* lists : {&own.blocks, &own.zips}) {
      if (*lists)
        std::for_each((*lists)->begin(), (*lists)->end(), take_away);
    }
    std::erase_if(part.zips, [](const GivenList& zip) { return zip.empty(); });
  }

  void start_from(const Scope& source, const Scope& own, const Choices& choices,
                  PartOutline& part) {
    part.from = From{source.name, {}};
    part.from_place = own.from->place;
    const PartOutline outline = make(source, choices);
    start_at(outline, part);
    const auto waits = part.waits;
    for (const Given& given : own.from->pin) {
      check_pin(given, source, waits);
      put(part.base, given);
      erase_waiting(part, *given.key);
      if (!given.choices.empty())
        part.from->pin.emplace_back(given.key->name, given.choices[0].text);
    }
  }

  void apply_readings(const Scope& own, const Choices& choices, PartOutline& part) {
    for (const Reading& reading : readings_of(own)) {
      const ReadingMember* member = member_of(reading, choices);
      if (member == nullptr)
        continue;
      for (const Given& given : member->settings) {
        if (any_names(part.blocks, *given.key) || any_names(part.zips, *given.key))
          continue;
        put(part.base, given);
        erase_waiting(part, *given.key);
      }
    }
  }

  void check_pin(const Given& pin, const Scope& source,
                 const std::vector<std::pair<std::string, std::string>>& waits) {
    std::vector<std::string_view> swept;
    for (const auto& wait : waits)
      swept.push_back(wait.first);
    if (narrowed_ || std::find(swept.begin(), swept.end(), pin.key->name) != swept.end())
      return;
    diagnostics_.report(
        pin.place,
        fmt::format("'{}' is pinned, but '{}' does not sweep it", pin.key->name, source.name),
        {swept.empty() ? "it sweeps nothing"
                       : fmt::format("expected one of: {}", fmt::join(swept, ", ")),
         "other settings belong in 'base'"});
  }

  const Outline& outline_;
  const Scope& top_;
  bool narrowed_;
  Diagnostics& diagnostics_;
  std::vector<std::string> refused_;  ///< Experiments whose `from` can't be followed.
};

}  // namespace

std::vector<PartOutline> part_outlines(const Outline& outline, bool narrowed,
                                       Diagnostics& diagnostics) {
  return PartMaker(outline, narrowed, diagnostics).all();
}

void put(GivenList& list, const Given& given) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const Given& one) { return one.key == given.key; });
  if (found == list.end()) {
    list.push_back(given);
  } else {
    *found = given;
  }
}

void erase_key(std::vector<GivenList>& lists, const Key& key) {
  for (GivenList& list : lists) {
    std::erase_if(list, [&](const Given& given) { return given.key == &key; });
  }
}

}  // namespace mlpsweep::sweeps
