#include "results/store.h"

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <new>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "engine/errors.h"
#include "results/guarded_child.h"
#include "results/hdf5_file.h"
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

/// Errors   InputError: no such file, or none that can be read as one.
std::uint64_t checked_bytes(const std::filesystem::path& file) {
  struct stat status = {};
  if (::stat(file.c_str(), &status) != 0) {
    throw InputError(
        fmt::format("{}: {}; expected a results.h5", file.string(),
                    errno == ENOENT ? "no such file" : std::generic_category().message(errno)));
  }
  if (!S_ISREG(status.st_mode)) {
    throw InputError(fmt::format("{} can't be read as results: no plain file", file.string()));
  }
  constexpr std::uint64_t kBlockBytes = 512;  // whatever the file system's are
  return believed_bytes(static_cast<std::uint64_t>(status.st_size),
                        kBlockBytes * static_cast<std::uint64_t>(status.st_blocks));
}

/// What a good file of that size needs, and several times more.
ChildLimits limits_for(std::uint64_t file_bytes) {
  return {.memory_bytes = (std::uint64_t{192} << 20U) + 8 * file_bytes,
          .processor_seconds = static_cast<unsigned>(10 + (file_bytes >> 20U))};
}

/// Takes in what the child sends, as long as it is what an honest file could hold: deflate packs
/// 1000 : 1, so that a file of a megabyte could fill this process, which no limit guards.
/// Errors   InputError.
class Intake {
 public:
  explicit Intake(std::uint64_t file_bytes) : most_(kFloor + kMostPacking * file_bytes) {}

  void take(std::string_view message) {
    taken_ += message.size();
    if (taken_ > most_) {
      throw InputError(fmt::format(
          "it unpacks to more than {} MiB, and a file of its size should not: it is damaged, or "
          "made to do harm",
          most_ >> 20U));
    }
    try {
      keep(message);
    } catch (const MachineError& error) {  // it is the file that makes it so, and no machine
      throw InputError(error.what());
    }
  }

  [[nodiscard]] StoredResults results() && { return std::move(stored_); }

 private:
  /// Real sweeps' records have 2 to 9 times their file's bytes, more where all predictions agree.
  static constexpr std::uint64_t kMostPacking = 24;
  /// For few trials with many predictions that agree: 24 of 60,000 images have 1.5 MB.
  static constexpr std::uint64_t kFloor = std::uint64_t{24} << 20U;

  void keep(std::string_view message) {
    if (!std::exchange(has_info_, true)) {
      stored_.info = decode_info(message);
      return;
    }
    Record record = decoder_.decode(message.substr(1));
    if (!seen_.insert(record.fingerprint).second) {
      throw InputError(fmt::format("it has two rows of the trial {}", record.fingerprint.hex()));
    }
    stored_.in_plan.push_back(message.starts_with(kInPlan));
    stored_.records.push_back(std::move(record));
  }

  std::uint64_t most_;
  std::uint64_t taken_ = 0;
  bool has_info_ = false;
  RecordDecoder decoder_{Detail::kWhole};
  std::set<sweeps::Fingerprint> seen_;
  StoredResults stored_;
};

/// In a child process: the sweep's description, then the records, as messages.
void send_rows(const std::filesystem::path& file, const SendMessage& send) {
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

/// As send_rows(), and tells faults of the file from those of the machine.
/// Errors   InputError; MachineError: the system refused HDF5 something; std::bad_alloc.
void read_rows(const std::filesystem::path& file, const SendMessage& send) {
  try {
    send_rows(file, send);
  } catch (const Hdf5OutOfMemory&) {
    throw std::bad_alloc();
  } catch (const Hdf5SystemError&) {
    throw;
  } catch (const MachineError& error) {
    throw InputError(error.what());
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
  const std::uint64_t file_bytes = checked_bytes(file);
  Intake intake(file_bytes);
  try {
    run_in_child(
        limits_for(file_bytes), [&](const SendMessage& send) { read_rows(file, send); },
        [&](std::string_view message) { intake.take(message); });
    return std::move(intake).results();
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} can't be read as results: {}", file.string(), error.what()));
  } catch (const MachineError& error) {
    throw MachineError(fmt::format("{} could not be read: {}", file.string(), error.what()));
  }
}

}  // namespace mlpsweep::results
