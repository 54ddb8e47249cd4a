// Trains one network on Fashion-MNIST and prints the seconds of each epoch as one line of JSON:
//   engine_bench WORKLOAD THREADS EPOCHS [avx2|avx512]
// Loading is not counted; the split and the scaling are, as part of the first epoch. Not a test:
// bench_speed.py runs it beside a peer.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/dataset.h"
#include "engine/errors.h"
#include "engine/isa.h"
#include "engine/parallel.h"
#include "engine/train.h"

namespace mlpsweep::engine {
namespace {

/// 48,000 rows to train on and 12,000 to validate, both scored after each epoch.
TrainSpec minibatches(std::vector<int> hidden, const char* activation) {
  TrainSpec spec;
  spec.data.set = "fashion-mnist";
  spec.data.split.validation = 12'000;
  spec.data.split.test = 0;
  spec.data.scale = {"zscore", "all", "training"};
  spec.hidden = std::move(hidden);
  spec.activation = activation;
  spec.batch_size = 128;
  spec.l2 = 1e-4;
  spec.optimizer = {"sgd", 0.01, 0.9, "averaged"};
  spec.seed = 1;
  return spec;
}

/// 40,000 rows in one batch, 20,000 to validate.
TrainSpec full_batch() {
  TrainSpec spec = minibatches({64}, "sigmoid");
  spec.data.split.validation = 20'000;
  spec.data.scale.method = "unit";
  spec.batch_size = 0;
  spec.l2 = 0;
  spec.optimizer = {"sgd", 0.7, 0, "classical"};
  return spec;
}

TrainSpec find_workload(std::string_view name) {
  if (name == "w1")
    return minibatches({128}, "tanh");
  if (name == "w2")
    return minibatches({203, 203}, "relu");
  if (name == "w3")
    return full_batch();
  throw InputError("workload: expected w1, w2 or w3, found '" + std::string(name) + "'");
}

/// Seconds since its start, by the clock on the wall and by this process's processor time.
class Stopwatch {
 public:
  /// Adds the seconds since the last lap to both lists.
  void lap(std::vector<double>& seconds, std::vector<double>& cpu_seconds) {
    const Clock::time_point now = Clock::now();
    const std::clock_t cpu_now = std::clock();
    seconds.push_back(std::chrono::duration<double>(now - last_).count());
    cpu_seconds.push_back(static_cast<double>(cpu_now - cpu_last_) / CLOCKS_PER_SEC);
    last_ = now;
    cpu_last_ = cpu_now;
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_ = Clock::now();
  std::clock_t cpu_last_ = std::clock();
};

nlohmann::json run(const std::string& workload, int threads, int epochs) {
  TrainSpec spec = find_workload(workload);
  spec.epochs = epochs;
  const auto data = DatasetCache().get(spec.data);
  std::vector<double> seconds;
  std::vector<double> cpu_seconds;
  TrialResult result;
  ThreadPool pool(threads);
  pool.run([&] {
    Stopwatch stopwatch;
    TrainHooks hooks;
    hooks.epoch_done = [&](int, const Figures&) { stopwatch.lap(seconds, cpu_seconds); };
    result = train(spec, *data, hooks);
  });
  pool.wait();
  return {{"peer", "mlpsweep"},
          {"workload", workload},
          {"threads", threads},
          {"isa", isa_in_use()},
          {"libraries", library_versions()},
          {"processor", processor_name()},
          {"epoch_seconds", seconds},
          {"epoch_cpu_seconds", cpu_seconds},
          {"train_loss", result.last.train_loss},
          {"validation_accuracy", result.last.validation_accuracy}};
}

}  // namespace
}  // namespace mlpsweep::engine

int main(int count, char** words) {
  if (count != 4 && count != 5) {
    std::fputs("usage: engine_bench w1|w2|w3 THREADS EPOCHS [avx2|avx512]\n", stderr);
    return 2;
  }
  try {
    if (count == 5)
      mlpsweep::engine::use_isa(words[4]);
    const auto measured = mlpsweep::engine::run(words[1], std::stoi(words[2]), std::stoi(words[3]));
    std::puts(measured.dump().c_str());
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 2;
  }
  return 0;
}
