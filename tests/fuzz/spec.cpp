// YAML text -> sweep -> its first trials.
#include <algorithm>
#include <string_view>

#include "sweeps/plan.h"
#include "sweeps/read_sweep.h"

#include "fuzz.h"

namespace mlpsweep::fuzz {

void read(Bytes input) {
  constexpr std::uint64_t kMostTrials = 100;
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  const sweeps::Sweep sweep =
      sweeps::read_sweep("sweep.yaml", text, {{}, kMostTrials, sweeps::DataFiles::kMayBeGone});
  must(sweep.text == text, "a sweep keeps its text");
  must(sweep.trials() <= kMostTrials, "no more trials than are allowed");
  const std::uint64_t shown = std::min<std::uint64_t>(sweep.trials(), 3);
  for (std::uint64_t i = 0; i < shown; ++i) {
    static_cast<void>(sweep.trial(i));
    static_cast<void>(sweep.trial(sweep.trials() - 1 - i));
  }
  if (sweep.configurations() <= 5) {
    static_cast<void>(sweeps::resolved_json(sweep));
  }
  const auto any_data = [](const engine::DataSpec&) -> sweeps::DataFacts {
    return {.inputs = 784, .classes = 10, .train_rows = 1000, .test_rows = 100, .checksum = "0"};
  };
  std::uint64_t planned = 0;
  const sweeps::Plan plan =
      sweeps::make_plan(sweep, any_data, [&](const sweeps::PlanRow&) { ++planned; });
  must(plan.trials == planned, "a plan counts the trials that it gives");
}

}  // namespace mlpsweep::fuzz
