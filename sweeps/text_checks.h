// What is refused of a file before anyone reads YAML in it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sweeps/diagnostics.h"

namespace mlpsweep::sweeps {

inline constexpr std::size_t kMostBytes = 1 << 20;

/// Reports a text that is too large, empty, no UTF-8 (so UTF-16 and binary files too), begins with
/// a byte order mark or holds control characters. Nothing of such a text should be parsed.
void check_text(std::string_view text, Diagnostics& diagnostics);

/// Bytes of the well-formed UTF-8 character that `text` begins with; 0 if it begins with none.
/// Source   The Unicode Standard 15, table 3-7.
[[nodiscard]] std::size_t character_length(std::string_view text);

/// `text` as a terminal may have it, which obeys control characters in words that anybody may have
/// written: they (tabs and line breaks apart), those that turn the direction of writing, and bytes
/// that are no UTF-8 become '?'.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace mlpsweep::sweeps
