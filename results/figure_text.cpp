#include "results/figure_text.h"

#include <cmath>

#include <fmt/format.h>

#include "results/select.h"

namespace mlpsweep::results {

std::string figure_text(std::string_view figure_name, double value, bool percent) {
  if (std::isnan(value)) {
    return "-";
  }
  if (is_share(figure_name)) {
    return percent ? fmt::format("{:.2f}", 100 * value) : fmt::format("{:.4f}", value);
  }
  if (figure_name == "epochs_run" || figure_name == "best_epoch") {
    return fmt::format("{:.0f}", value);
  }
  if (figure_name == "train_seconds") {
    return fmt::format("{:.1f}", value);
  }
  return fmt::format("{:#.4g}", value);
}

}  // namespace mlpsweep::results
