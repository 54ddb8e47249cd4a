#include "results/store_weights.h"

#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/store_rows.h"

namespace mlpsweep::results {
namespace {

using engine::Tensor;
using engine::TrialResult;

/// Which weights, under which name.
struct Moment {
  const char* name;
  const char* description;
  std::vector<Tensor> TrialResult::*tensors;
};
constexpr Moment kMoments[] = {
    {"initial", "before the first step", &TrialResult::initial_weights},
    {"final", "the weights kept: the best under early stopping, else the last",
     &TrialResult::final_weights}};

void write_tensors(Hdf5Group group, const std::vector<Tensor>& tensors) {
  std::vector<std::string> names;
  for (const Tensor& tensor : tensors) {
    const auto rows = static_cast<std::uint64_t>(tensor.rows);
    const auto columns = static_cast<std::uint64_t>(tensor.columns);
    MLPS_CHECK(rows * columns == tensor.values.size(), "the shape of " + tensor.name);
    // Not deflated: the low bits of weights are noise.
    Hdf5Dataset dataset =
        group.create_dataset(tensor.name, ElementType::kFloat32, {{rows, columns}, 0});
    dataset.set_attribute(
        "description", "one layer, input side first: weights (inputs, units), biases (1, units)");
    if (!tensor.values.empty()) {
      dataset.write(0, rows, tensor.values.data());
    }
    dataset.close();
    names.push_back(tensor.name);
  }
  group.set_attribute("order", names);
}

std::vector<Tensor> read_tensors(const Hdf5Group& group) {
  std::vector<Tensor> tensors;
  for (std::string& name : group.texts_attribute("order")) {
    const Hdf5Dataset dataset = group.open_dataset(name);
    constexpr std::uint64_t kMost = std::numeric_limits<int>::max();
    if (dataset.type() != ElementType::kFloat32 || dataset.dims().size() != 2 ||
        dataset.dims()[0] > kMost || dataset.dims()[1] > kMost) {
      throw MachineError(fmt::format("the weights '{}' are no matrix of float32", name));
    }
    Tensor& tensor = tensors.emplace_back();
    tensor.name = std::move(name);
    tensor.rows = static_cast<int>(dataset.dims()[0]);
    tensor.columns = static_cast<int>(dataset.dims()[1]);
    tensor.values.resize(dataset.dims()[0] * dataset.dims()[1]);
    if (!tensor.values.empty()) {
      dataset.read(0, dataset.rows(), tensor.values.data());
    }
  }
  return tensors;
}

}  // namespace

bool has_weights(const Record& record) {
  return !record.result.initial_weights.empty() || !record.result.final_weights.empty();
}

void write_weights(Hdf5Group& all_weights, const Record& record) {
  if (!has_weights(record)) {
    return;
  }
  Hdf5Group trial = all_weights.create_group(record.fingerprint.hex());
  trial.set_attribute("description", "weights and biases of the trial of this fingerprint");
  for (const Moment& moment : kMoments) {
    Hdf5Group group = trial.create_group(moment.name);
    group.set_attribute("description", moment.description);
    write_tensors(std::move(group), record.result.*moment.tensors);
  }
}

void read_weights(const Hdf5Group& all_weights, Record& record) {
  const std::string name = record.fingerprint.hex();
  if (!all_weights.has(name)) {
    return;
  }
  const Hdf5Group trial = all_weights.open_group(name);
  for (const Moment& moment : kMoments) {
    record.result.*moment.tensors = read_tensors(trial.open_group(moment.name));
  }
}

sweeps::Fingerprint chained_weights(const sweeps::Fingerprint& before, const Record& record) {
  sweeps::Fingerprint sum = before;
  for (const Moment& moment : kMoments) {
    for (const Tensor& tensor : record.result.*moment.tensors) {
      const std::vector<std::string> shape = {tensor.name, std::to_string(tensor.rows),
                                              std::to_string(tensor.columns)};
      sum = chained(chained(sum, shape), std::as_bytes(std::span(tensor.values)));
    }
  }
  return sum;
}

}  // namespace mlpsweep::results
