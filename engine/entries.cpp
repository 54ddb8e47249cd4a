// The lists of entries.h, taken from the tables that the engine looks names up in; the formats' is
// in formats.cpp.
#include "engine/entries.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/errors.h"
#include "engine/initializers.h"
#include "engine/kernels.h"
#include "engine/nearest.h"
#include "engine/optimizer_forms.h"
#include "engine/unknown_name.h"

namespace mlpsweep::engine {
namespace {

/// Names of the plain copy of the kernels: all copies hold the same ones, and asking this one does
/// not choose an instruction set.
template <class Loops>
std::vector<Entry> entries_of(const Loops* table, int count) {
  std::vector<Entry> entries;
  for (const Loops* loops = table; loops != table + count; ++loops)
    entries.push_back({loops->name, loops->source});
  return entries;
}

std::span<const HeadLoops<double>> heads() {
  const auto& all = kernels<double>();
  return {all.heads, static_cast<std::size_t>(all.head_count)};
}

/// What entry_of(head) gives, the first of each name.
template <class EntryOf>
std::vector<Entry> unique_of_heads(EntryOf entry_of) {
  std::vector<Entry> unique;
  for (const auto& head : heads()) {
    const Entry candidate = entry_of(head);
    if (std::none_of(unique.begin(), unique.end(),
                     [&](const Entry& entry) { return entry.name == candidate.name; }))
      unique.push_back(candidate);
  }
  return unique;
}

constexpr Entry kOutputs[] = {
    {"sigmoid", "one unit where the data has two classes (class 1 is positive), else one a class"},
    {"softmax", "one unit a class, their shares of exp(x)"},
};

constexpr std::string_view kOwnDelta = "loss";

constexpr Entry kScales[] = {
    {"none", "the bytes as they are, 0..255"},
    {"unit", "byte / 255, 0..1"},
    {"zscore", "(byte - mean) / deviation; what never changes becomes 0"},
};

std::string list_of(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty())
      text += ", ";
    text += name;
  }
  return text;
}

}  // namespace

std::span<const Entry> activation_entries() {
  static const auto entries =
      entries_of(kernels<double>().activations, kernels<double>().activation_count);
  return entries;
}

std::span<const Entry> output_entries() {
  return kOutputs;
}

std::span<const Entry> loss_entries() {
  static const auto entries = unique_of_heads([](const auto& head) -> Entry {
    return {head.loss, head.source};
  });
  return entries;
}

std::span<const Entry> output_delta_entries() {
  static const auto entries = unique_of_heads([](const auto& head) -> Entry {
    return {head.delta, head.delta_source};
  });
  return entries;
}

std::span<const Entry> initializer_entries() {
  static const auto entries = [] {
    std::vector<Entry> all;
    for (const Initializer& method : initializers())
      all.push_back({method.name, method.source});
    return all;
  }();
  return entries;
}

std::span<const Entry> optimizer_entries() {
  static const auto entries = entries_of(kernels<double>().updates, kernels<double>().update_count);
  return entries;
}

std::span<const Entry> scale_entries() {
  return kScales;
}

std::optional<std::string> refuse_pair(std::string_view output, std::string_view loss) {
  std::vector<std::string_view> losses;
  std::vector<std::string_view> outputs;
  for (const auto& head : heads()) {
    if (std::string_view(head.delta) != kOwnDelta)
      continue;  // the same pair again
    if (head.output == output && head.loss == loss)
      return std::nullopt;
    if (head.output == output)
      losses.emplace_back(head.loss);
    if (head.loss == loss)
      outputs.emplace_back(head.output);
  }
  if (losses.empty())
    return unknown_name("output", output, output_entries());
  if (outputs.empty())
    return unknown_name("loss", loss, loss_entries());
  return "loss: " + std::string(loss) + " cannot stand behind output " + std::string(output) +
         "; " + std::string(output) + " takes " + list_of(losses) + ", and " + std::string(loss) +
         " stands behind " + list_of(outputs);
}

std::optional<std::string> refuse_delta(std::string_view output, std::string_view delta) {
  bool known = false;
  for (const auto& head : heads()) {
    if (head.output == output && head.delta == delta)
      return std::nullopt;
    known = known || head.delta == delta;
  }
  if (!known)
    return unknown_name("output_delta", delta, output_delta_entries());
  return "output_delta: " + std::string(delta) + " cannot stand behind output " +
         std::string(output) + "; it takes output sigmoid, and output " + std::string(output) +
         " takes output_delta " + std::string(kOwnDelta);
}

std::optional<std::string> refuse_clip(std::string_view loss, double clip) {
  if (!(clip >= 0 && clip < 0.5))
    return "clip: expected a number from 0 to below 0.5, found " + std::to_string(clip);
  if (clip == 0 || loss.ends_with("cross_entropy"))
    return std::nullopt;
  return "clip: " + std::string(loss) +
         " has no logarithm to hold; only binary_cross_entropy and cross_entropy take a clip";
}

std::string unknown_name(std::string_view key, std::string_view name,
                         std::span<const Entry> legal) {
  std::vector<std::string_view> names;
  for (const Entry& entry : legal)
    names.push_back(entry.name);
  std::string text = std::string(key) + ": expected one of " + list_of(names) + ", found '" +
                     std::string(name) + "'";
  const std::string_view nearest = nearest_name(name, names);
  if (!nearest.empty())
    text += "; nearest: " + std::string(nearest);
  return text;
}

void check_word(std::string_view key, std::string_view word,
                std::initializer_list<std::string_view> legal) {
  if (std::find(legal.begin(), legal.end(), word) != legal.end())
    return;
  std::string text = std::string(key) + ": expected ";
  for (auto name = legal.begin(); name != legal.end(); ++name) {
    const bool first = name == legal.begin();
    text += first ? "" : (name + 1 == legal.end() ? " or " : ", ");
    text += *name;
  }
  throw InputError(text + ", found '" + std::string(word) + "'");
}

}  // namespace mlpsweep::engine
