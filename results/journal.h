// The journal: the only truth about what was finished.
//
// One file a rank and attempt, created O_EXCL and never appended to by anyone else, so that a torn
// tail is always the last thing in a file. A frame is: magic "MLPJ" (4), version (2), type (2),
// payload length (4), fingerprint (16), payload, CRC32C over all before it (4); little-endian.
// FORMAT.md has the table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/train.h"
#include "results/file_bytes.h"
#include "results/file_io.h"
#include "results/record.h"
#include "sweeps/fingerprint.h"
#include "sweeps/fingerprint_map.h"

namespace mlpsweep::results {

/// DO NOT CHANGE THE VALUES: they stand in journals.
enum class FrameType : std::uint16_t {
  kHeader = 1,  ///< First in each file: CBOR map with the spec, overrides and the run's provenance.
  kBegun = 2,   ///< A trial was started here (not synced); its payload is encode_epoch().
  kRecord = 3,  ///< A finished trial's record.
  kFailed = 4,  ///< A failed trial's record: shown, and given up for any later one.
  kGivenBack = 5,  ///< A trial that was begun here was stopped on request (no payload; not synced).
};

/// The epochs that a trial has behind it when it begins, from a checkpoint; 0 takes no bytes.
[[nodiscard]] std::string encode_epoch(int epoch);

/// Appends frames to one new file.
///
/// Errors   MachineError, naming the file and what to do: it exists already, the disk is full, the
///          file may not grow. After a failed append the file is cut back to its last whole frame
///          and the writer takes nothing more; what it took before can still be synced. After a
///          failed sync nothing since the last good one may be acknowledged: the kernel may have
///          dropped it. Past the limit on file sizes the kernel sends SIGXFSZ, whose default is to
///          kill: the program has to ignore that signal, then the limit is an error like a full
///          disk.
/// Threads  Not safe; one thread writes.
class JournalWriter {
 public:
  /// Creates `file` and syncs its folder.
  explicit JournalWriter(std::filesystem::path file);

  /// Errors   As above; InputError: the payload is larger than the 64 MiB that a frame may hold;
  ///          nothing was written then.
  void append(FrameType type, const sweeps::Fingerprint& fingerprint, std::string_view payload);

  /// Returns once everything appended is on the disk (fdatasync). Only then may it be acknowledged;
  /// one sync serves any number of appends.
  void sync();

 private:
  std::filesystem::path file_;
  Descriptor descriptor_;
  std::uint64_t good_bytes_ = 0;  ///< Up to the end of the last whole frame.
  bool broken_ = false;           ///< An append failed: the next one is refused.
};

/// Where a frame's payload lies.
struct FramePlace {
  std::uint32_t file = 0;  ///< Index into JournalIndex::files.
  std::uint64_t offset = 0;
  std::uint32_t bytes = 0;
  bool final = true;  ///< Of a kRecord frame; a failed trial is tried again by every run.
  std::optional<engine::State> state = {};  ///< state_in() of the record, where it is kept.
};

/// What was wrong with a journal: shown to the user, never passed over in silence.
struct JournalFault {
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  bool torn_tail = false;  ///< An unfinished frame at the end: what a kill leaves. Else damage.
  std::string what;
};

/// All whole frames of a folder of journals. The first durable record of a fingerprint holds; files
/// are read in the order of their names, which is the order of attempts.
struct JournalIndex {
  std::vector<std::filesystem::path> files;
  sweeps::FingerprintMap<FramePlace> records;
  std::size_t repeated = 0;          ///< Final records of trials that had one already.
  std::vector<std::string> headers;  ///< Payloads of the header frames, in file order.
  std::map<std::uint32_t, std::size_t> header_of;  ///< Index into headers, by index into files.
  sweeps::FingerprintMap<int> begun;               ///< How often each trial was started.
  /// Starts with neither a record nor a word of giving back behind them: what trained there died,
  /// or is at it now.
  struct Start {
    std::uint32_t file = 0;
    int epoch = 0;  ///< Where its checkpoint stood.
  };
  std::multimap<sweeps::Fingerprint, Start> unended;
  /// Fingerprints with two records that differ in their digest: a determinism error.
  std::vector<sweeps::Fingerprint> contradictions;
  std::vector<JournalFault> faults;

  /// Errors   MachineError: the file can't be read any more, or the frame is damaged now.
  [[nodiscard]] Record read(const sweeps::Fingerprint& fingerprint) const;

  /// The state in the trial's record, of most without reading it if the reader kept the states;
  /// empty: it has none.
  /// Errors   As read().
  [[nodiscard]] std::optional<engine::State> state(const sweeps::Fingerprint& fingerprint) const;

  /// The record as its frame holds it. Errors   As read().
  [[nodiscard]] std::string payload(const sweeps::Fingerprint& fingerprint) const;

  /// Whether the trial has a final record.
  [[nodiscard]] bool ended(const sweeps::Fingerprint& fingerprint) const;
};

/// Reads the records of an index one after the other: each file is opened once, and settings are
/// shared (RecordDecoder).
///
/// Threads  Not safe. The index must outlive it, and stay as it is.
class RecordReader {
 public:
  enum class Order {
    kAsWritten,  ///< Mostly forwards through the files: much is read at once.
    kAny,
  };
  RecordReader(const JournalIndex& index, Detail detail, Order order);

  /// Errors   As JournalIndex::read().
  [[nodiscard]] Record read(const sweeps::Fingerprint& fingerprint);
  [[nodiscard]] Record read(const sweeps::Fingerprint& fingerprint, const FramePlace& place);

  /// The record as its frame holds it, until the next call.
  [[nodiscard]] std::string_view payload(const sweeps::Fingerprint& fingerprint,
                                         const FramePlace& place);

 private:
  const JournalIndex& index_;
  RecordDecoder decoder_;
  std::size_t ahead_;
  std::map<std::uint32_t, FileBytes> open_;
  FileBytes* last_ = nullptr;  ///< The one of open_ whose window is held: one is enough.
};

/// Reads every *.mlj in `folder`; a folder that is not there holds nothing. Whole frames after a
/// damaged one are found again by their magic.
/// Errors   MachineError: a file can't be opened or read. InputError: a journal of another version,
///          or a name of one that is no plain file.
[[nodiscard]] JournalIndex read_journals(const std::filesystem::path& folder);

/// Follows a folder of journals while runs still write to them.
///
/// Only what was appended since the last refresh is read. An unfinished frame at the end of a file
/// stands in index().faults until a later refresh finds it whole. All is read again where a journal
/// was replaced, cut or taken away, where one comes before another that was read already, and
/// while there is damage: it may have been mended.
///
/// Threads  Not safe. Other processes may append meanwhile.
class JournalReader {
 public:
  /// Whether each record is looked at for its state: who reads the records can do without.
  enum class States { kLeft, kKept };
  explicit JournalReader(std::filesystem::path folder, States states = States::kLeft);

  /// What a refresh found, but for unfinished frames.
  enum class News {
    kNone,
    kMore,   ///< Some was added.
    kOther,  ///< All was read again.
  };
  /// Errors   As read_journals(); what was read stays, and the next refresh goes on from there.
  News refresh();

  [[nodiscard]] const JournalIndex& index() const& { return index_; }
  [[nodiscard]] JournalIndex index() && { return std::move(index_); }

 private:
  struct Progress {
    std::uint64_t read_to = 0;  ///< All before it is in the index or among the damage.
    std::string seal;           ///< Checksum of the frame before it: not there in another file.
    std::vector<JournalFault> damage;
    std::vector<JournalFault> tail;  ///< At most one: what lies behind read_to and is no frame yet.
  };

  News read_new();
  News list_files();
  News read_on(std::uint32_t file);
  void take_frame(std::uint32_t file, std::uint64_t offset, std::string_view frame);
  void add_record(const sweeps::Fingerprint& fingerprint, const FramePlace& place);
  void add_failure(const sweeps::Fingerprint& fingerprint, const FramePlace& place);
  void end_start(const sweeps::Fingerprint& fingerprint, std::uint32_t file);

  std::filesystem::path folder_;
  States states_;
  JournalIndex index_;
  std::vector<Progress> progress_;  ///< One a file of the index.
};

}  // namespace mlpsweep::results
