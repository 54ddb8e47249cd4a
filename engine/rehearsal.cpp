#include "engine/rehearsal.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "engine/cost.h"
#include "engine/epochs.h"
#include "engine/network.h"
#include "engine/partition.h"
#include "engine/score.h"

namespace mlpsweep::engine {
namespace {

using Rows = std::vector<std::uint32_t>;

double seconds_of(const ReadClock& clock, const std::function<void()>& work) {
  const double begun = clock();
  work();
  return clock() - begun;
}

/// Rows in batches: enough for so many seconds at that speed, one batch at least.
std::size_t whole_batches(double seconds, double seconds_a_row, std::size_t batch) {
  const double rows = seconds_a_row > 0 ? seconds / seconds_a_row : 0;
  const double batches = std::min(rows / static_cast<double>(batch), 1e9);
  return std::max<std::size_t>(1, static_cast<std::size_t>(batches)) * batch;
}

/// Rows that are passed at once at most; of a full batch this many stand for all.
constexpr std::int64_t kMostBatchRows = 5000;
/// Tells how many rows a piece can have, and brings code and weights into the caches.
constexpr std::size_t kFirstRows = 256;

}  // namespace

struct Rehearsal::Impl {
  Impl(const TrainSpec& spec_, const Dataset& data_, ReadClock clock_)
      : clock(std::move(clock_)),
        spec(spec_),
        data(data_),
        partition(make_partition(spec, data)),
        bytes(enters_as_bytes(spec, data, partition.scaler)
                  ? ByteScale<float>(partition.scaler.mean, partition.scaler.factor)
                  : ByteScale<float>()),
        source{&data.train, &partition.scaler, static_cast<int>(data.inputs()),
               enters_as_bytes(spec, data, partition.scaler) ? &bytes : nullptr},
        in_order(partition.train),
        network(spec, source.inputs, data.classes),
        scorer(network) {
    std::sort(in_order.begin(), in_order.end());
    network.initialize(spec);
    const auto all = static_cast<std::int64_t>(partition.train.size());
    const std::int64_t wanted = spec.batch_size == 0 ? all : spec.batch_size;
    batch = static_cast<std::size_t>(std::min({wanted, all, kMostBatchRows}));
  }

  /// The next `count` rows of `all`, from the beginning again behind the last.
  static Rows next(const Rows& all, std::size_t count, std::size_t& at) {
    count = std::min(count, all.size());
    at = at + count <= all.size() ? at : 0;
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(at);
    at += count;
    return {first, first + static_cast<std::ptrdiff_t>(count)};
  }

  /// Seconds a row, of training on `count` of them.
  double train(std::size_t count) {
    Partition rows;
    rows.train = next(partition.train, count, trained);
    Epochs epochs(spec, rows, source, network);
    Tally tally;
    Tally* running = spec.train_figures == "running" ? &tally : nullptr;
    const double seconds = seconds_of(clock, [&] { epochs.run(0, network, running); });
    return seconds / static_cast<double>(rows.train.size());
  }

  double score(std::size_t count) {
    const Rows rows = next(in_order, count, scored);
    const double seconds = seconds_of(clock, [&] { (void)scorer.score(source, rows); });
    return seconds / static_cast<double>(rows.size());
  }

  ReadClock clock;
  const TrainSpec& spec;
  const Dataset& data;
  Partition partition;
  ByteScale<float> bytes;
  RowSource source;
  Rows in_order;  ///< The training rows as they are scored.
  Network<float> network;
  Scorer scorer;
  std::size_t batch = 1;
  std::size_t trained = 0;  ///< Where the next rows begin.
  std::size_t scored = 0;
  double setup_seconds = 0;
};

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Rehearsal::Rehearsal(const TrainSpec& spec, const Dataset& data, ReadClock clock) {
  const double seconds =
      seconds_of(clock, [&] { impl_ = std::make_unique<Impl>(spec, data, clock); });
  impl_->setup_seconds = seconds;
}

Rehearsal::~Rehearsal() = default;

Pace Rehearsal::piece(double seconds) {
  Impl& trial = *impl_;
  const RowCounts counts =
      count_rows(trial.spec, part_rows(trial.spec, trial.data.train.rows, trial.data.test.rows));
  // Of a larger batch a part: timing two whole ones would take twice as long and tell no more.
  const std::size_t first = whole_batches(kFirstRows, 1, std::min(trial.batch, kFirstRows));
  const double train_row = trial.train(whole_batches(seconds / 2, trial.train(first), trial.batch));
  Pace pace{trial.setup_seconds, train_row * static_cast<double>(counts.trained)};
  if (counts.scored + counts.scored_last > 0) {
    const double score_row = trial.score(
        whole_batches(seconds / 2, trial.score(kFirstRows), static_cast<std::size_t>(kScoredRows)));
    pace.epoch += score_row * static_cast<double>(counts.scored);
    pace.fixed += score_row * static_cast<double>(counts.scored_last);
  }
  return pace;
}

}  // namespace mlpsweep::engine
