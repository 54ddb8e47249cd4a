// Numbers as YAML 1.2 writes them, and nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlpsweep::sweeps {

/// A decimal number such as 0.1, -3, 1e-3 or .5.
///
/// Range    Finite; what a double can't hold (1e-400, 1e400) is no number.
/// Errors   Empty for anything else: nan, inf, hexadecimal, a leading zero that looks octal,
/// letters
///          or spaces after the number.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

/// A decimal whole number without point or exponent, in the range of its type.
[[nodiscard]] std::optional<std::int64_t> parse_whole(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_unsigned(std::string_view text);

/// For people: why `text`, which was meant to be a number, is none here; empty if nothing can be
/// said that "expected a number" does not say.
[[nodiscard]] std::string why_no_number(std::string_view text);

}  // namespace mlpsweep::sweeps
