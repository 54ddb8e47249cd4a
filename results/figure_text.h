// One figure of one trial, as people read it.
#pragma once

#include <string>
#include <string_view>

namespace mlpsweep::results {

/// Four decimals for shares (all that 10,000 images can tell), whole epochs (or "never"), tenths of
/// seconds (two significant digits below one), four significant digits for losses; "-" for NaN.
[[nodiscard]] std::string figure_text(std::string_view figure_name, double value,
                                      bool percent = false);

}  // namespace mlpsweep::results
