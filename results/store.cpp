#include "results/store.h"

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "engine/errors.h"
#include "results/guarded_child.h"
#include "results/output_file.h"
#include "results/store_messages.h"
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

constexpr char kInPlan = '1';
constexpr char kNotInPlan = '0';

/// What a good file of that size needs, and several times more. A file with holes counts by what
/// it holds.
/// Errors   InputError: no such file, or none that can be read as one.
ChildLimits limits_for(const std::filesystem::path& file) {
  struct stat status = {};
  if (::stat(file.c_str(), &status) != 0) {
    throw InputError(
        fmt::format("{}: {}; expected a results.h5", file.string(),
                    errno == ENOENT ? "no such file" : std::generic_category().message(errno)));
  }
  if (!S_ISREG(status.st_mode)) {
    throw InputError(fmt::format("{} can't be read as results: no plain file", file.string()));
  }
  constexpr std::int64_t kBlockBytes = 512;  // whatever the file system's are
  const auto held = static_cast<std::uint64_t>(
      std::min<std::int64_t>(status.st_size, status.st_blocks * kBlockBytes));
  return {.memory_bytes = (std::uint64_t{192} << 20U) + 8 * held,
          .processor_seconds = static_cast<unsigned>(10 + (held >> 20U))};
}

/// In a child process: the sweep's description, then the records, as messages.
void read_rows(const std::filesystem::path& file, const SendMessage& send) {
  StoreReader reader(file);
  send(encode(reader.info()));
  Digest digest;
  for (std::uint64_t i = 0; i < reader.rows(); ++i) {
    const Row row = reader.next();
    digest.add(row.record);
    send((row.in_plan ? kInPlan : kNotInPlan) + encode(row.record));
  }
  if (digest.hex() != reader.digest()) {
    throw MachineError(fmt::format(
        "its records have the digest {}, and it was written with {}: something changed it since",
        digest.hex(), reader.digest()));
  }
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
  const ChildLimits limits = limits_for(file);
  StoredResults stored;
  bool has_info = false;
  const auto take = [&](std::string_view message) {
    if (!std::exchange(has_info, true)) {
      stored.info = decode_info(message);
      return;
    }
    stored.in_plan.push_back(message.starts_with(kInPlan));
    stored.records.push_back(decode(message.substr(1)));
  };
  const auto take_or_refuse = [&](std::string_view message) {
    try {
      take(message);
    } catch (const MachineError& error) {  // it is the file that makes it so, and no machine
      throw InputError(error.what());
    }
  };
  try {
    run_in_child(
        limits, [&](const SendMessage& send) { read_rows(file, send); }, take_or_refuse);
    return stored;
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} can't be read as results: {}", file.string(), error.what()));
  }
}

}  // namespace mlpsweep::results
