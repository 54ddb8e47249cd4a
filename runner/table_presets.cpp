#include "runner/table_presets.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "runner/part_choice.h"
#include "sweeps/setting_text.h"

namespace mlpsweep::runner {
namespace {

/// Whether a key as it was typed, in full or by its last part, is `key`.
bool means(std::string_view typed, std::string_view key) {
  return typed == key || sweeps::last_part(key) == typed;
}

bool any_means(const std::vector<std::string>& typed, std::string_view key) {
  return std::any_of(typed.begin(), typed.end(),
                     [key](const std::string& one) { return means(one, key); });
}

std::vector<std::string> without(std::vector<std::string> keys,
                                 const std::vector<std::string>& typed) {
  std::erase_if(keys, [&](const std::string& key) { return any_means(typed, key); });
  return keys;
}

}  // namespace

sweeps::TablePreset find_preset(const std::vector<results::StoredResults>& sweeps,
                                const std::string& name) {
  std::vector<std::string> known;
  for (const results::StoredResults& stored : sweeps) {
    for (const sweeps::TablePreset& preset : stored.info.tables) {
      if (preset.name == name) {
        return preset;
      }
      known.push_back(preset.name);
    }
  }
  if (known.empty()) {
    throw InputError(fmt::format(
        "--preset: no table '{0}': the spec has no section 'tables'; expected one such as\n"
        "  tables: {{{0}: {{rows: hidden, values: test_accuracy}}}}",
        name));
  }
  require_known("--preset", "table", name, known);
  return {};
}

results::TableOptions options_on(const sweeps::TablePreset& preset,
                                 const results::TableOptions& typed,
                                 std::optional<bool> typed_percent) {
  results::TableOptions options = typed;
  if (typed.rows.empty()) {
    options.rows = without(preset.rows, typed.columns);
  }
  if (typed.columns.empty()) {
    options.columns = without(preset.columns, typed.rows);
  }
  if (typed.values.empty()) {
    options.values = preset.values;
  }
  for (const auto& [key, texts] : preset.where) {
    const bool is_typed =
        std::any_of(typed.where.begin(), typed.where.end(),
                    [&, name = key](const auto& pair) { return means(pair.first, name); });
    for (const std::string& text : texts) {
      if (!is_typed) {
        options.where.emplace_back(key, text);
      }
    }
  }
  options.percent = typed_percent.value_or(preset.percent);
  return options;
}

std::vector<results::Table> preset_tables(const results::StoredResults& stored) {
  std::vector<results::Table> tables;
  for (const sweeps::TablePreset& preset : stored.info.tables) {
    for (const Joined& part :
         join_parts({stored}, {.paths = {}, .experiment = preset.experiment, .reading = {}})) {
      tables.push_back(
          results::compare_table(part.info, part.records, options_on(preset, {}, std::nullopt)));
    }
  }
  return tables;
}

}  // namespace mlpsweep::runner
