#include "sweeps/rules.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "sweeps/keys.h"
#include "sweeps/possible_winners.h"
#include "sweeps/setting_rules.h"

namespace mlpsweep::sweeps {
namespace {

using engine::TrainSpec;

bool is_spoiled(const PartOutline& outline, std::string_view key) {
  const auto in = [key](const GivenList& list) {
    const Given* given = find_given(list, key);
    return given != nullptr && given->spoiled;
  };
  return in(outline.base) || std::any_of(outline.blocks.begin(), outline.blocks.end(), in) ||
         std::any_of(outline.zips.begin(), outline.zips.end(), in);
}

/// Where a setting got its value, as near as can be told.
Place place_of(const PartOutline& outline, std::size_t block, std::string_view key,
               const TrainSpec& spec) {
  if (key == "metric.name")
    return outline.metric_place;
  if (key == "metric.at")
    return outline.at_place;
  const std::string text = text_of(find_key(key)->get(spec));
  const auto in = [&](const GivenList& list) -> const Place* {
    const Given* given = find_given(list, key);
    if (given == nullptr)
      return nullptr;
    for (const Choice& choice : given->choices) {
      if (choice.text == text)
        return &choice.place;
    }
    return &given->place;
  };
  for (const GivenList& zip : outline.zips) {
    if (const Place* place = in(zip))
      return *place;
  }
  if (block < outline.blocks.size()) {
    if (const Place* place = in(outline.blocks[block]))
      return *place;
  }
  if (const Place* place = in(outline.base))
    return *place;
  return outline.from ? outline.from_place : outline.data_place;
}

bool is_excluded(const Part& part, const TrainSpec& spec) {
  return std::any_of(part.exclusions.begin(), part.exclusions.end(), [&](const Exclusion& all) {
    return std::all_of(all.begin(), all.end(), [&](const auto& pair) {
      return text_of(find_key(pair.first)->get(spec)) == pair.second;
    });
  });
}

/// An exclusion may be what keeps a rule: then the keys that it names are walked as well, so that
/// only what is really left out counts as left out.
std::vector<std::string_view> keys_to_walk(const Rule& rule, const Part& part) {
  std::vector<std::string_view> keys = rule.keys;
  for (const Exclusion& exclusion : part.exclusions) {
    for (const auto& [key, text] : exclusion)
      keys.push_back(key);
  }
  return keys;
}

void check_rule(const Rule& rule, const PartOutline& outline, const Part& part, const Sweep& sweep,
                Diagnostics& diagnostics) {
  const std::vector<std::string_view> walked = keys_to_walk(rule, part);
  for (std::size_t b = 0; b < part.blocks.size(); ++b) {
    Part one;
    one.base = part.base;
    one.folds = part.folds;
    one.blocks = {projected(part.blocks[b], walked)};
    std::map<std::string, bool> told;  // values that differ elsewhere give the same message
    for (std::uint64_t i = 0; i < one.configurations(); ++i) {
      const TrainSpec spec = one.trial(i, 0);
      std::optional<Breach> breach = rule.check(spec, sweep);
      if (!breach || is_excluded(part, spec) || told[breach->message])
        continue;
      told[breach->message] = true;
      diagnostics.report(place_of(outline, b, breach->key, spec), breach->message, breach->notes);
    }
  }
}

void check_file(const Given& given, Diagnostics& diagnostics) {
  for (const Choice& choice : given.choices) {
    if (given.key->type != "file")
      return;
    std::error_code error;
    const auto status = std::filesystem::status(choice.text, error);
    if (std::filesystem::is_regular_file(status))
      continue;
    const bool folder = std::filesystem::is_directory(status);
    diagnostics.report(
        choice.place,
        fmt::format("{}: {} {}", given.key->name,
                    folder ? "not a file but a folder:" : "no such file:", quote(choice.text)),
        {"expected a file, named from the directory that the program is started in"});
  }
}

/// An axis that changes nothing would train the same network under several names.
struct Idle {
  std::string_view axis;
  std::string_view decides;  ///< The setting that can make it idle ...
  std::string_view idle_at;  ///< ... with this value in every configuration.
  bool idle_unless = false;  ///< Or with any other value than `idle_at`.
  std::string_view reason;
};

constexpr std::array<Idle, 7> kIdle = {{
    {"activation", "hidden", "none", false, "no configuration has a hidden layer"},
    {"optimizer.momentum_form", "optimizer.momentum", "0", false, "momentum is 0 everywhere"},
    {"penalty_form", "optimizer.momentum", "0", false, "momentum is 0 everywhere"},
    {"bias_step", "batch_size", "1", false, "every batch is one row"},
    {"early_stop.stop_when", "early_stop.patience", "none", false, "no configuration stops early"},
    {"data.scale.per", "data.scale.method", "zscore", true, "no configuration scales by zscore"},
    {"data.scale.fit", "data.scale.method", "zscore", true, "no configuration scales by zscore"},
}};

/// All texts that `key` takes in one block.
std::vector<std::string> texts_in(const Block& block, const Part& part, std::string_view key) {
  std::vector<std::string> texts;
  Part one;
  one.base = part.base;
  one.blocks = {projected(block, {key})};
  for (std::uint64_t i = 0; i < one.configurations(); ++i) {
    texts.push_back(text_of(find_key(key)->get(one.trial(i, 0))));
  }
  return texts;
}

void check_idle(const Idle& idle, const PartOutline& outline, const Part& part,
                Diagnostics& diagnostics) {
  for (std::size_t b = 0; b < part.blocks.size(); ++b) {
    const auto swept = texts_in(part.blocks[b], part, idle.axis);
    if (swept.size() < 2)
      continue;
    const auto decides = texts_in(part.blocks[b], part, idle.decides);
    const bool any_use = std::any_of(decides.begin(), decides.end(), [&](const std::string& text) {
      return (text == idle.idle_at) == idle.idle_unless;
    });
    if (any_use)
      continue;
    const Given* given =
        b < outline.blocks.size() ? find_given(outline.blocks[b], idle.axis) : nullptr;
    for (const GivenList& zip : outline.zips) {
      if (given == nullptr)
        given = find_given(zip, idle.axis);
    }
    if (given == nullptr)
      continue;
    diagnostics.report(
        given->place, fmt::format("'{}' is swept but changes nothing: {}", idle.axis, idle.reason));
  }
}

}  // namespace

void check_rules(const PartOutline& outline, const Part& part, const Sweep& sweep,
                 Diagnostics& diagnostics) {
  for (const Rule& rule : setting_rules()) {
    const bool spoiled = std::any_of(rule.keys.begin(), rule.keys.end(), [&](std::string_view key) {
      return is_spoiled(outline, key);
    });
    if (spoiled || (rule.about_absence && diagnostics.incomplete()))
      continue;
    check_rule(rule, outline, part, sweep, diagnostics);
  }
  for (const Idle& idle : kIdle) {
    if (is_spoiled(outline, idle.axis) || is_spoiled(outline, idle.decides))
      continue;
    check_idle(idle, outline, part, diagnostics);
  }
}

void check_files(const PartOutline& outline, Diagnostics& diagnostics) {
  for (const Given& given : outline.base)
    check_file(given, diagnostics);
  for (const auto* lists : {&outline.blocks, &outline.zips}) {
    for (const GivenList& list : *lists) {
      for (const Given& given : list)
        check_file(given, diagnostics);
    }
  }
}

std::vector<std::string> warnings(const Sweep& sweep) {
  const bool watches_test =
      std::any_of(sweep.parts.begin(), sweep.parts.end(), [](const Part& part) {
        return std::any_of(part.blocks.begin(), part.blocks.end(), [&](const Block& block) {
          const std::vector<std::string> texts = texts_in(block, part, "data.monitor");
          return std::find(texts.begin(), texts.end(), "test") != texts.end();
        });
      });
  std::vector<std::string> told = emptying_winners(sweep);
  if (watches_test) {
    told.emplace_back(
        "data.monitor: test: the test part is watched while training, so its figures say little "
        "about new data; it is meant for repeating reports that did so");
  }
  return told;
}

bool all_have_validation(const Sweep& sweep) {
  return std::all_of(sweep.parts.begin(), sweep.parts.end(), [](const Part& part) {
    const auto has = [&part](const Block& block) {
      const std::vector<std::string> texts = texts_in(block, part, "data.split.validation");
      return std::find(texts.begin(), texts.end(), "none") == texts.end();
    };
    return part.folds > 0 || std::all_of(part.blocks.begin(), part.blocks.end(), has);
  });
}

}  // namespace mlpsweep::sweeps
