#include "results/store.h"

#include <mutex>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/output_file.h"
#include "results/store_reader.h"
#include "results/store_weights.h"
#include "results/store_writer.h"

namespace mlpsweep::results {
namespace {

/// HDF5 is safe for several threads only where it was built so; Debian's is, others' often not.
std::mutex& one_at_a_time() {
  static std::mutex mutex;
  return mutex;
}

/// The first pass: nothing is kept of a record but the layout of its settings.
StorePlan plan_store(std::size_t count, const RecordSource& source) {
  StorePlan plan;
  plan.trials = count;
  for (std::size_t i = 0; i < count; ++i) {
    const Record record = source(i);
    widen(plan.extents, record);
    plan.settings.add(record);
    plan.weights = plan.weights || has_weights(record);
  }
  return plan;
}

StoreChecksums write_rows(OutputFile& output, const StorePlan& plan, const SweepInfo& info,
                          const RecordSource& source, const InPlan& in_plan) {
  StoreWriter writer(output, plan);
  Digest digest;
  for (std::size_t i = 0; i < plan.trials; ++i) {
    const Row row{source(i), in_plan(i), {}};
    digest.add(row.record);
    writer.add(row);
    output.throw_if_failed();
  }
  StoreChecksums sums = writer.finish(info, digest.hex());
  output.throw_if_failed();
  return sums;
}

}  // namespace

void write_results(const std::filesystem::path& file, const SweepInfo& info, std::size_t count,
                   const RecordSource& source, const InPlan& in_plan,
                   const std::vector<StoredPart>& parts) {
  const std::lock_guard lock(one_at_a_time());
  try {
    StorePlan plan = plan_store(count, source);
    plan.parts = parts;
    OutputFile output(file);
    const StoreChecksums sums = write_rows(output, plan, info, source, in_plan);
    output.sync();
    verify_store(output.temporary(), sums);
    output.publish();
  } catch (const MachineError& error) {
    throw MachineError(fmt::format("{} could not be written anew, and is as it was: {}",
                                   file.string(), error.what()));
  }
}

StoredResults read_results(const std::filesystem::path& file) {
  const std::lock_guard lock(one_at_a_time());
  if (!std::filesystem::exists(file)) {
    throw InputError(fmt::format("{}: no such file; expected a results.h5", file.string()));
  }
  try {
    StoreReader reader(file);
    StoredResults stored;
    stored.info = reader.info();
    Digest digest;
    for (std::uint64_t i = 0; i < reader.rows(); ++i) {
      Row row = reader.next();
      digest.add(row.record);
      stored.records.push_back(std::move(row.record));
      stored.in_plan.push_back(row.in_plan);
    }
    if (digest.hex() != reader.digest()) {
      throw MachineError(fmt::format(
          "its records have the digest {}, and it was written with {}: something changed it since",
          digest.hex(), reader.digest()));
    }
    return stored;
  } catch (const MachineError& error) {
    throw InputError(fmt::format("{} can't be read as results: {}", file.string(), error.what()));
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} can't be read as results: {}", file.string(), error.what()));
  }
}

}  // namespace mlpsweep::results
