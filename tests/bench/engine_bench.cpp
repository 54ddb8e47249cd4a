// Trains one network on Fashion-MNIST and prints the seconds of each epoch as one line of JSON:
//   engine_bench WORKLOAD THREADS EPOCHS [avx2|avx512 [ROWS]]
// Loading is not counted; the split and the scaling are, as part of the first epoch. Not a test:
// one_trial.py runs it beside a peer. With ROWS it trains on so many rows made up here instead, the
// same ones everywhere: instruction_counts.py counts what that takes.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <memory>
#include <optional>
#include <random>
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
  spec.train_figures = "running";  // the step's own forward pass; so do the peers
  return spec;
}

/// Two classes, row by row, as reports R0 and R1 train (sweeps/reports).
TrainSpec single_rows(int units, int rows, double rate) {
  TrainSpec spec = full_batch();
  spec.data.classes = {"3", "9"};
  spec.data.positive = "9";
  spec.data.split = {rows, 0, 0};
  spec.hidden = {units};
  spec.output = "sigmoid";
  spec.loss = "binary_cross_entropy";
  spec.batch_size = 1;
  spec.shuffle = "none";
  spec.optimizer.learning_rate = rate;
  return spec;
}

TrainSpec find_workload(std::string_view name) {
  if (name == "w1")
    return minibatches({128}, "tanh");
  if (name == "w2")
    return minibatches({203, 203}, "relu");
  if (name == "w3")
    return full_batch();
  if (name == "w4a")
    return single_rows(64, 800, 0.004);
  if (name == "w4b")
    return single_rows(12, 12'000, 0.01);
  throw InputError("workload: expected w1, w2, w3, w4a or w4b, found '" + std::string(name) + "'");
}

/// Images of Fashion-MNIST's size that are the same on every machine; a fifth of them validates
/// where the workload has a validation part.
std::shared_ptr<const Dataset> made_up(TrainSpec& spec, int rows) {
  const int classes = spec.data.classes.empty() ? 10 : static_cast<int>(spec.data.classes.size());
  spec.data.split = {std::nullopt, *spec.data.split.validation > 0 ? rows / 5 : 0, 0};
  auto data = std::make_shared<Dataset>();
  data->name = "made-up";
  data->height = 28;
  data->width = 28;
  data->classes = classes;
  data->train.rows = static_cast<std::size_t>(rows);
  std::minstd_rand random(1);  // the same numbers by every standard library
  std::vector<std::uint8_t> pixels(data->train.rows * data->inputs());
  for (std::uint8_t& pixel : pixels) {
    const auto byte = static_cast<std::uint8_t>(random() >> 8);
    pixel = byte < 128 ? 0 : byte;  // half of Fashion-MNIST's are 0
  }
  data->train.pixels = std::move(pixels);
  for (int row = 0; row < rows; ++row) {
    data->train.labels.push_back(static_cast<std::uint8_t>(row % classes));
  }
  return data;
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

nlohmann::json run(const std::string& workload, int threads, int epochs, int made_up_rows) {
  TrainSpec spec = find_workload(workload);
  spec.epochs = epochs;
  const auto data = made_up_rows > 0 ? made_up(spec, made_up_rows) : DatasetCache().get(spec.data);
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
          {"train_accuracy", result.last.train_accuracy},
          {"validation_accuracy", result.last.validation_accuracy}};
}

}  // namespace
}  // namespace mlpsweep::engine

int main(int count, char** words) {
  if (count < 4 || count > 6) {
    std::fputs("usage: engine_bench w1|w2|w3|w4a|w4b THREADS EPOCHS [avx2|avx512 [ROWS]]\n",
               stderr);
    return 2;
  }
  try {
    if (count > 4)
      mlpsweep::engine::use_isa(words[4]);
    const auto measured = mlpsweep::engine::run(words[1], std::stoi(words[2]), std::stoi(words[3]),
                                                count > 5 ? std::stoi(words[5]) : 0);
    std::puts(measured.dump().c_str());
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 2;
  }
  return 0;
}
