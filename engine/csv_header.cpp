#include "engine/csv_header.h"

#include <optional>

#include "engine/csv.h"

namespace mlpsweep::engine {
namespace {

/// As few as the pixels of 3 x 3 may count up by chance or on purpose; 4 x 4 don't.
constexpr std::size_t kSurelyNames = 16;

/// What stands in the fields beside the label.
struct Others {
  std::size_t texts = 0;
  bool count_up = true;  ///< 0, 1, 2, ... or 1, 2, 3, ...
};

Others look_at(std::span<const std::string_view> fields, std::size_t label) {
  Others others;
  std::optional<double> expected;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i == label)
      continue;
    const std::optional<double> value = csv_number(fields[i]);
    others.texts += value || fields[i].empty() ? 0 : 1;
    others.count_up =
        others.count_up && value && (expected ? *value == *expected : *value == 0 || *value == 1);
    expected = value.value_or(0) + 1;
  }
  return others;
}

}  // namespace

FirstLine kind_of_first_line(std::span<const std::string_view> first,
                             std::span<const std::string_view> second, std::size_t label) {
  const Others others = look_at(first, label);
  const std::size_t count = first.size() - 1;
  if (others.texts * 2 > count || (others.count_up && count >= kSurelyNames))
    return FirstLine::kHeader;
  const bool text_above = !csv_number(first[label]);
  const bool text_below =
      label < second.size() && !second[label].empty() && !csv_number(second[label]);
  if (others.count_up && text_above && !text_below)
    return FirstLine::kHeader;
  const bool either =
      others.count_up ? text_above || text_below : text_above && !text_below && !second.empty();
  return either ? FirstLine::kEither : FirstLine::kRow;
}

}  // namespace mlpsweep::engine
