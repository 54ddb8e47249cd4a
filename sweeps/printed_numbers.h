// Numbers as a report printed them: their digits say how exactly they are known.
#pragma once

#include <optional>
#include <string_view>

#include "sweeps/report.h"

namespace mlpsweep::sweeps {

/// What parse_printed() takes, for "expected ..." in messages.
inline constexpr std::string_view kPrintedForms =
    "a number as printed: 0.0690, 98 %, about 200, '> 0.98' or '< 50'";

/// Reads "0.0690", "1e-3", "98 %", "about 200", "> 0.98", "< 50 %".
///
/// Units    98 % is 0.98. `unit` is one unit of the last digit printed: 0.0690 gives 0.0001, 98 %
///          gives 0.01, 200 gives 1. After "about" it is one unit of the last digit that is not
///          zero: about 200 gives 100.
/// Errors   Empty for anything else, and for "about 0", which says nothing of the size.
[[nodiscard]] std::optional<Printed> parse_printed(std::string_view text);

}  // namespace mlpsweep::sweeps
