#include "sweeps/key_types.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>

#include <fmt/format.h>

#include "sweeps/numbers.h"

namespace mlpsweep::sweeps {
namespace {

using engine::TrainSpec;
using Refusal = std::optional<std::string>;  ///< What was expected, if a text is no legal value.

/// "a number > 0 (per step)"
std::string expected(const Key& key, std::string_view what) {
  return key.unit.empty() ? std::string(what) : fmt::format("{} ({})", what, key.unit);
}

/// Type and range are told as text that the table owns for good.
std::string_view keep(std::string text) {
  static std::vector<std::unique_ptr<std::string>> kept;
  kept.push_back(std::make_unique<std::string>(std::move(text)));
  return *kept.back();
}

/// Fills in what follows from how a type is read (parse(text, T&): whether it is legal) and shown.
template <class T, class Parse, class Show>
Key finish(Key key, Field<T> field, std::string wanted, Parse parse, Show show) {
  key.set = [field, parse, wanted = std::move(wanted)](TrainSpec& spec,
                                                       std::string_view text) -> Refusal {
    T value{};
    if (!parse(text, value))
      return wanted;
    field.write(spec) = std::move(value);
    return {};
  };
  key.get = [field, show](const TrainSpec& spec) -> Value { return show(field.read(spec)); };
  key.default_value = key.get(TrainSpec{});
  return key;
}

std::string range_text(std::int64_t least, std::int64_t most) {
  return most == std::numeric_limits<std::int64_t>::max() ? fmt::format(">= {}", least)
                                                          : fmt::format("{} to {}", least, most);
}

std::string range_text(const Bounds& bounds) {
  std::string text;
  if (std::isfinite(bounds.least)) {
    text = fmt::format("{} {}", bounds.least_allowed ? ">=" : ">", text_of(bounds.least));
  }
  if (std::isfinite(bounds.below)) {
    text += fmt::format("{}< {}", text.empty() ? "" : " and ", text_of(bounds.below));
  }
  return text;
}

template <class Whole>
bool whole_within(std::string_view text, std::int64_t least, std::int64_t most, Whole& value) {
  const std::optional<std::int64_t> parsed = parse_whole(text);
  if (!parsed || *parsed < least || *parsed > most)
    return false;
  value = static_cast<Whole>(*parsed);
  return true;
}

/// "64", "203x203" or "none"; a number of units is written without leading zero or sign.
bool parse_topology(std::string_view text, std::vector<int>& units) {
  if (text == "none")
    return true;
  while (true) {
    const std::size_t cross = std::min(text.find('x'), text.size());
    const std::string_view digits = text.substr(0, cross);
    int layer = 0;
    if (!whole_within(digits, 1, kMostUnits, layer) || digits[0] == '+')
      return false;
    if (std::ssize(units) == kMostLayers)
      return false;
    units.push_back(layer);
    if (cross == text.size())
      return true;
    text.remove_prefix(cross + 1);
  }
}

bool parse_labels(std::string_view text, std::vector<std::string>& labels) {
  if (text == "all")
    return true;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string label(text.substr(0, comma));
    if (label.empty() || label.find('\n') != label.npos ||
        std::find(labels.begin(), labels.end(), label) != labels.end())
      return false;
    labels.push_back(std::move(label));
    if (comma == text.size())
      return labels.size() > 1;
    text.remove_prefix(comma + 1);
  }
}

bool parse_part(std::string_view text, std::optional<engine::PartSize>& part) {
  part = parse_number(text);
  if (!part || *part <= 0)
    return false;
  // Rows are counted in double; beyond 2^53 a count could not be told from the next.
  return *part < 1 || (*part <= 9e15 && std::floor(*part) == *part);
}

}  // namespace

Key number(Key key, Bounds bounds, Field<double> field) {
  key.type = "number";
  key.range = keep(range_text(bounds));
  std::string wanted = expected(key, fmt::format("a number {}", key.range));
  const auto parse = [bounds](std::string_view text, double& value) {
    const std::optional<double> parsed = parse_number(text);
    if (!parsed)
      return false;
    value = *parsed;
    const bool enough = bounds.least_allowed ? value >= bounds.least : value > bounds.least;
    return enough && value < bounds.below;
  };
  return finish<double>(std::move(key), std::move(field), std::move(wanted), parse,
                        [](double value) { return Value(value); });
}

Key whole(Key key, std::int64_t least, std::int64_t most, Field<int> field) {
  key.type = "whole number";
  key.range = keep(range_text(least, most));
  std::string wanted = expected(key, fmt::format("a whole number {}", key.range));
  const auto parse = [least, most](std::string_view text, int& value) {
    return whole_within(text, least, most, value);
  };
  return finish<int>(std::move(key), std::move(field), std::move(wanted), parse,
                     [](int value) { return Value(std::int64_t{value}); });
}

Key yes_no(Key key, Field<bool> field) {
  key.type = "true or false";
  key.range = "true, false";
  const auto parse = [](std::string_view text, bool& value) {
    value = text == "true";
    return value || text == "false";
  };
  return finish<bool>(std::move(key), std::move(field), "true or false", parse,
                      [](bool value) { return Value(value); });
}

Key word(Key key, std::vector<std::string> words, Field<std::string> field) {
  key.type = "word";
  key.range = keep(fmt::format("one of: {}", fmt::join(words, ", ")));
  const auto parse = [words = std::move(words)](std::string_view text, std::string& value) {
    value = text;
    return std::find(words.begin(), words.end(), text) != words.end();
  };
  std::string wanted(key.range);
  return finish<std::string>(std::move(key), std::move(field), std::move(wanted), parse,
                             [](const std::string& value) { return Value(value); });
}

Key distribution(Key key, std::vector<std::string> words, Field<std::string> field) {
  key.type = "word";
  key.range = keep(
      fmt::format("one of: {}, normal S with a standard deviation S > 0", fmt::join(words, ", ")));
  const auto parse = [words = std::move(words)](std::string_view text, std::string& value) {
    constexpr std::string_view kNormal = "normal";
    const auto is_word = [&words](std::string_view word) {
      return std::find(words.begin(), words.end(), word) != words.end();
    };
    value = text;
    if (is_word(text) || text.substr(0, kNormal.size() + 1) != "normal ")
      return is_word(text);
    const std::optional<double> deviation = parse_number(text.substr(kNormal.size() + 1));
    if (!deviation || *deviation <= 0)
      return false;
    const bool plain = *deviation == 1 && is_word(kNormal);
    value = plain ? kNormal : fmt::format("{} {}", kNormal, text_of(Value(*deviation)));
    return true;
  };
  std::string wanted(key.range);
  return finish<std::string>(std::move(key), std::move(field), std::move(wanted), parse,
                             [](const std::string& value) { return Value(value); });
}

Key file(Key key, Field<std::string> field) {
  key.type = "file";
  key.range = "a file that is there";
  const auto parse = [](std::string_view text, std::string& value) {
    value = text;
    return !text.empty() && text.find('\n') == text.npos;
  };
  return finish<std::string>(std::move(key), std::move(field), "the name of a file", parse,
                             [](const std::string& value) { return Value(value); });
}

Key label(Key key, Field<std::string> field) {
  key.type = "label";
  key.range = "a text of one line";
  const auto parse = [](std::string_view text, std::string& value) {
    value = text;
    return !text.empty() && text.find('\n') == text.npos;
  };
  return finish<std::string>(std::move(key), std::move(field), "a text of one line", parse,
                             [](const std::string& value) { return Value(value); });
}

Key labels(Key key, Field<std::vector<std::string>> field) {
  key.type = "labels";
  key.range = "two labels or more, or all";
  const auto show = [](const std::vector<std::string>& value) {
    return Value(value.empty() ? "all" : fmt::format("{}", fmt::join(value, ",")));
  };
  return finish<std::vector<std::string>>(
      std::move(key), std::move(field),
      "two labels or more such as [7, 8], each once, or all; in 'parameters' a list of such lists",
      parse_labels, show);
}

Key optional_word(Key key, std::vector<std::string> words, Field<std::string> field) {
  key.type = "word";
  key.range = keep(fmt::format("one of: {}, none", fmt::join(words, ", ")));
  const auto parse = [words = std::move(words)](std::string_view text, std::string& value) {
    if (text == "none")
      return true;
    value = text;
    return std::find(words.begin(), words.end(), text) != words.end();
  };
  std::string wanted(key.range);
  return finish<std::string>(
      std::move(key), std::move(field), std::move(wanted), parse,
      [](const std::string& value) { return Value(value.empty() ? "none" : value); });
}

Key topology(Key key, Field<std::vector<int>> field) {
  key.type = "topology";
  key.range = "none, or 1 to 65536 in each of at most 64 layers";
  const auto show = [](const std::vector<int>& units) {
    return Value(units.empty() ? "none" : fmt::format("{}", fmt::join(units, "x")));
  };
  return finish<std::vector<int>>(
      std::move(key), std::move(field),
      "a topology such as 128, 203x203, [24, 12] or none, of at most 64 "
      "layers with 1 to 65536 units each",
      parse_topology, show);
}

Key whole_or(Key key, std::int64_t least, std::int64_t most, std::string word,
             Field<std::int64_t> field) {
  key.type = "whole number";
  key.range = keep(fmt::format("{} or {}", range_text(least, most), word));
  std::string wanted = expected(key, fmt::format("a whole number {}", key.range));
  const auto parse = [=](std::string_view text, std::int64_t& value) {
    return text == word || whole_within(text, least, most, value);
  };
  const auto show = [word](std::int64_t value) { return value == 0 ? Value(word) : Value(value); };
  return finish<std::int64_t>(std::move(key), std::move(field), std::move(wanted), parse, show);
}

Key whole_or(Key key, std::int64_t least, std::int64_t most, std::string word,
             Field<std::optional<int>> field) {
  key.type = "whole number";
  key.range = keep(fmt::format("{} or {}", range_text(least, most), word));
  std::string wanted = expected(key, fmt::format("a whole number {}", key.range));
  const auto parse = [=](std::string_view text, std::optional<int>& value) {
    return text == word || whole_within(text, least, most, value.emplace());
  };
  const auto show = [word](const std::optional<int>& value) {
    return value ? Value(std::int64_t{*value}) : Value(word);
  };
  return finish<std::optional<int>>(std::move(key), std::move(field), std::move(wanted), parse,
                                    show);
}

Key part(Key key, std::string word, Field<std::optional<engine::PartSize>> field) {
  using Size = std::optional<engine::PartSize>;
  key.type = "number";
  key.range = keep(fmt::format("> 0 and < 1 (share), a whole number >= 1 (rows), or {}", word));
  std::string wanted = fmt::format("a share between 0 and 1, a whole number of rows, or {}", word);
  const auto parse = [word](std::string_view text, Size& size) {
    return text == word || parse_part(text, size);
  };
  const auto show = [word](const Size& size) { return size ? Value(*size) : Value(word); };
  return finish<Size>(std::move(key), std::move(field), std::move(wanted), parse, show);
}

}  // namespace mlpsweep::sweeps
