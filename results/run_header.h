// The first frame of every journal: which sweep this is, and who ran it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlpsweep::results {

/// A data set that a run read; `key` names the settings that chose it, so that fingerprints can be
/// told again without reading the data.
struct DataSource {
  std::string key;
  std::string name;
  std::string checksum;
  std::uint64_t train_rows = 0;
  std::uint64_t test_rows = 0;
  int inputs = 0;
  int classes = 0;
  std::vector<std::string> files;
  std::vector<std::string> class_names;  ///< What the classes 0 .. K-1 stand for.
  std::int64_t with_twin = -1;  ///< Images with an identical other one; -1: was not counted.

  bool operator==(const DataSource&) const = default;
};

/// A part of a sweep's trials that is run in a directory of its own: number 1 .. of.
struct Shard {
  int number = 1;
  int of = 1;

  bool operator==(const Shard&) const = default;
};

/// Kept in every journal, so that no version of a spec is ever lost and `run DIR` can go on.
struct RunHeader {
  std::string name;
  std::string file;                    ///< The spec as the user named it.
  std::string text;                    ///< The YAML, as given.
  std::vector<std::string> overrides;  ///< key=value from the command line.
  /// Which configuration won each experiment that others start from: experiment, keys with texts.
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> winners;
  Shard shard;                ///< The whole, or the part of it that this directory has.
  std::uint64_t planned = 0;  ///< Trials of the sweep, or of its shard, each once.
  std::vector<DataSource> data;
  /// What the user started, which may be several attempts: the launcher's restarts, Slurm's
  /// requeues, which are its parts. Empty: this attempt alone.
  std::string run;
  int run_part = 0;
  int attempt = 1;
  int rank = 0;
  int ranks = 1;
  int threads = 1;
  std::string started;  ///< UTC, ISO 8601.
  std::string host;
  std::string processor;
  std::string isa;
  std::string program;
  std::string libraries;

  bool operator==(const RunHeader&) const = default;
};

/// CBOR, the payload of a FrameType::kHeader frame.
[[nodiscard]] std::string encode(const RunHeader& header);

/// Fields that an older version did not write keep their defaults.
/// Errors   InputError: no CBOR, or a field of another type. (The frame's checksum held: no disk
///          did that.)
[[nodiscard]] RunHeader decode_header(std::string_view payload);

}  // namespace mlpsweep::results
