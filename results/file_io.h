// The few system calls behind journals, lock and whole files, with errors that name the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlpsweep::results {

/// An open file's number; closed when it goes. Closing reports nothing: whoever needs to know that
/// the bytes arrived syncs first.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  void close() noexcept;

 private:
  int number_ = -1;
};

/// Throws MachineError: "FILE: cannot DOING: the system's words; what to do". Where reading was not
/// allowed ("open", "list", "read", "look at"), an InputError: another file is what helps.
[[noreturn]] void fail(const std::filesystem::path& file, std::string_view doing, int error_number);

/// As open(2), always with O_CLOEXEC.
/// Errors   MachineError; InputError: a file to be read that the user may not read.
[[nodiscard]] Descriptor open_file(const std::filesystem::path& file, int flags);

/// Writes all of `bytes`, however many calls that takes; normally it's one.
/// Errors   MachineError; then any number of the bytes may have been written.
void write_all(const Descriptor& to, std::string_view bytes, const std::filesystem::path& file);

/// Fills `to` from `offset` on; returns less than `bytes` only at the file's end.
/// Errors   MachineError.
[[nodiscard]] std::size_t read_at(const Descriptor& from, std::uint64_t offset, char* to,
                                  std::size_t bytes, const std::filesystem::path& file);

/// Errors   MachineError.
[[nodiscard]] std::uint64_t size_of(const Descriptor& open, const std::filesystem::path& file);

/// Names in a folder but for `.` and `..`, in no order. (libstdc++'s directory_iterator ends the
/// program where memory runs out.)
/// Errors   MachineError; InputError: the user may not list it.
[[nodiscard]] std::vector<std::string> names_in(const std::filesystem::path& folder);

/// The same, and `error_number` where it can't be listed, else 0; then those that were seen.
[[nodiscard]] std::vector<std::string> names_in(const std::filesystem::path& folder,
                                                int& error_number);

/// Makes a new or renamed name in `folder` survive a power cut.
/// Errors   MachineError.
void sync_folder(const std::filesystem::path& folder);

/// Makes a folder and those above it, as far as they are not there.
/// Errors   MachineError with the folder's name.
void make_folder(const std::filesystem::path& folder);

/// What write_whole(file, ...) writes first; a kill leaves it behind.
[[nodiscard]] std::filesystem::path temporary_of(const std::filesystem::path& file);

/// Replaces `file` by `text`: a temporary name, fsync, rename, fsync of the folder, so that a
/// reader (and a power cut) finds the old text or the new one and never a part.
///
/// Errors   MachineError; the old file stays as it was.
/// Threads  One writer a file at a time, which the sweep's lock sees to.
void write_whole(const std::filesystem::path& file, std::string_view text);

/// The same, of several pieces and through a temporary of that name, so that several may write
/// `file` at once: each has its own, and the last one to come holds.
void write_whole(const std::filesystem::path& file, const std::filesystem::path& temporary,
                 std::span<const std::string_view> pieces);

/// Errors   MachineError.
[[nodiscard]] std::string read_whole(const std::filesystem::path& file);

}  // namespace mlpsweep::results
