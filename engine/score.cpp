#include "engine/score.h"

#include <algorithm>
#include <array>

#include "engine/parallel.h"

namespace mlpsweep::engine {

void RowSource::fill(const std::uint32_t* rows, int count, float* inputs_out, int stride,
                     std::uint8_t* labels) const {
  const bool own_scale = scaler->per_image;
  kernels<float>().gather({images->pixels.data(), rows, count, inputs,
                           own_scale ? nullptr : scaler->mean.data(),
                           own_scale ? nullptr : scaler->factor.data(), inputs_out, stride});
  for (int r = 0; r < count; ++r)
    labels[r] = images->labels[rows[r]];
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
  for_blocks(static_cast<int>(parts.size()), [&](int b) {
    const std::int64_t first = static_cast<std::int64_t>(b) * kScoredRows;
    const int count = static_cast<int>(std::min<std::int64_t>(kScoredRows, total - first));
    auto passes = take();
    source.fill(rows.data() + first, count, passes->inputs(0), passes->input_stride(),
                passes->labels(0));
    passes->forward(network_, 0, count);
    std::array<std::uint8_t, kScoredRows> predicted;
    parts[b].tally.loss = passes->score(network_, 0, count, predicted.data());
    for (int r = 0; r < count; ++r)
      parts[b].tally.right += predicted[r] == passes->labels(0)[r];
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

std::unique_ptr<Passes<float>> Scorer::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      auto passes = std::move(free_.back());
      free_.pop_back();
      return passes;
    }
  }
  return std::make_unique<Passes<float>>(network_, kScoredRows);
}

void Scorer::give_back(std::unique_ptr<Passes<float>> passes) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(passes));
}

}  // namespace mlpsweep::engine
