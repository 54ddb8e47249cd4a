#include "engine/watch.h"

#include "engine/errors.h"
#include "engine/unknown_name.h"

namespace mlpsweep::engine {

Watch::Watch(const EarlyStop& settings) : settings_(settings) {
  check_word("early_stop.stop_when", settings.stop_when, {"exceeded", "reached"});
  check_word("early_stop.restore", settings.restore, {"auto", "best", "last"});
  if (settings.stop_when == "reached" && settings.patience == 0)
    throw InputError(
        "early_stop.patience: expected 1 or more where early_stop.stop_when is reached, found 0");
}

bool Watch::is_best(double loss) {
  const bool best = !any_ || loss < best_;
  epochs_above_ = !best && loss > best_ ? epochs_above_ + 1 : 0;
  if (best)
    best_ = loss;
  any_ = true;
  return best;
}

bool Watch::enough() const {
  if (!settings_.patience)
    return false;
  return settings_.stop_when == "reached" ? epochs_above_ >= *settings_.patience
                                          : epochs_above_ > *settings_.patience;
}

bool Watch::restores_best() const {
  return settings_.restore == "best" ||
         (settings_.restore == "auto" && settings_.patience.has_value());
}

}  // namespace mlpsweep::engine
