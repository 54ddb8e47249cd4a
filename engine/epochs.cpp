#include "engine/epochs.h"

#include <algorithm>

#include "engine/rng.h"

namespace mlpsweep::engine {

Epochs::Epochs(const TrainSpec& spec, const Partition& partition, const RowSource& source,
               const Network<float>& network)
    : spec_(spec), partition_(partition), source_(source), order_(partition.train) {
  const auto rows = static_cast<std::int64_t>(partition.train.size());
  batch_rows_ = spec.batch_size == 0 ? rows : std::min(spec.batch_size, rows);
  if (BatchOfOne::fits(spec)) {
    one_.emplace(spec, network);
  } else {
    steps_.emplace(network, static_cast<int>(batch_rows_), source.bytes);
    updater_.emplace(spec, network);
  }
}

void Epochs::run(int epoch, Network<float>& network, Tally* tally) {
  if (spec_.shuffle == "each_epoch")
    shuffle(epoch);
  if (one_) {
    one_->train(network, source_, order_, tally);
    return;
  }
  const auto rows = static_cast<std::int64_t>(order_.size());
  for (std::int64_t first = 0; first < rows; first += batch_rows_) {
    const std::uint32_t* batch = order_.data() + first;
    // The last batch may be shorter; it is trained like any other, averaged over its own rows.
    steps_->step(
        network, static_cast<int>(std::min(batch_rows_, rows - first)),
        [&](int begin, int end, const Entrance<float>& entrance) {
          source_.fill(batch + begin, end - begin, entrance);
        },
        &*updater_, tally);
  }
}

void Epochs::shuffle(int epoch) {
  const Stream stream(spec_.seed, spec_.repeat, Purpose::kOrder, static_cast<std::uint32_t>(epoch));
  const std::vector<std::uint32_t> places = stream.permutation(order_.size());
  for (std::size_t i = 0; i < places.size(); ++i)
    order_[i] = partition_.train[places[i]];
}

}  // namespace mlpsweep::engine
