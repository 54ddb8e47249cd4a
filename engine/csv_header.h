// Whether a CSV file begins with the names of its columns or with an image, told from two lines.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace mlpsweep::engine {

/// What a file's first line is. kEither: its own words and numbers allow both.
enum class FirstLine { kHeader, kRow, kEither };

/// All fields but the label's must be numbers in an image's line; the label may be a text there. So
/// the first line is
///   a header   if most of the other fields are texts, or they count up by one from 0 or 1, as data
///              frames name columns, over 16 fields or more (no picture does);
///   either     if its label is a text above a number, or its few fields count up beside a label
///              that is a text in one of the lines at least;
///   an image   else. A few texts among numbers are a fault of an image, never a header.
/// A counting line with a text for a label is a header where a number stands below that text, or
/// nothing at all.
///
/// Shapes   `first` and `second` hold the fields of the first two lines; `second` is empty where
///          there is none. `label` < first.size() is the label's place.
[[nodiscard]] FirstLine kind_of_first_line(std::span<const std::string_view> first,
                                           std::span<const std::string_view> second,
                                           std::size_t label);

}  // namespace mlpsweep::engine
