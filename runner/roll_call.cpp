#include "runner/roll_call.h"

#include <algorithm>

namespace mlpsweep::runner {

void RollCall::listen(Clock::time_point now) {
  if (begun_) {
    listened_ += std::min<Clock::duration>(now - last_, std::chrono::seconds(1));
  }
  begun_ = true;
  last_ = now;
}

Clock::duration RollCall::silence(int rank) const {
  const auto at = heard_.find(rank);
  return at == heard_.end() ? listened_ : listened_ - at->second;
}

}  // namespace mlpsweep::runner
