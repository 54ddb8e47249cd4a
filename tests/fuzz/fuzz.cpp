#include "fuzz.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "engine/errors.h"

namespace mlpsweep::fuzz {
namespace {

class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "fuzz-XXXXXX").string()) {
    must(::mkdtemp(path_.data()) != nullptr, "a folder can be made in $TMPDIR");
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Of the processor, not of the clock on the wall: the machine may have other things to do.
double seconds_used() {
  timespec now = {};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

void must(bool holds, const char* promise) {
  if (!holds) {
    std::fprintf(stderr, "does not hold: %s\n", promise);
    std::abort();
  }
}

const std::string& folder() {
  static const Folder folder;
  return folder.path();
}

std::string as_file(Bytes bytes, const std::string& name) {
  std::string path = folder() + "/" + name;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  must(file >= 0, "a file can be made in $TMPDIR");
  must(::write(file, bytes.data(), bytes.size()) == std::ssize(bytes), "it takes all bytes");
  ::close(file);
  return path;
}

std::size_t mutate(std::span<std::uint8_t> room, std::size_t size, unsigned seed,
                   void (*mend)(std::span<std::uint8_t>)) {
  const std::size_t changed = LLVMFuzzerMutate(room.data(), size, room.size());
  if (seed % 4 != 0) {
    mend(room.first(changed));
  }
  return changed;
}

}  // namespace mlpsweep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlpsweep;
  const double before = fuzz::seconds_used();
  try {
    fuzz::read({data, size});
  } catch (const InputError& error) {
    fuzz::must(*error.what() != '\0', "a refusal says why");
  }
  fuzz::must(fuzz::seconds_used() - before < 1, "an input takes less than a second");
  return 0;
}
