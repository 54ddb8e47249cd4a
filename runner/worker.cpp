#include "runner/worker.h"

#include <array>
#include <atomic>
#include <ctime>
#include <exception>
#include <filesystem>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include <fmt/core.h>
#include <fmt/format.h>
#include <unistd.h>

#include "engine/cost.h"
#include "engine/errors.h"
#include "engine/isa.h"
#include "engine/parallel.h"
#include "engine/train.h"
#include "results/checkpoint.h"
#include "results/frame.h"
#include "results/record.h"
#include "results/sweep_folder.h"
#include "runner/interrupts.h"
#include "runner/journal_thread.h"
#include "runner/plan_trials.h"
#include "runner/process_memory.h"
#include "runner/sweep_data.h"
#include "runner/trial_checkpoint.h"
#include "runner/version.h"
#include "sweeps/fingerprint.h"
#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"

namespace mlpsweep::runner {

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

results::RunHeader header_of(const Begin& begin, const sweeps::Sweep& sweep,
                             std::vector<results::DataSource> sources,
                             const WorkerOptions& options) {
  results::RunHeader header;
  header.name = sweep.name;
  header.file = begin.file;
  header.text = begin.text;
  header.overrides = begin.overrides;
  header.winners = begin.winners;
  header.shard = begin.shard;
  header.planned = begin.planned;
  header.data = std::move(sources);
  header.run = begin.run;
  header.run_part = begin.run_part;
  header.attempt = begin.attempt;
  sign(header, options);
  return header;
}

void sign(results::RunHeader& header, const WorkerOptions& options) {
  header.rank = options.rank;
  header.ranks = options.ranks;
  header.threads = options.threads;
  header.started = utc_now();
  header.host = host_name();
  header.processor = engine::processor_name();
  header.isa = engine::isa_in_use();
  header.program = kProgram;
  header.libraries = engine::library_versions();
}

namespace {

engine::TrialResult failed(std::string reason) {
  engine::TrialResult result;
  result.state = engine::State::kFailed;
  result.reason = std::move(reason);
  return result;
}

/// Its folder, once this rank is known to read the same data as rank 0.
results::SweepFolder checked(const Begin& begin, const results::RunHeader& header) {
  if (const auto own = data_identities(header.data); own != begin.data) {
    std::string files;
    for (const results::DataSource& source : header.data) {
      files += fmt::format(" {}", fmt::join(source.files, " "));
    }
    throw MachineError(fmt::format("{} reads other data than rank 0:{}", header.host, files));
  }
  return results::SweepFolder::open(begin.folder);
}

/// What the bits of a trial hang on, besides its fingerprint.
sweeps::Fingerprint program_of(const results::RunHeader& header) {
  return sweeps::hash_bytes(
      fmt::format("{}, {}, {}", header.isa, header.program, header.libraries));
}

/// As a journal frame takes it: a record that is too large for one becomes a failed trial.
std::string encode_within_limit(results::Record& record) {
  std::string payload = results::encode(record);
  if (payload.size() > results::kMostPayloadBytes) {
    record.result =
        failed(fmt::format("its record has {} bytes, and the journal takes at most {}: "
                           "keep_weights: none leaves the weights out",
                           payload.size(), results::kMostPayloadBytes));
    payload = results::encode(record);
  }
  return payload;
}

double bytes_needed(const engine::TrainSpec& spec, const engine::Dataset& data) {
  const auto rows = engine::part_rows(spec, data.train.rows, data.test.rows);
  return engine::predict_cost(spec, data.inputs(), data.classes, rows).bytes;
}

}  // namespace

/// A sweep under way on this rank. The members' order matters: the pool ends before what its tasks
/// use, the journal last of all.
struct Worker::Session {
  Session(const Begin& begin, const WorkerOptions& options, engine::DatasetCache& cache)
      : sweep(
            sweeps::settle(sweeps::read_sweep(begin.file, begin.text, {begin.overrides, kNoLimit}),
                           begin.winners)),
        header(header_of(begin, sweep, data_sources(sweep, cache), options)),
        data(cache),
        checkpoints{checked(begin, header), begin.attempt, options.rank, options.checkpoint_seconds,
                    program_of(header)},
        journal(checkpoints.folder.journal(begin.attempt, options.rank), encode(header)),
        pool(options.threads) {}

  ~Session() { stopping = true; }

  void start(std::uint64_t trial) {
    pool.run([this, trial] { run(trial); });
  }

  void run(std::uint64_t trial);
  void train_and_journal(std::uint64_t trial);
  results::Record train(const engine::TrainSpec& spec);
  [[nodiscard]] results::Record record_of(const engine::TrainSpec& spec,
                                          const engine::Dataset& dataset) const;
  void fail(const Fail& message);
  void put(std::uint64_t trial, results::Record& record);
  void give_back(std::uint64_t trial) {
    const std::lock_guard lock(mutex);
    returned.push_back(trial);
  }
  [[nodiscard]] bool must_stop() const { return stopping || interrupted(); }

  sweeps::Sweep sweep;
  results::RunHeader header;
  engine::DatasetCache& data;
  std::atomic<bool> stopping = false;
  std::mutex mutex;
  std::vector<std::uint64_t> returned;  // guarded by mutex, as is broken
  std::exception_ptr broken;
  CheckpointPolicy checkpoints;
  JournalThread journal;
  engine::ThreadPool pool;
};

/// All but the result.
results::Record Worker::Session::record_of(const engine::TrainSpec& spec,
                                           const engine::Dataset& dataset) const {
  results::Record record;
  record.settings = sweeps::settings_of(spec);
  record.seed = spec.seed;
  record.repeat = spec.repeat;
  record.fold = spec.fold;
  record.folds = spec.folds;
  record.numerics_version = engine::kNumericsVersion;
  record.provenance = {utc_now(),
                       header.host,
                       header.processor,
                       header.isa,
                       header.program + ", " + header.libraries,
                       header.rank,
                       header.ranks,
                       header.threads,
                       header.attempt};
  record.data_checksum = dataset.checksum;
  record.fingerprint = sweeps::fingerprint(spec, dataset.checksum);
  return record;
}

results::Record Worker::Session::train(const engine::TrainSpec& spec) {
  const auto dataset = data.get(spec.data);
  results::Record record = record_of(spec, *dataset);
  const int epoch = results::checkpoint_epochs(checkpoints.folder, record.fingerprint);
  journal.put({results::FrameType::kBegun, record.fingerprint, results::encode_epoch(epoch), {}});
  try {
    record.result = train_with_checkpoints(checkpoints, record.fingerprint, spec, *dataset,
                                           [this] { return must_stop(); });
  } catch (const std::bad_alloc&) {
    record.result =
        failed(fmt::format("out of memory: this trial needs about {:.0f} MiB beside the data "
                           "(std::bad_alloc)",
                           bytes_needed(spec, *dataset) / (1024.0 * 1024.0)));
  } catch (const std::exception& error) {
    record.result = failed(error.what());
  }
  return record;
}

/// Nothing may leave a task of the pool: what does is this rank's fault, and stops the sweep.
void Worker::Session::run(std::uint64_t trial) {
  try {
    train_and_journal(trial);
  } catch (...) {
    const std::lock_guard lock(mutex);
    broken = std::current_exception();  // its words would need memory, which may be what lacks
  }
}

void Worker::Session::train_and_journal(std::uint64_t trial) {
  if (must_stop()) {
    return give_back(trial);
  }
  results::Record record = train(sweep.trial(trial));
  if (record.result.state == engine::State::kInterrupted) {
    journal.put({results::FrameType::kGivenBack, record.fingerprint, "", {}});
    return give_back(trial);
  }
  put(trial, record);
}

void Worker::Session::fail(const Fail& message) {
  const engine::TrainSpec spec = sweep.trial(message.trial);
  results::Record record = record_of(spec, *data.get(spec.data));
  record.result = failed(message.reason);
  put(message.trial, record);
}

void Worker::Session::put(std::uint64_t trial, results::Record& record) {
  std::string payload = encode_within_limit(record);
  const Outcome outcome = outcome_of(trial, record, sweep.metric);
  const bool failed = record.result.state == engine::State::kFailed;
  journal.put({failed ? results::FrameType::kFailed : results::FrameType::kRecord,
               record.fingerprint, std::move(payload), outcome,
               checkpoints.folder.checkpoint(record.fingerprint)});
}

Worker::Worker(Link& link, WorkerOptions options, engine::DatasetCache& data)
    : link_(link), options_(options), data_(data) {}

Worker::~Worker() = default;

void Worker::start_session(const Begin& begin) {
  session_.reset();  // nothing of an earlier one runs any more; its journal is closed first
  for (std::size_t i = 0; i + 1 < begin.data.size(); i += 2) {
    data_.expect(begin.data[i], begin.data[i + 1]);
  }
  session_ = std::make_unique<Session>(begin, options_, data_);
  link_.send({0, encode(Ready{options_.threads, session_->header.host})});
}

void Worker::take(const Message& message) {
  if (const auto* begin = std::get_if<Begin>(&message)) {
    start_session(*begin);
  } else if (const auto* assign = std::get_if<Assign>(&message)) {
    MLPS_CHECK(session_ != nullptr, "trials came before the sweep");
    for (const std::uint64_t trial : assign->trials) {
      session_->start(trial);
    }
  } else if (const auto* fail = std::get_if<Fail>(&message)) {
    MLPS_CHECK(session_ != nullptr, "a failed trial came before the sweep");
    session_->fail(*fail);
  } else if (std::holds_alternative<Stop>(message)) {
    if (session_) {
      session_->stopping = true;
    }
  } else if (std::holds_alternative<Quit>(message)) {
    quit_ = true;
  }
}

void Worker::step() {
  try {
    listen();
    tell();
  } catch (const std::exception& error) {
    link_.send({0, encode(Broken{words_of(error)})});
    session_.reset();
  }
}

void Worker::listen() {
  // What comes behind a Quit is for the worker of the next run.
  while (!quit_) {
    const auto packet = link_.receive();
    if (!packet) {
      break;
    }
    if (!packet->bytes.empty()) {
      take(decode_message(packet->bytes));
    }
  }
}

void Worker::tell() {
  if (!session_) {
    return;
  }
  if (auto outcomes = session_->journal.take_durable(); !outcomes.empty()) {
    link_.send({0, encode(Done{std::move(outcomes), process_memory().peak_bytes})});
  }
  Returned returned;
  std::exception_ptr broken = session_->journal.failure();
  {
    const std::lock_guard lock(session_->mutex);
    returned.trials.swap(session_->returned);
    broken = broken ? broken : session_->broken;
  }
  if (!returned.trials.empty()) {
    link_.send({0, encode(returned)});
  }
  if (broken) {
    link_.send({0, encode(Broken{words_of(broken)})});
    session_.reset();
  }
}

}  // namespace mlpsweep::runner
