// Lines of comma-separated values: text -> fields, touching no file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlpsweep::engine {

/// Cuts one line, without its line break, into fields. A field in double quotes loses them, and two
/// of them inside stand for one; spaces around a field are dropped.
///
/// `fields` gets the first `most` of them, as parts of `line`, where those in quotes are unpacked
/// in place: a line is cut into fields once. Returns how many there are in all.
///
/// Errors   InputError that begins with `place` (file:line): a quote that does not end, or text
///          behind one.
/// Source   RFC 4180, without line breaks inside of fields.
std::size_t cut_csv_line(std::string& line, std::string_view place,
                         std::vector<std::string_view>& fields, std::size_t most);

/// The finite number that is all of `text`: "7", "+4", "2e1"; nothing if there is none.
[[nodiscard]] std::optional<double> csv_number(std::string_view text);

}  // namespace mlpsweep::engine
