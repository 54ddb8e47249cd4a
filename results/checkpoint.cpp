#include "results/checkpoint.h"

#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>

#include "engine/errors.h"
#include "results/curves.h"
#include "results/file_io.h"
#include "results/frame.h"
#include "results/little_endian.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "MLPC";
constexpr std::uint32_t kVersion = 1;

// Where the fields of the header begin; its checksum is the last of them.
constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kLengthAt = 8;
constexpr std::size_t kTrialAt = 16;
constexpr std::size_t kProgramAt = 32;
constexpr std::size_t kEpochsAt = 48;
constexpr std::size_t kHeaderChecksumAt = 52;
constexpr std::size_t kHeaderBytes = 56;
constexpr std::size_t kChecksumBytes = 4;

/// Of the figures of an epoch: the curves, and only_class.
constexpr std::size_t kEpochBytes = kCurves.size() * sizeof(double) + sizeof(std::int16_t);
static_assert(kCurves.size() == 6, "a file with other figures is of another version");

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
  throw MachineError(fmt::format("{}: {}", file.string(), why));
}

std::string_view bytes_of(const std::vector<float>& array) {
  return {reinterpret_cast<const char*>(array.data()), array.size() * sizeof(float)};
}

/// The payload but for its arrays.
std::string curves_of(const engine::TrainState& state) {
  std::string bytes;
  bytes.reserve(sizeof(double) + state.epochs.size() * kEpochBytes);
  put(bytes, state.train_seconds);
  for (const engine::Figures& figures : state.epochs) {
    for (const Curve& curve : kCurves) {
      put(bytes, figures.*curve.figure);
    }
    put(bytes, figures.only_class);
  }
  return bytes;
}

std::string header_of(const CheckpointOwner& owner, std::size_t epochs,
                      std::uint64_t payload_bytes) {
  std::string bytes(kMagic);
  put(bytes, kVersion);
  put(bytes, payload_bytes);
  put(bytes, owner.trial);
  put(bytes, owner.program);
  put(bytes, static_cast<std::uint32_t>(epochs));
  put(bytes, crc32c(bytes));
  return bytes;
}

/// A file whose header and length are whole.
struct OpenCheckpoint {
  Descriptor descriptor;
  std::string header;
  CheckpointOwner owner;
  std::uint32_t epochs = 0;
  std::uint64_t payload_bytes = 0;
};

/// Errors   MachineError, as read_checkpoint().
std::optional<OpenCheckpoint> open_checkpoint(const fs::path& file) {
  std::error_code ignored;
  const fs::file_type type = fs::symlink_status(file, ignored).type();
  if (type == fs::file_type::not_found) {
    return std::nullopt;
  }
  if (type != fs::file_type::regular && type != fs::file_type::none) {
    refuse(file, "is no plain file");
  }
  OpenCheckpoint open;
  open.descriptor = open_file(file, O_RDONLY | O_NOFOLLOW);
  const std::uint64_t file_bytes = size_of(open.descriptor, file);
  open.header.resize(kHeaderBytes);
  if (read_at(open.descriptor, 0, open.header.data(), kHeaderBytes, file) < kHeaderBytes) {
    refuse(file, fmt::format("is cut short: {} bytes", file_bytes));
  }
  const std::string_view header = open.header;
  if (!header.starts_with(kMagic)) {
    refuse(file, fmt::format("is no checkpoint: expected '{}' at its beginning", kMagic));
  }
  if (const auto version = take<std::uint32_t>(header, kVersionAt); version != kVersion) {
    refuse(file, fmt::format("is a checkpoint of version {}, and this program reads version {}",
                             version, kVersion));
  }
  if (crc32c(header.substr(0, kHeaderChecksumAt)) !=
      take<std::uint32_t>(header, kHeaderChecksumAt)) {
    refuse(file, "is damaged: the checksum of its header does not hold");
  }
  open.owner = {take<sweeps::Fingerprint>(header, kTrialAt),
                take<sweeps::Fingerprint>(header, kProgramAt)};
  open.epochs = take<std::uint32_t>(header, kEpochsAt);
  open.payload_bytes = take<std::uint64_t>(header, kLengthAt);
  if (file_bytes < kHeaderBytes + kChecksumBytes ||
      open.payload_bytes != file_bytes - kHeaderBytes - kChecksumBytes) {
    refuse(file, fmt::format("is cut short or has bytes too many: expected {} behind its header, "
                             "found {}",
                             open.payload_bytes + kChecksumBytes, file_bytes - kHeaderBytes));
  }
  return open;
}

void refuse_other(const fs::path& file, const OpenCheckpoint& open, const CheckpointOwner& owner,
                  const engine::StateShape& shape) {
  if (open.owner.trial != owner.trial) {
    refuse(file, fmt::format("is of trial {}, and this one is {}", open.owner.trial.hex(),
                             owner.trial.hex()));
  }
  if (open.owner.program != owner.program) {
    refuse(file,
           "was written by another version of the program or its libraries, or on another "
           "instruction set, whose bits are not those of this one");
  }
  if (open.epochs < 1 || std::cmp_greater(open.epochs, shape.most_epochs)) {
    refuse(file, fmt::format("was taken after {} epochs; expected 1 to {}", open.epochs,
                             shape.most_epochs));
  }
  const std::uint64_t expected =
      sizeof(double) + open.epochs * kEpochBytes +
      sizeof(float) * std::accumulate(shape.arrays.begin(), shape.arrays.end(), std::uint64_t{0});
  if (open.payload_bytes != expected) {
    refuse(file, fmt::format("holds a state of {} bytes; expected {} of this trial",
                             open.payload_bytes, expected));
  }
}

void take_curves(std::string_view bytes, std::size_t epochs, engine::TrainState& state) {
  state.train_seconds = take<double>(bytes, 0);
  std::size_t at = sizeof(double);
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    engine::Figures figures;
    for (const Curve& curve : kCurves) {
      figures.*curve.figure = take<double>(bytes, at);
      at += sizeof(double);
    }
    figures.only_class = take<std::int16_t>(bytes, at);
    at += sizeof(std::int16_t);
    state.epochs.push_back(figures);
  }
}

/// The trial that a file in `checkpoints` goes by, and whether that is a whole name.
struct FileName {
  std::optional<sweeps::Fingerprint> trial;
  bool temporary = false;
};

FileName parse_name(const std::string& name) {
  constexpr std::size_t kLetters = 32;
  FileName parsed;
  try {
    parsed.trial = sweeps::Fingerprint::from_hex(name.substr(0, kLetters));
  } catch (const InputError&) {
    return {};
  }
  parsed.temporary = name.size() > kLetters && name.ends_with(".tmp");
  return name.size() == kLetters || parsed.temporary ? parsed : FileName{};
}

}  // namespace

void write_checkpoint(const fs::path& file, const fs::path& temporary, const CheckpointOwner& owner,
                      const engine::TrainState& state) {
  const std::string curves = curves_of(state);
  std::uint64_t payload_bytes = curves.size();
  for (const std::vector<float>& array : state.arrays) {
    payload_bytes += bytes_of(array).size();
  }
  const std::string header = header_of(owner, state.epochs.size(), payload_bytes);
  std::vector<std::string_view> pieces = {header, curves};
  for (const std::vector<float>& array : state.arrays) {
    pieces.push_back(bytes_of(array));
  }
  std::string checksum;
  put(checksum, crc32c(pieces));
  pieces.emplace_back(checksum);
  const fs::path folder = file.parent_path();
  if (std::error_code ignored; !fs::is_directory(folder, ignored)) {
    make_folder(folder);
    sync_folder(folder.parent_path());
  }
  write_whole(file, temporary, pieces);
}

std::optional<engine::TrainState> read_checkpoint(const fs::path& file,
                                                  const CheckpointOwner& owner,
                                                  const engine::StateShape& shape) {
  const std::optional<OpenCheckpoint> open = open_checkpoint(file);
  if (!open) {
    return std::nullopt;
  }
  refuse_other(file, *open, owner, shape);
  std::uint64_t at = kHeaderBytes;
  const auto fill = [&](void* to, std::size_t bytes) {
    if (read_at(open->descriptor, at, static_cast<char*>(to), bytes, file) < bytes) {
      refuse(file, "became shorter while it was read");
    }
    at += bytes;
  };
  engine::TrainState state;
  std::string curves(sizeof(double) + open->epochs * kEpochBytes, '\0');
  fill(curves.data(), curves.size());
  std::vector<std::string_view> pieces = {open->header, curves};
  for (const std::size_t entries : shape.arrays) {
    fill(state.arrays.emplace_back(entries).data(), entries * sizeof(float));
  }
  for (const std::vector<float>& array : state.arrays) {
    pieces.push_back(bytes_of(array));
  }
  std::uint32_t checksum = 0;
  fill(&checksum, sizeof checksum);
  if (checksum != crc32c(pieces)) {
    refuse(file, "is damaged: its checksum does not hold");
  }
  take_curves(curves, open->epochs, state);
  return state;
}

int checkpoint_epochs(const SweepFolder& folder, const sweeps::Fingerprint& trial) {
  try {
    const std::optional<OpenCheckpoint> open = open_checkpoint(folder.checkpoint(trial));
    return open && open->owner.trial == trial ? static_cast<int>(open->epochs) : 0;
  } catch (const MachineError&) {
    return 0;
  }
}

void remove_leftover_checkpoints(const SweepFolder& folder, const JournalIndex& journals) {
  int unlisted = 0;
  for (const std::string& file : names_in(folder.checkpoints(), unlisted)) {
    const FileName name = parse_name(file);
    if (name.temporary || (name.trial && journals.ended(*name.trial))) {
      std::error_code ignored;  // what stays does no harm
      fs::remove(folder.checkpoints() / file, ignored);
    }
  }
}

}  // namespace mlpsweep::results
