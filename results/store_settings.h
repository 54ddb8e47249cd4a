// Settings as columns: which there are, which type each has, and how to get the exact values back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/store_columns.h"

namespace mlpsweep::results {

/// The data set of a setting: its key, but for a key that another column already has the name of.
[[nodiscard]] std::string setting_dataset(std::string_view key);

/// One setting's column. A key whose values are all of one type, in every record, has that type;
/// else it is text, with "" where a record hasn't the key.
struct SettingColumn {
  std::string key;
  ElementType type = ElementType::kText;
};

/// The keys and types of one record's settings, in their order: what the columns alone don't tell
/// ("128" in a column of text may have been the number). Nearly all sweeps have one or two layouts.
///
/// As text, a line a setting: "int64 batch_size". DO NOT CHANGE THE WORDS: they stand in files.
struct SettingLayout {
  struct Field {
    std::size_t type = 0;  ///< Index into sweeps::Value's alternatives.
    std::string key;
  };
  std::vector<Field> fields;

  [[nodiscard]] static SettingLayout of(const Record& record);
  /// Errors   MachineError: a line that is no type and key.
  [[nodiscard]] static SettingLayout parse(std::string_view text);
  [[nodiscard]] std::string text() const;
};

/// All that must be known of the records before the first is written.
class SettingSurvey {
 public:
  void add(const Record& record);

  [[nodiscard]] std::vector<SettingColumn> columns() const;
  /// Every layout's text, in order of appearance.
  [[nodiscard]] const std::vector<std::string>& layouts() const { return layouts_; }
  [[nodiscard]] std::int64_t layout_of(std::size_t record) const { return layout_of_.at(record); }

 private:
  struct Seen {
    std::string key;
    std::vector<bool> types;           ///< Which of Value's alternatives it had.
    std::vector<std::size_t> layouts;  ///< That have it.
  };
  void count(const SettingLayout& layout);

  std::vector<Seen> seen_;
  std::map<std::string, std::size_t, std::less<>> place_;  ///< Of a key in seen_.
  std::vector<std::string> layouts_;
  std::vector<std::size_t> records_of_;  ///< How many have each layout.
  std::map<std::string, std::int32_t, std::less<>> layout_place_;
  Settings latest_;
  std::int32_t latest_layout_ = 0;
  std::vector<std::int32_t> layout_of_;  ///< Four bytes a trial, all that is held of each.
};

/// A setting's value as it stands in a column of that type; null: the record has none.
[[nodiscard]] Cell setting_cell(const sweeps::Setting* setting, ElementType type);

/// Back to the setting's own type.
/// Errors   MachineError: the column holds something else.
[[nodiscard]] sweeps::Value setting_value(const Cell& cell, std::size_t type);

}  // namespace mlpsweep::results
