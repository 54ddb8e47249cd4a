// Labels as texts become classes 0 .. K-1 with names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlpsweep::engine {

/// Classes are kept as bytes.
inline constexpr std::size_t kMostClasses = 256;

/// The distinct texts of both parts: in the order of numbers if all are numbers, else by letters.
///
/// Errors   InputError that begins with `place`: more than 256, fewer than two, an empty one, one
///          with a comma or a line break (lists of labels are written with commas) or that is no
///          UTF-8.
[[nodiscard]] std::vector<std::string> class_names_of(std::span<const std::string> train,
                                                      std::span<const std::string> test,
                                                      std::string_view place);

/// The place of each text in `names`, which holds all of them.
[[nodiscard]] std::vector<std::uint8_t> encode_labels(std::span<const std::string> texts,
                                                      const std::vector<std::string>& names);

/// "0" .. "K-1"
[[nodiscard]] std::vector<std::string> plain_names(int classes);

}  // namespace mlpsweep::engine
