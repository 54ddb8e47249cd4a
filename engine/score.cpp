#include "engine/score.h"

#include <algorithm>
#include <array>

#include "engine/parallel.h"

namespace mlpsweep::engine {
namespace {

/// Rows enter as bytes where at least this share of them is 0, ...
constexpr double kLeastZeros = 1. / 3;
/// ... by these rows of the training file, the same ones for every trial and thread.
constexpr std::size_t kRowsLookedAt = 1000;
/// ... and the first layer has two registers of units: with fewer, a list costs more than it saves.
constexpr int kLeastUnits = 2 * kPadding;

}  // namespace

bool enters_as_bytes(const TrainSpec& spec, const Dataset& data, const Scaler& scaler) {
  if (scaler.per_image || spec.hidden.empty() || padded(spec.hidden.front()) < kLeastUnits)
    return false;
  const std::size_t rows = std::min(data.train.rows, kRowsLookedAt);
  const std::size_t bytes = rows * data.inputs();
  const auto zeros = std::count(data.train.pixels.begin(), data.train.pixels.begin() + bytes, 0);
  return static_cast<double>(zeros) >= kLeastZeros * static_cast<double>(bytes);
}

void RowSource::fill(const std::uint32_t* rows, int count, const Entrance<float>& entrance) const {
  for (int r = 0; r < count; ++r)
    entrance.labels[r] = images->labels[rows[r]];
  if (entrance.pixels != nullptr) {
    for (int r = 0; r < count; ++r)
      entrance.pixels[r] = images->pixels.data() + static_cast<std::size_t>(rows[r]) * inputs;
    return;
  }
  const bool own_scale = scaler->per_image;
  kernels<float>().gather(
      {images->pixels.data(), rows, count, inputs, own_scale ? nullptr : scaler->mean.data(),
       own_scale ? nullptr : scaler->factor.data(), entrance.inputs, entrance.stride});
}

Score Scorer::score(const RowSource& source, const std::vector<std::uint32_t>& rows,
                    std::vector<std::uint8_t>* predictions) {
  if (rows.empty())
    return {};
  struct Part {
    Tally tally;
    std::int16_t only_class = kSeveralClasses;
  };
  const auto total = static_cast<std::int64_t>(rows.size());
  std::vector<Part> parts((rows.size() + kScoredRows - 1) / kScoredRows);
  if (predictions != nullptr)
    predictions->resize(rows.size());
  if (source.bytes != nullptr)
    first_sums(network_, *source.bytes, start_);
  for_blocks(static_cast<int>(parts.size()), [&](int b) {
    const std::int64_t first = static_cast<std::int64_t>(b) * kScoredRows;
    const int count = static_cast<int>(std::min<std::int64_t>(kScoredRows, total - first));
    auto passes = take(source.bytes != nullptr);
    passes->enter_bytes(source.bytes, start_.data());
    source.fill(rows.data() + first, count, passes->entrance(0));
    passes->forward(network_, 0, count);
    std::array<std::uint8_t, kScoredRows> predicted;
    parts[b].tally.loss = passes->score(network_, 0, count, predicted.data());
    for (int r = 0; r < count; ++r)
      parts[b].tally.right += predicted[r] == passes->labels()[r];
    const auto end = predicted.begin() + count;
    if (std::count(predicted.begin(), end, predicted[0]) == count)
      parts[b].only_class = predicted[0];
    if (predictions != nullptr)
      std::copy_n(predicted.begin(), count, predictions->begin() + first);
    give_back(std::move(passes));
  });
  Tally sum;
  std::int16_t only_class = parts[0].only_class;
  for (const Part& part : parts) {
    sum.add(part.tally);
    if (part.only_class != only_class)
      only_class = kSeveralClasses;
  }
  return score_of(sum, total, only_class);
}

Score score_of(const Tally& tally, std::int64_t rows, std::int16_t only_class) {
  return {tally.loss / static_cast<double>(rows),
          static_cast<double>(tally.right) / static_cast<double>(rows), only_class};
}

std::unique_ptr<Passes<float>> Scorer::take(bool bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      auto passes = std::move(free_.back());
      free_.pop_back();
      return passes;
    }
  }
  using Form = Passes<float>::Form;
  return std::make_unique<Passes<float>>(network_, kScoredRows,
                                         bytes ? Form::kBytes : Form::kNumbers);
}

void Scorer::give_back(std::unique_ptr<Passes<float>> passes) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(passes));
}

}  // namespace mlpsweep::engine
