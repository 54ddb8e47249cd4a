#include "engine/labels.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/errors.h"

namespace mlpsweep::engine {
namespace {

std::optional<double> number_in(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t tail = first < 0x80                     ? 0
                             : first >= 0xC2 && first <= 0xDF ? 1
                             : first >= 0xE0 && first <= 0xEF ? 2
                             : first >= 0xF0 && first <= 0xF4 ? 3
                                                              : text.size();
    if (i + tail >= text.size())
      return false;
    for (std::size_t t = 1; t <= tail; ++t) {
      if ((static_cast<unsigned char>(text[i + t]) & 0xC0) != 0x80)
        return false;
    }
    i += tail + 1;
  }
  return true;
}

void check_name(const std::string& name, std::string_view place) {
  const bool bad = name.empty() || !is_utf8(name) || name.find(',') != std::string::npos ||
                   std::any_of(name.begin(), name.end(), [](char c) {
                     return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
                   });
  if (bad) {
    throw InputError(fmt::format(
        "{}: expected labels of one letter or more in UTF-8, without commas or line breaks, found "
        "{}",
        place,
        name.empty()    ? "an empty one"
        : is_utf8(name) ? "'" + name + "'"
                        : "other bytes"));
  }
}

void sort_names(std::vector<std::string>& names) {
  const bool numbers = std::all_of(names.begin(), names.end(),
                                   [](const std::string& name) { return number_in(name); });
  std::sort(names.begin(), names.end());
  if (numbers) {
    std::stable_sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
      return *number_in(a) < *number_in(b);
    });
  }
}

}  // namespace

std::vector<std::string> class_names_of(std::span<const std::string> train,
                                        std::span<const std::string> test, std::string_view place) {
  std::unordered_set<std::string> distinct;
  for (const auto part : {train, test}) {
    for (const std::string& text : part) {
      if (!distinct.insert(text).second)
        continue;
      check_name(text, place);
      if (distinct.size() > kMostClasses) {
        throw InputError(
            fmt::format("{}: expected at most {} classes, found more (the last is '{}'): are these "
                        "the labels?",
                        place, kMostClasses, text));
      }
    }
  }
  std::vector<std::string> names(distinct.begin(), distinct.end());
  if (names.size() < 2) {
    throw InputError(fmt::format("{}: expected at least two classes, found label {} alone", place,
                                 names.empty() ? "" : names[0]));
  }
  sort_names(names);
  return names;
}

std::vector<std::uint8_t> encode_labels(std::span<const std::string> texts,
                                        const std::vector<std::string>& names) {
  std::unordered_map<std::string_view, std::uint8_t> index;
  for (std::size_t k = 0; k < names.size(); ++k)
    index.emplace(names[k], static_cast<std::uint8_t>(k));
  std::vector<std::uint8_t> classes;
  classes.reserve(texts.size());
  for (const std::string& text : texts)
    classes.push_back(index.at(text));
  return classes;
}

std::vector<std::string> plain_names(int classes) {
  std::vector<std::string> names;
  for (int k = 0; k < classes; ++k)
    names.push_back(std::to_string(k));
  return names;
}

}  // namespace mlpsweep::engine
