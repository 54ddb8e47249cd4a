#include "results/figure_text.h"

#include <cmath>

#include <fmt/format.h>

#include "results/select.h"
#include "sweeps/figure_names.h"

namespace mlpsweep::results {

std::string figure_text(std::string_view figure_name, double value, bool percent) {
  if (std::isnan(value)) {
    return "-";
  }
  if (is_share(figure_name)) {
    return percent ? fmt::format("{:.2f}", 100 * value) : fmt::format("{:.4f}", value);
  }
  const sweeps::Quantity quantity = sweeps::quantity_of(figure_name);
  if (quantity == sweeps::Quantity::kEpochs) {
    return std::isinf(value) ? "never" : fmt::format("{:.0f}", value);
  }
  if (quantity == sweeps::Quantity::kSeconds) {
    return value < 0.95 ? fmt::format("{:.2g}", value) : fmt::format("{:.1f}", value);
  }
  return fmt::format("{:#.4g}", value);
}

}  // namespace mlpsweep::results
