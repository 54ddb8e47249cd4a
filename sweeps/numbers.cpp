#include "sweeps/numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace mlpsweep::sweeps {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_from(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end]))
    ++end;
  return end - at;
}

/// [-+]? (digits [. digits*]? | . digits) ([eE] [-+]? digits)?, the number of YAML 1.2's core
/// schema.
bool looks_decimal(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t whole = digits_from(text, at);
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits_from(text, at + 1);
    if (whole + fraction == 0)
      return false;
    at += 1 + fraction;
  } else if (whole == 0) {
    return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+'))
      ++at;
    const std::size_t exponent = digits_from(text, at);
    if (exponent == 0)
      return false;
    at += exponent;
  }
  return at == text.size();
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+'))
    text.remove_prefix(1);
  return text;
}

/// 010 is 8 to some readers and 10 to others; so it is refused rather than guessed.
bool looks_octal(std::string_view text) {
  text = without_sign(text);
  return text.size() > 1 && text[0] == '0' && is_digit(text[1]);
}

/// from_chars takes a minus but no plus.
std::string_view for_from_chars(std::string_view text) {
  if (!text.empty() && text[0] == '+')
    text.remove_prefix(1);
  return text;
}

template <class Whole>
std::optional<Whole> parse_digits(std::string_view text) {
  const std::string_view digits = without_sign(text);
  if (looks_octal(text) || digits.empty() || digits_from(digits, 0) != digits.size())
    return {};
  const std::string_view plain = for_from_chars(text);
  Whole value{};
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc() || end != plain.data() + plain.size())
    return {};
  return value;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  if (!looks_decimal(text) || looks_octal(text))
    return {};
  const std::string_view plain = for_from_chars(text);
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc() || end != plain.data() + plain.size())
    return {};
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  return parse_digits<std::int64_t>(text);
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  return parse_digits<std::uint64_t>(text);
}

std::string why_no_number(std::string_view text) {
  if (looks_octal(text))
    return "a leading zero can be read as octal: write it without";
  if (looks_decimal(text)) {
    return parse_number(text) ? "" : "this is too large or too small for a 64-bit number";
  }
  std::string word;
  for (const char c : without_sign(text)) {
    if (c != '.')
      word += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  if (word == "nan" || word == "inf" || word == "infinity")
    return "only finite numbers are taken";
  if (word.substr(0, 2) == "0x" || word.substr(0, 2) == "0o")
    return "only decimal numbers are taken";
  if (std::count(text.begin(), text.end(), ',') == 1)
    return "a point, not a comma, parts the decimals";
  return "";
}

}  // namespace mlpsweep::sweeps
