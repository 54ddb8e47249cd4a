// What coordinator and workers say to each other.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/train.h"
#include "results/run_header.h"
#include "sweeps/settle.h"

namespace mlpsweep::runner {

/// Coordinator -> worker, first: the sweep, so that one rank reads the files for all; again when a
/// winner was found, which begins a journal of its own.
struct Begin {
  std::string file;
  std::string text;
  std::vector<std::string> overrides;
  std::string folder;
  int attempt = 1;
  std::uint64_t planned = 0;
  /// Key and checksum of each data set, one after the other: a rank that reads other data must not
  /// take part.
  std::vector<std::string> data;
  sweeps::Winners winners = {};  ///< Settle the parts that wait, as on rank 0.
  std::string run = {};          ///< As in results::RunHeader.
  int run_part = 0;
  results::Shard shard = {};
};

/// Worker -> coordinator: can train, so many trials at once.
struct Ready {
  int slots = 1;
  std::string host;
};

/// Coordinator -> worker: train these, in this order.
struct Assign {
  std::vector<std::uint64_t> trials;
};

/// A trial whose record is on the disk.
struct Outcome {
  std::uint64_t trial = 0;
  engine::State state = engine::State::kComplete;
  double seconds = 0;
  double metric = 0;  ///< The sweep's metric; NaN if it has none.
};

/// Worker -> coordinator: these are durable.
struct Done {
  std::vector<Outcome> outcomes;
  double peak_bytes = 0;  ///< Of the rank's memory so far; see ProcessMemory.
};

/// Worker -> coordinator: these were stopped, or never begun; nothing of them is kept.
struct Returned {
  std::vector<std::uint64_t> trials;
};

/// Coordinator -> its own worker: this trial has failed without a rank that could say so; record
/// it.
struct Fail {
  std::uint64_t trial = 0;
  std::string reason;
};

/// Coordinator -> worker: stop at the next epoch and give back what is not finished.
struct Stop {};

/// Coordinator -> worker: nothing more will come; end.
struct Quit {};

/// Worker -> coordinator: this machine failed (disk full, data not there); nothing more from here.
struct Broken {
  std::string what;
};

using Message = std::variant<Begin, Ready, Assign, Done, Returned, Stop, Quit, Broken, Fail>;

[[nodiscard]] std::string encode(const Message& message);

/// Errors   MachineError: bytes that are no message of this version.
[[nodiscard]] Message decode_message(const std::string& bytes);

}  // namespace mlpsweep::runner
