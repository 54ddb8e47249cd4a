#include "sweeps/value.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace mlpsweep::sweeps {
namespace {

/// The shortest digits that read back as the same number, laid out here and not by a library: every
/// fingerprint hangs on this spelling, so no other version of a library may change it.
std::string text_of_number(double number) {
  if (!std::isfinite(number))
    return std::isnan(number) ? "nan" : number < 0 ? "-inf" : "inf";
  if (number == 0)
    return "0";  // -0 is the same setting
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(number),
                                 std::chars_format::scientific)
                       .ptr;
  const std::string scientific(buffer.data(), end);
  const std::size_t e = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + e + 1);
  std::string digits = scientific.substr(0, 1);
  if (e > 2)
    digits += scientific.substr(2, e - 2);
  const int count = static_cast<int>(digits.size());

  const std::string_view sign = number < 0 ? "-" : "";
  const std::string_view all = digits;
  if (exponent < -4 || exponent > 14) {
    const std::string_view point = count > 1 ? "." : "";
    return fmt::format("{}{}{}{}e{}", sign, all.substr(0, 1), point, all.substr(1), exponent);
  }
  if (exponent < 0)
    return fmt::format("{}0.{:0<{}}{}", sign, "", -exponent - 1, all);
  const int whole = exponent + 1;
  if (count <= whole)
    return fmt::format("{}{}{:0<{}}", sign, all, "", whole - count);
  return fmt::format("{}{}.{}", sign, all.substr(0, whole), all.substr(whole));
}

struct Spelling {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return text_of_number(value); }
  std::string operator()(const std::string& value) const { return value; }
};

}  // namespace

std::string text_of(const Value& value) {
  return std::visit(Spelling{}, value);
}

}  // namespace mlpsweep::sweeps
