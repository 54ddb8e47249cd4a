#include "results/store_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "engine/errors.h"

namespace mlpsweep::results {
namespace {

/// In the order of sweeps::Value's alternatives.
struct ValueType {
  std::string_view word;
  ElementType column;
};
constexpr std::array<ValueType, 4> kValueTypes = {{{"bool", ElementType::kUint8},
                                                   {"int64", ElementType::kInt64},
                                                   {"float64", ElementType::kFloat64},
                                                   {"text", ElementType::kText}}};
static_assert(std::variant_size_v<sweeps::Value> == kValueTypes.size());

template <typename Number>
Number number_from(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw MachineError(fmt::format("'{}' stands where a setting has a number", text));
  }
  return number;
}

sweeps::Value value_from_text(const std::string& text, std::size_t type) {
  switch (type) {
    case 0:
      return text == "true";
    case 1:
      return number_from<std::int64_t>(text);
    case 2:
      return number_from<double>(text);
    default:
      return text;
  }
}

Cell missing(ElementType type) {
  if (type == ElementType::kText) {
    return std::string();
  }
  return engine::kNaN;
}

}  // namespace

std::string setting_dataset(std::string_view key) {
  MLPS_CHECK(!key.empty() && key != "." && key.find('/') == std::string_view::npos,
             fmt::format("a setting with the key '{}'", key));
  const auto is_key = [key](const Column& column) { return column.name == key; };
  const bool taken = key == "trial" || std::ranges::any_of(identity_columns(), is_key) ||
                     std::ranges::any_of(outcome_columns(), is_key);
  return taken ? fmt::format("setting.{}", key) : std::string(key);
}

SettingLayout SettingLayout::of(const Record& record) {
  SettingLayout layout;
  layout.fields.reserve(record.settings.size());
  for (const sweeps::Setting& setting : record.settings) {
    layout.fields.push_back({setting.value.index(), setting.key});
  }
  return layout;
}

SettingLayout SettingLayout::parse(std::string_view text) {
  SettingLayout layout;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::string_view word = line.substr(0, line.find(' '));
    const auto* type = std::ranges::find(kValueTypes, word, &ValueType::word);
    if (type == kValueTypes.end() || word.size() == line.size()) {
      throw MachineError(fmt::format("'{}' is no type and key of a setting", line));
    }
    layout.fields.push_back({static_cast<std::size_t>(type - kValueTypes.begin()),
                             std::string(line.substr(word.size() + 1))});
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return layout;
}

std::string SettingLayout::text() const {
  std::string text;
  for (const Field& field : fields) {
    text.append(kValueTypes.at(field.type).word).append(" ").append(field.key).append("\n");
  }
  return text;
}

namespace {

/// Without making either layout: nearly all records have that of the one before.
bool have_one_layout(const Settings& a, const Settings& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const sweeps::Setting& one, const sweeps::Setting& other) {
                      return &one == &other ||
                             (one.value.index() == other.value.index() && one.key == other.key);
                    });
}

}  // namespace

void SettingSurvey::add(const Record& record) {
  if (layout_of_.empty() || !have_one_layout(record.settings, latest_)) {
    const SettingLayout layout = SettingLayout::of(record);
    const auto [place, is_new] =
        layout_place_.try_emplace(layout.text(), static_cast<std::int32_t>(layouts_.size()));
    if (is_new) {
      layouts_.push_back(place->first);
      records_of_.push_back(0);
      count(layout);
    }
    latest_layout_ = place->second;
  }
  latest_ = record.settings;
  ++records_of_[static_cast<std::size_t>(latest_layout_)];
  layout_of_.push_back(latest_layout_);
}

void SettingSurvey::count(const SettingLayout& layout) {
  for (const SettingLayout::Field& field : layout.fields) {
    const auto [place, is_new] = place_.try_emplace(field.key, seen_.size());
    if (is_new) {
      seen_.push_back({field.key, std::vector<bool>(kValueTypes.size(), false), {}});
    }
    seen_[place->second].types[field.type] = true;
    seen_[place->second].layouts.push_back(layouts_.size() - 1);
  }
}

std::vector<SettingColumn> SettingSurvey::columns() const {
  std::vector<SettingColumn> columns;
  for (const Seen& seen : seen_) {
    const auto first = std::ranges::find(seen.types, true);
    const auto type = kValueTypes.at(static_cast<std::size_t>(first - seen.types.begin())).column;
    const bool one_type = std::ranges::count(seen.types, true) == 1;
    // NaN can stand for "has none" among numbers; whole numbers have nothing to spare.
    std::size_t records = 0;
    for (const std::size_t layout : seen.layouts) {
      records += records_of_[layout];
    }
    const bool everywhere = records == layout_of_.size() || type == ElementType::kFloat64;
    columns.push_back({seen.key, one_type && everywhere ? type : ElementType::kText});
  }
  return columns;
}

Cell setting_cell(const sweeps::Setting* setting, ElementType type) {
  if (setting == nullptr) {
    return missing(type);
  }
  switch (type) {
    case ElementType::kUint8:
      return static_cast<std::uint8_t>(std::get<bool>(setting->value));
    case ElementType::kInt64:
      return std::get<std::int64_t>(setting->value);
    case ElementType::kFloat64:
      return std::get<double>(setting->value);
    default:
      return sweeps::text_of(setting->value);
  }
}

sweeps::Value setting_value(const Cell& cell, std::size_t type) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return value_from_text(*text, type);
  }
  const ValueType& expected = kValueTypes.at(type);
  if (const auto* flag = std::get_if<std::uint8_t>(&cell);
      flag != nullptr && expected.column == ElementType::kUint8) {
    return *flag != 0;
  }
  if (const auto* whole = std::get_if<std::int64_t>(&cell);
      whole != nullptr && expected.column == ElementType::kInt64) {
    return *whole;
  }
  if (const auto* number = std::get_if<double>(&cell);
      number != nullptr && expected.column == ElementType::kFloat64) {
    return *number;
  }
  throw MachineError(fmt::format("a setting's column doesn't hold {}", expected.word));
}

}  // namespace mlpsweep::results
