// How a text stands in one line: its columns on a terminal, and nothing in it that breaks the line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mlpsweep::results {

/// Columns of UTF-8 text: wide letters (Chinese, Japanese, Korean, emoji) count two, combining ones
/// none. Not wcwidth(3): in the C locale, which this program keeps, it knows ASCII only.
///
/// Range    Bytes that are no UTF-8 count one each; control letters one (callers replace them).
/// Source   Blocks of Unicode 15, "East Asian Width" W and F, by whole blocks.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// The text with a blank for each control letter, which would break the line or steer the terminal.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace mlpsweep::results
