// Plays back what a power cut may leave of a traced run, and reads the journals of each such state.
//
// usage: power_loss TRACE FOLDER STATES SEED KEPT COUNT
//   TRACE   what file_faults wrote down of a sweep in FOLDER (an absolute path)
//   STATES  so many cuts are drawn; each one's journals go through read_journals()
//   KEPT    the first COUNT states are written there as whole folders, KEPT/0, KEPT/1, ...
//
// The model: up to a random cut, what was synced is there. Of what was not, each 4 KiB of a write,
// each truncation, and each new, renamed or removed name is there with a chance of one half. That
// forgets more than file systems do. Exit 1: a durable record was lost, or one was made up.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "results/file_io.h"
#include "results/journal.h"
#include "results/record.h"

namespace {

namespace fs = std::filesystem;
using mlpsweep::results::JournalIndex;

constexpr std::size_t kPiece = 4096;

struct Entry {
  std::string call, path, other;
  std::size_t offset = 0;
  std::string bytes;
};

std::vector<Entry> read_trace(const fs::path& file) {
  const std::string all = mlpsweep::results::read_whole(file);
  std::vector<Entry> entries;
  for (std::size_t at = 0; at < all.size();) {
    std::vector<std::string> fields;
    for (const char end : {'\t', '\t', '\t', '\t', '\n'}) {
      const std::size_t stop = all.find(end, at);
      fields.push_back(all.substr(at, stop - at));
      at = stop + 1;
    }
    const std::size_t count = std::stoul(fields[4]);
    entries.push_back(
        {fields[0], fields[1], fields[2], std::stoul(fields[3]), all.substr(at, count)});
    at += count;
  }
  return entries;
}

/// A file's bytes, and what was done to it since they were last synced.
struct File {
  std::string bytes;
  std::vector<Entry> later;
};

void put(std::string& bytes, std::size_t offset, std::string_view what) {
  bytes.resize(std::max(bytes.size(), offset + what.size()), '\0');
  bytes.replace(offset, what.size(), what);
}

void apply(std::string& bytes, const Entry& entry) {
  if (entry.call == "write") {
    put(bytes, entry.offset, entry.bytes);
  } else {
    bytes.resize(entry.call == "resize" ? entry.offset : 0, '\0');
  }
}

/// A disk with its cache: what is synced, and what may get lost.
class Disk {
 public:
  void take(const Entry& entry) {
    if (entry.call == "sync") {
      sync(entry.path);
    } else if (entry.call == "write" || entry.call == "resize") {
      seen_.at(entry.path)->later.push_back(entry);
    } else if (entry.call != "mkdir") {  // a folder is there if anything in it is
      take_name(entry);
    }
  }

  /// One of the states that a cut may leave: names and their bytes.
  std::map<std::string, std::string> after_cut(std::mt19937_64& draw) const {
    auto names = durable_;
    for (const Name& name : names_) {
      if (draw() % 2 == 0) {
        apply_name(names, name);
      }
    }
    std::map<std::string, std::string> state;
    for (const auto& [path, file] : names) {
      state[path] = bytes_after_cut(*file, draw);
    }
    return state;
  }

 private:
  /// A new name for a file, or none: from `old_path` if it had one there.
  struct Name {
    std::string path, old_path;
    std::shared_ptr<File> file;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;

  static void apply_name(Names& names, const Name& name) {
    if (!name.old_path.empty()) {
      names.erase(name.old_path);
    }
    if (name.file) {
      names[name.path] = name.file;
    }
  }

  void take_name(const Entry& entry) {
    if (entry.call == "rename") {
      const auto file = seen_.at(entry.path);
      name({entry.other, entry.path, file});
    } else if (entry.call == "unlink") {
      name({entry.path, entry.path, nullptr});
    } else if (seen_.count(entry.path) == 0) {
      name({entry.path, "", std::make_shared<File>()});
    } else if (entry.call == "truncate") {
      seen_.at(entry.path)->later.push_back(entry);
    }
  }

  void name(const Name& name) {
    apply_name(seen_, name);
    names_.push_back(name);
  }

  void sync(const std::string& path) {
    if (const auto at = seen_.find(path); at != seen_.end()) {
      for (const Entry& entry : at->second->later) {
        apply(at->second->bytes, entry);
      }
      at->second->later.clear();
      return;
    }
    std::vector<Name> elsewhere;
    for (const Name& name : names_) {
      if (fs::path(name.path).parent_path() == path) {
        apply_name(durable_, name);
      } else {
        elsewhere.push_back(name);
      }
    }
    names_ = elsewhere;
  }

  static std::string bytes_after_cut(const File& file, std::mt19937_64& draw) {
    std::string bytes = file.bytes;
    for (const Entry& entry : file.later) {
      if (entry.call != "write") {
        if (draw() % 2 == 0) {
          apply(bytes, entry);
        }
        continue;
      }
      for (std::size_t from = 0; from < entry.bytes.size();) {
        const std::size_t room = kPiece - (entry.offset + from) % kPiece;
        const std::string_view piece = std::string_view(entry.bytes).substr(from, room);
        if (draw() % 2 == 0) {
          put(bytes, entry.offset + from, piece);
        }
        from += piece.size();
      }
    }
    return bytes;
  }

  Names seen_;               ///< As programs see it before the cut.
  Names durable_;            ///< Names that are synced.
  std::vector<Name> names_;  ///< Those since.
};

void write_state(const std::map<std::string, std::string>& state, const fs::path& from,
                 const fs::path& to, std::string_view only) {
  for (const auto& [path, bytes] : state) {
    if (!path.ends_with(only)) {
      continue;
    }
    const fs::path file = to / fs::path(path).lexically_relative(from);
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
  }
}

using mlpsweep::sweeps::Fingerprint;
using Digests = std::map<Fingerprint, Fingerprint>;  // of each trial's record

Digests digests(const JournalIndex& index) {
  Digests all;
  for (const auto& [fingerprint, place] : index.records) {
    all[fingerprint] = mlpsweep::results::digest_of(index.read(fingerprint));
  }
  return all;
}

Digests read_state(const std::map<std::string, std::string>& state, const fs::path& from,
                   const fs::path& scratch) {
  fs::remove_all(scratch);
  fs::create_directories(scratch / "journal");
  write_state(state, from, scratch, ".mlj");
  return digests(mlpsweep::results::read_journals(scratch / "journal"));
}

/// What is wrong with a state, if anything: `sure` was acknowledged before the cut.
std::string fault_of(const Digests& found, const Digests& sure, const Digests& all) {
  for (const auto& [fingerprint, record] : sure) {
    if (found.count(fingerprint) == 0) {
      return "lost " + fingerprint.brief();
    }
  }
  for (const auto& [fingerprint, record] : found) {
    if (all.count(fingerprint) == 0 || all.at(fingerprint) != record) {
      return "made up " + fingerprint.brief();
    }
  }
  return "";
}

/// The state in which everything not synced is gone.
std::map<std::string, std::string> synced_only(const std::vector<Entry>& entries, std::size_t cut) {
  std::map<std::string, std::string> written, durable;
  for (std::size_t i = 0; i < cut; ++i) {
    const Entry& entry = entries[i];
    if (!entry.path.ends_with(".mlj")) {
      continue;
    }
    if (entry.call == "write" || entry.call == "resize") {
      apply(written[entry.path], entry);
    } else if (entry.call == "sync") {
      durable[entry.path] = written[entry.path];
    }
  }
  return durable;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "usage: power_loss TRACE FOLDER STATES SEED KEPT COUNT\n");
    return 2;
  }
  const std::vector<Entry> entries = read_trace(argv[1]);
  const fs::path folder = argv[2], kept = argv[5];
  const std::size_t states = std::stoul(argv[3]), count = std::stoul(argv[6]);
  std::mt19937_64 draw(std::stoul(argv[4]));
  const fs::path scratch = kept / "scratch";
  const Digests all = read_state(synced_only(entries, entries.size()), folder, scratch);
  int faults = 0;
  std::size_t acknowledged = 0;
  for (std::size_t i = 0; i < states; ++i) {
    const std::size_t cut = draw() % (entries.size() + 1);
    Disk disk;
    for (std::size_t e = 0; e < cut; ++e) {
      disk.take(entries[e]);
    }
    const auto state = disk.after_cut(draw);
    const Digests sure = read_state(synced_only(entries, cut), folder, scratch);
    acknowledged += sure.size();
    const std::string fault = fault_of(read_state(state, folder, scratch), sure, all);
    if (!fault.empty()) {
      std::printf("state %zu, cut after %zu of %zu calls: %s\n", i, cut, entries.size(),
                  fault.c_str());
      ++faults;
    }
    if (i < count) {
      fs::create_directories(kept / std::to_string(i) / "journal");
      write_state(state, folder, kept / std::to_string(i), "");
    }
  }
  fs::remove_all(scratch);
  std::printf("%zu states, %.1f acknowledged trials in the mean of them, %d faults\n", states,
              static_cast<double>(acknowledged) / static_cast<double>(states), faults);
  return faults == 0 ? 0 : 1;
}
