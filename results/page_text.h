// A page for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "results/report_page.h"

namespace mlpsweep::results {

/// Texts are wrapped to `width` columns; where a table is too wide, its widest columns of text are.
/// A picture is the name of its file.
[[nodiscard]] std::string text_of(const ReportPage& page, std::size_t width = 100);

}  // namespace mlpsweep::results
