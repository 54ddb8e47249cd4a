#include "sweeps/possible_winners.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sweeps/filter_grid.h"
#include "sweeps/keys.h"
#include "sweeps/plan.h"
#include "sweeps/settle.h"

namespace mlpsweep::sweeps {
namespace {

using Texts = std::vector<std::string>;

Texts texts_of(const Texts& keys, const engine::TrainSpec& spec) {
  Texts texts;
  for (const std::string& key : keys)
    texts.push_back(text_of(find_key(key)->get(spec)));
  return texts;
}

bool excludes_by(const Part& part, const std::string& key) {
  return std::any_of(part.exclusions.begin(), part.exclusions.end(),
                     [&key](const Exclusion& exclusion) {
                       return std::any_of(exclusion.begin(), exclusion.end(),
                                          [&key](const auto& pair) { return pair.first == key; });
                     });
}

/// Keys that come from a winner and that the part's exclusions ask for.
Texts awaited_exclusions(const Part& part) {
  Texts keys;
  for (const auto& wait : part.waits) {
    if (excludes_by(part, wait.first))
      keys.push_back(wait.first);
  }
  return keys;
}

bool names(const Block& block, const std::string& key) {
  const auto has = [&key](const Axis& axis) {
    return std::find(axis.keys.begin(), axis.keys.end(), key) != axis.keys.end();
  };
  return std::any_of(block.axes.begin(), block.axes.end(), has) ||
         std::any_of(block.fixed.begin(), block.fixed.end(),
                     [&key](const auto& pair) { return pair.first == key; });
}

using Take = std::function<void(const engine::TrainSpec& trial, const Texts& texts)>;

/// As combinations(), one by one.
void walk(const Part& part, const Texts& keys, std::uint64_t seed, const Take& take) {
  std::vector<std::string_view> walked(keys.begin(), keys.end());
  for (const Exclusion& exclusion : part.exclusions) {
    for (const auto& pair : exclusion)
      walked.emplace_back(pair.first);
  }
  Part small = part;
  for (Block& block : small.blocks)
    block = projected(block, walked);
  static_cast<void>(filter_grid(small));
  std::set<Texts> seen;
  for (std::uint64_t i = 0; i < small.configurations(); ++i) {
    const engine::TrainSpec trial = small.trial(i, seed);
    if (const auto [texts, is_new] = seen.insert(texts_of(keys, trial)); is_new)
      take(trial, *texts);
  }
}

/// Gives the block an axis over what winners have for `keys`, without those that it names itself.
void add_axis(const Texts& keys, const std::vector<Texts>& winners, Block& block) {
  std::vector<std::size_t> columns;
  Axis axis;
  for (std::size_t k = 0; k < keys.size(); ++k) {
    if (!names(block, keys[k])) {
      columns.push_back(k);
      axis.keys.push_back(keys[k]);
    }
  }
  std::set<Texts> seen;
  for (const Texts& winner : winners) {
    Texts step;
    for (const std::size_t column : columns)
      step.push_back(winner[column]);
    if (seen.insert(step).second)
      axis.values.push_back(std::move(step));
  }
  if (!columns.empty() && !winners.empty())
    block.axes.insert(block.axes.begin(), std::move(axis));
}

}  // namespace

Block projected(const Block& block, const std::vector<std::string_view>& keys) {
  Block small = block;
  for (Axis& axis : small.axes) {
    const bool asked = std::any_of(axis.keys.begin(), axis.keys.end(), [&](const std::string& key) {
      return std::find(keys.begin(), keys.end(), key) != keys.end();
    });
    if (!asked)
      axis.values.resize(1);
  }
  return small;
}

std::vector<engine::TrainSpec> combinations(const Part& part, const std::vector<std::string>& keys,
                                            std::uint64_t seed) {
  std::vector<engine::TrainSpec> found;
  walk(part, keys, seed,
       [&found](const engine::TrainSpec& trial, const Texts&) { found.push_back(trial); });
  return found;
}

Part whoever_wins(const Part& part, const Sweep& sweep) {
  Part wide = part;
  wide.filtered = false;
  wide.kept = {};
  std::set<std::string> taken;
  const Texts sources = awaited(part);
  // The nearest first: where its exclusions ask for what it was itself given by a winner, what both
  // bring hangs together and is one axis.
  for (auto source = sources.rbegin(); source != sources.rend(); ++source) {
    const Part* judged = sweep.judged(*source);
    if (judged == nullptr)
      continue;
    const bool together = !awaited_exclusions(*judged).empty();
    Texts keys;
    for (const auto& wait : part.waits) {
      const auto& theirs = judged->waits;
      const bool brings =
          wait.second == *source ||
          (together && std::find(theirs.begin(), theirs.end(), wait) != theirs.end());
      if (brings && taken.insert(wait.first).second)
        keys.push_back(wait.first);
    }
    std::vector<Texts> winners;
    walk(whoever_wins(*judged, sweep), keys, sweep.seed,
         [&winners](const engine::TrainSpec&, const Texts& texts) { winners.push_back(texts); });
    for (Block& block : wide.blocks)
      add_axis(keys, winners, block);
  }
  return wide;
}

std::string excluded_winner(const Part& part) {
  Texts told;
  for (const std::string& key : awaited_exclusions(part)) {
    const auto wait = std::find_if(part.waits.begin(), part.waits.end(),
                                   [&key](const auto& one) { return one.first == key; });
    told.push_back(fmt::format("the winner of {} has {} = {}", wait->second, key,
                               text_of(find_key(key)->get(part.base))));
  }
  return fmt::format("{}", fmt::join(told, ", "));
}

std::vector<std::string> emptying_winners(const Sweep& sweep) {
  std::vector<std::string> told;
  for (const Part& part : sweep.parts) {
    const Texts keys = awaited_exclusions(part);
    if (part.settled || keys.empty())
      continue;
    Part bare = part;
    bare.blocks = {Block{}};
    bare.exclusions = {};
    for (const engine::TrainSpec& winner : combinations(whoever_wins(bare, sweep), keys, 0)) {
      Part won = part;
      for (const std::string& key : keys)
        find_key(key)->set(won.base, text_of(find_key(key)->get(winner)));
      if (combinations(won, {}, 0).empty()) {
        told.push_back(fmt::format("{}: 'exclude' leaves no configuration if {}", title_of(part),
                                   excluded_winner(won)));
      }
    }
  }
  return told;
}

}  // namespace mlpsweep::sweeps
