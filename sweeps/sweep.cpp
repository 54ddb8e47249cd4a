#include "sweeps/sweep.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/errors.h"
#include "sweeps/keys.h"

namespace mlpsweep::sweeps {
namespace {

std::uint64_t size_of(const Block& block) {
  std::uint64_t size = 1;
  for (const Axis& axis : block.axes)
    size *= axis.values.size();
  return size;
}

void set_text(engine::TrainSpec& spec, std::string_view name, std::string_view text) {
  const Key* key = find_key(name);
  MLPS_CHECK(key != nullptr, std::string(name));
  const std::optional<std::string> refused = key->set(spec, text);
  MLPS_CHECK(!refused, fmt::format("{} = {}: expected {}", name, text, *refused));
}

/// Settings at one position of a block's product.
void apply(const Block& block, std::uint64_t position, engine::TrainSpec& spec) {
  for (const auto& [key, text] : block.fixed)
    set_text(spec, key, text);
  for (std::size_t a = block.axes.size(); a-- > 0;) {
    const Axis& axis = block.axes[a];
    const std::vector<std::string>& texts = axis.values[position % axis.values.size()];
    position /= axis.values.size();
    for (std::size_t k = 0; k < axis.keys.size(); ++k)
      set_text(spec, axis.keys[k], texts[k]);
  }
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

}  // namespace

std::uint64_t Sweep::configurations() const {
  if (filtered)
    return kept.size();
  std::uint64_t total = 0;
  for (const Block& block : blocks)
    total += size_of(block);
  return total;
}

std::uint64_t Sweep::trials() const {
  return configurations() * static_cast<std::uint64_t>(repeats);
}

std::uint64_t Sweep::configuration_of(std::uint64_t trial_index) const {
  return trial_index % configurations();
}

engine::TrainSpec Sweep::trial(std::uint64_t index) const {
  MLPS_CHECK(index < trials(), fmt::format("trial {} of {}", index, trials()));
  std::uint64_t position = configuration_of(index);
  engine::TrainSpec spec = base;
  spec.seed = seed;
  spec.repeat = static_cast<int>(index / configurations());
  if (filtered)
    position = kept[position];
  for (const Block& block : blocks) {
    const std::uint64_t size = size_of(block);
    if (position < size) {
      apply(block, position, spec);
      break;
    }
    position -= size;
  }
  return spec;
}

std::vector<std::string> Sweep::swept_keys() const {
  std::vector<std::string> named;
  const auto add = [&named](const std::string& key) {
    if (std::find(named.begin(), named.end(), key) == named.end())
      named.push_back(key);
  };
  for (const Block& block : blocks) {
    for (const Axis& axis : block.axes)
      std::for_each(axis.keys.begin(), axis.keys.end(), add);
    for (const auto& pair : block.fixed)
      add(pair.first);
  }
  std::erase_if(named, [this](const std::string& key) {
    const std::string base_text = text_of(find_key(key)->get(base));
    std::set<std::string> texts;
    for (const Block& block : blocks)
      add_texts(block, key, base_text, texts);
    return texts.size() < 2;
  });
  return named;
}

}  // namespace mlpsweep::sweeps
