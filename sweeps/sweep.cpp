#include "sweeps/sweep.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/errors.h"
#include "sweeps/keys.h"

namespace mlpsweep::sweeps {
namespace {

void set_text(engine::TrainSpec& spec, std::string_view name, std::string_view text) {
  const Key* key = find_key(name);
  MLPS_CHECK(key != nullptr, std::string(name));
  const std::optional<std::string> refused = key->set(spec, text);
  MLPS_CHECK(!refused, fmt::format("{} = {}: expected {}", name, text, *refused));
}

/// Every text that a block gives `key`; `base` where it doesn't name it.
void add_texts(const Block& block, const std::string& key, const std::string& base,
               std::set<std::string>& texts) {
  for (const Axis& axis : block.axes) {
    const auto found = std::find(axis.keys.begin(), axis.keys.end(), key);
    if (found == axis.keys.end())
      continue;
    const auto column = static_cast<std::size_t>(found - axis.keys.begin());
    for (const std::vector<std::string>& step : axis.values)
      texts.insert(step[column]);
    return;
  }
  for (const auto& [name, text] : block.fixed) {
    if (name == key) {
      texts.insert(text);
      return;
    }
  }
  texts.insert(base);
}

/// Keys that some block names, in the order of the spec; of several parts all others behind them,
/// since their bases may differ.
std::vector<std::string> keys_that_may_vary(const std::vector<const Part*>& parts) {
  std::vector<std::string> named;
  const auto add = [&named](std::string_view key) {
    if (std::find(named.begin(), named.end(), key) == named.end())
      named.emplace_back(key);
  };
  for (const Part* part : parts) {
    for (const Block& block : part->blocks) {
      for (const Axis& axis : block.axes)
        std::for_each(axis.keys.begin(), axis.keys.end(), add);
      for (const auto& pair : block.fixed)
        add(pair.first);
    }
  }
  if (parts.size() > 1) {
    for (const Key& key : keys())
      add(key.name);
  }
  return named;
}

/// Keys that take more than one value over all of `parts`.
std::vector<std::string> swept_in(const std::vector<const Part*>& parts) {
  std::vector<std::string> named = keys_that_may_vary(parts);
  std::erase_if(named, [&parts](const std::string& key) {
    std::set<std::string> texts;
    for (const Part* part : parts) {
      const std::string base_text = text_of(find_key(key)->get(part->base));
      for (const Block& block : part->blocks)
        add_texts(block, key, base_text, texts);
    }
    return texts.size() < 2;
  });
  return named;
}

}  // namespace

std::uint64_t Block::size() const {
  std::uint64_t size = 1;
  for (const Axis& axis : axes)
    size *= axis.values.size();
  return size;
}

void Block::apply(std::uint64_t position, engine::TrainSpec& spec) const {
  for (const auto& [key, text] : fixed)
    set_text(spec, key, text);
  for (std::size_t a = axes.size(); a-- > 0;) {
    const Axis& axis = axes[a];
    const std::vector<std::string>& texts = axis.values[position % axis.values.size()];
    position /= axis.values.size();
    for (std::size_t k = 0; k < axis.keys.size(); ++k)
      set_text(spec, axis.keys[k], texts[k]);
  }
}

std::uint64_t Part::configurations() const {
  if (filtered)
    return kept.size();
  std::uint64_t total = 0;
  for (const Block& block : blocks)
    total += block.size();
  return total;
}

std::uint64_t Part::runs() const {
  return static_cast<std::uint64_t>(repeats) * static_cast<std::uint64_t>(std::max(folds, 1));
}

std::uint64_t Part::trials() const {
  return settled ? configurations() * runs() : 0;
}

engine::TrainSpec Part::trial(std::uint64_t index, std::uint64_t seed) const {
  MLPS_CHECK(index < configurations() * runs(),
             fmt::format("trial {} of {}", index, configurations() * runs()));
  std::uint64_t position = index % configurations();
  const auto run = static_cast<int>(index / configurations());
  engine::TrainSpec spec = base;
  spec.seed = seed;
  spec.repeat = run / std::max(folds, 1);
  spec.folds = folds;
  spec.fold = run % std::max(folds, 1);
  if (filtered)
    position = kept[position];
  for (const Block& block : blocks) {
    if (position < block.size()) {
      block.apply(position, spec);
      break;
    }
    position -= block.size();
  }
  return spec;
}

std::vector<std::string> Part::swept_keys() const {
  return swept_in({this});
}

std::uint64_t Sweep::configurations() const {
  std::uint64_t total = 0;
  for (const Part& part : parts)
    total += part.settled ? part.configurations() : 0;
  return total;
}

std::uint64_t Sweep::trials() const {
  std::uint64_t total = 0;
  for (const Part& part : parts)
    total += part.trials();
  return total;
}

engine::TrainSpec Sweep::trial(std::uint64_t index) const {
  std::uint64_t left = index;
  for (const Part& part : parts) {
    if (left < part.trials())
      return part.trial(left, seed);
    left -= part.trials();
  }
  MLPS_CHECK(false, fmt::format("trial {} of {}", index, trials()));
  return {};
}

const Part* Sweep::judged(std::string_view experiment) const {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) {
    return part.experiment == experiment && part.reading.empty();
  });
  return found == parts.end() ? nullptr : &*found;
}

std::vector<std::string> Sweep::swept_keys() const {
  std::vector<const Part*> settled;
  for (const Part& part : parts) {
    if (part.settled)
      settled.push_back(&part);
  }
  return swept_in(settled);
}

}  // namespace mlpsweep::sweeps
