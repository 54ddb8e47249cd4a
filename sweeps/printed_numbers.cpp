#include "sweeps/printed_numbers.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "sweeps/numbers.h"

namespace mlpsweep::sweeps {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

/// Takes the word that says how the number is meant off the front of `text`.
Printed::Kind take_kind(std::string_view& text) {
  constexpr std::string_view kAbout = "about ";
  Printed::Kind kind = Printed::Kind::kValue;
  if (text.substr(0, kAbout.size()) == kAbout) {
    text.remove_prefix(kAbout.size());
    kind = Printed::Kind::kAbout;
  } else if (!text.empty() && (text[0] == '>' || text[0] == '<')) {
    kind = text[0] == '>' ? Printed::Kind::kAbove : Printed::Kind::kBelow;
    text.remove_prefix(1);
  }
  text = trimmed(text);
  return kind;
}

/// Takes " %" off the end: the power of ten that it stands for.
int take_percent(std::string_view& text) {
  if (text.empty() || text.back() != '%')
    return 0;
  text.remove_suffix(1);
  text = trimmed(text);
  return -2;
}

/// Decimal places of the last digit that counts: "0.0690" has 4, "200" has 0 or, about, -2. Empty
/// if none counts.
std::optional<int> last_place(std::string_view mantissa, bool skip_zeros) {
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  for (std::size_t i = mantissa.size(); i-- > 0;) {
    const char c = mantissa[i];
    if (c < '0' || c > '9' || (skip_zeros && c == '0'))
      continue;
    const auto at = static_cast<int>(i);
    const auto dot = static_cast<int>(point);
    return at > dot ? at - dot : at - dot + 1;
  }
  return {};
}

}  // namespace

std::optional<Printed> parse_printed(std::string_view text) {
  Printed printed;
  printed.text = text;
  text = trimmed(text);
  printed.kind = take_kind(text);
  const int percent = take_percent(text);
  if (!parse_number(text))
    return {};
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, e);
  // The number was read above, so an exponent that is there is a whole number; a point that only
  // moves keeps the value exact to the last bit, which dividing by 100 would not.
  const std::string_view power = text.substr(std::min(e + 1, text.size()));
  const std::int64_t exponent = (power.empty() ? 0 : std::stoll(std::string(power))) + percent;
  const std::optional<int> place = last_place(mantissa, printed.kind == Printed::Kind::kAbout);
  if (!place)
    return {};
  const std::optional<double> value = parse_number(fmt::format("{}e{}", mantissa, exponent));
  const std::optional<double> unit = parse_number(fmt::format("1e{}", exponent - *place));
  if (!value || !unit)
    return {};
  printed.value = *value;
  printed.unit = *unit;
  return printed;
}

}  // namespace mlpsweep::sweeps
