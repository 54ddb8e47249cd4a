// One step of training: mean gradient of a batch, and the update.
#include <algorithm>
#include <array>

#include "engine/entries.h"
#include "engine/errors.h"
#include "engine/network.h"
#include "engine/optimizer_forms.h"
#include "engine/parallel.h"
#include "engine/unknown_name.h"

namespace mlpsweep::engine {
namespace {

/// Rows that are held at once. A larger batch adds up its gradient over pieces of this size: one
/// product over 40,000 rows ran at half the speed.
constexpr int kMostRowsAtOnce = 1000;

/// A batch is cut into this many rows at least, and into this many blocks at most. Both must never
/// depend on the number of threads: under AVX2 a row's sums depend on how many rows a product has.
constexpr int kRowsOfBlock = 64;
constexpr int kMostBlocks = 8;

/// Entries of a weight gradient that one block computes.
constexpr int kWeightsOfBlock = 32768;

/// Where rows stay bytes no sum hangs on the blocks: one is worth its handing out from this many
/// multiply-adds on, zeros counted (some 25 us).
constexpr std::int64_t kWorkOfByteBlock = 3 << 19;

int row_blocks(int rows) {
  return std::clamp(rows / kRowsOfBlock, 1, kMostBlocks);
}

/// How the gradient of a layer's weights is dealt out: in so many blocks of whole groups of inputs.
struct Deal {
  int blocks;
  int group;
  int groups;
};

template <class Real>
Deal deal_inputs(const Layer<Real>& layer, bool from_bytes, int rows) {
  const std::int64_t weights = static_cast<std::int64_t>(layer.inputs) * layer.stride;
  const std::int64_t blocks = std::min<std::int64_t>(
      from_bytes ? weights * rows / kWorkOfByteBlock : weights / kWeightsOfBlock, kMostBlocks);
  const int group = from_bytes ? kPadding : 1;  // inputs are looked through so many at a time
  const int groups = (layer.inputs + group - 1) / group;
  // Never more blocks than groups: an empty block would be taken for the first one, which updates
  // the biases.
  return {static_cast<int>(std::clamp<std::int64_t>(blocks, 1, groups)), group, groups};
}

/// Where block b of `blocks` begins, of n entries dealt out as evenly as can be.
int block_begin(int n, int blocks, int b) {
  return static_cast<int>(static_cast<std::int64_t>(n) * b / blocks);
}

}  // namespace

template <class Real>
Steps<Real>::Steps(const Network<Real>& network, int most_rows, const ByteScale<Real>* bytes)
    : passes_(network, std::min(most_rows, kMostRowsAtOnce),
              bytes == nullptr ? Passes<Real>::Form::kNumbers : Passes<Real>::Form::kBytes),
      bytes_(bytes),
      predicted_(std::min(most_rows, kMostRowsAtOnce)),
      gradients_(network.layers) {
  for (int l = 0; l < static_cast<int>(network.layers.size()); ++l) {
    const Layer<Real>& layer = network.layers[l];
    const Deal deal =
        deal_inputs(layer, l == 0 && bytes != nullptr, std::min(most_rows, kMostRowsAtOnce));
    const auto begin = [&](int b) {
      return std::min(layer.inputs, deal.group * block_begin(deal.groups, deal.blocks, b));
    };
    for (int b = 0; b < deal.blocks; ++b)
      blocks_.push_back({l, begin(b), begin(b + 1)});
  }
}

template <class Real>
void Steps<Real>::step(Network<Real>& network, int rows, const Fill<Real>& fill,
                       Updater<Real>* updater, Tally* tally) {
  const auto share = static_cast<Real>(1) / static_cast<Real>(rows);
  if (bytes_ != nullptr) {
    first_sums(network, *bytes_, start_);
    passes_.enter_bytes(bytes_, start_.data());
  }
  for (int first = 0; first < rows; first += kMostRowsAtOnce) {
    const int here = std::min(kMostRowsAtOnce, rows - first);
    const int parts = row_blocks(here);
    std::array<Tally, kMostBlocks> tallies;  // added up in the order of the rows
    for_blocks(parts, [&](int b) {
      const int begin = block_begin(here, parts, b);
      const int end = block_begin(here, parts, b + 1);
      fill(first + begin, first + end, passes_.entrance(begin));
      passes_.forward(network, begin, end);
      if (tally != nullptr)
        tallies[b] = tally_of(network, begin, end);
      passes_.backward(network, begin, end, share);
    });
    for (int b = 0; tally != nullptr && b < parts; ++b)
      tally->add(tallies[b]);
    using Sum = typename Passes<Real>::Sum;
    const Sum sum = first == 0 ? Sum::kStart : Sum::kContinue;
    const bool complete = first + here == rows;
    passes_.begin_gradients(here);
    for_blocks(static_cast<int>(blocks_.size()), [&](int b) {
      const auto [layer, begin, end] = blocks_[b];
      passes_.gradient(layer, begin, end, here, sum, gradients_[layer]);
      if (complete && updater != nullptr)
        updater->update(layer, begin, end, rows, gradients_[layer], network.layers[layer]);
    });
  }
}

template <class Real>
Tally Steps<Real>::tally_of(const Network<Real>& network, int begin, int end) {
  Tally tally{passes_.score(network, begin, end, predicted_.data() + begin)};
  for (int r = begin; r < end; ++r)
    tally.right += predicted_[r] == passes_.labels()[r];
  return tally;
}

template <class Real>
Updater<Real>::Updater(const TrainSpec& spec, const Network<Real>& network) {
  const auto& all = kernels<Real>();
  const auto* end = all.updates + all.update_count;
  method = std::find_if(all.updates, end, [&](const UpdateLoops<Real>& entry) {
    return entry.name == spec.optimizer.name;
  });
  if (method == end)
    throw InputError(unknown_name("optimizer.name", spec.optimizer.name, optimizer_entries()));
  const Optimizer& o = spec.optimizer;
  const MomentumForm& form = find_momentum_form(o.momentum_form);
  biases = {static_cast<Real>(o.learning_rate),
            static_cast<Real>(o.momentum),
            static_cast<Real>(form.gradient_share(o.momentum)),
            Real{0},
            Real{0},
            false};
  weights = biases;
  weights.l1 = static_cast<Real>(spec.l1);
  weights.twice_l2 = static_cast<Real>(2 * spec.l2);
  weights.penalty_outside = spec.penalty_form == "outside_momentum";
  sum_biases = spec.bias_step == "summed";
  if (o.momentum == 0)
    return;
  for (const Layer<Real>& layer : network.layers)
    velocity.emplace_back(layer.inputs, layer.units);
}

template <class Real>
void Updater<Real>::update(int layer, int begin, int end, int rows, const Layer<Real>& gradient,
                           Layer<Real>& into) {
  const std::size_t first = static_cast<std::size_t>(begin) * into.stride;
  const std::size_t count = static_cast<std::size_t>(end - begin) * into.stride;
  Layer<Real>* v = velocity.empty() ? nullptr : &velocity[layer];
  method->update(weights, gradient.weights.data() + first,
                 v == nullptr ? nullptr : v->weights.data() + first, into.weights.data() + first,
                 count);
  if (begin != 0)
    return;
  Step<Real> step = biases;
  if (sum_biases)
    step.gradient_share *= static_cast<Real>(rows);
  method->update(step, gradient.biases.data(), v == nullptr ? nullptr : v->biases.data(),
                 into.biases.data(), into.biases.size());
}

template class Steps<float>;
template class Steps<double>;
template struct Updater<float>;
template struct Updater<double>;

}  // namespace mlpsweep::engine
