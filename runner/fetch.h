// Bringing a file from the net, whole or not at all. The only door to libcurl and OpenSSL.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mlpsweep::runner {

/// Hex digests of a file's unpacked bytes.
struct Digests {
  std::string md5;
  std::string sha256;
};

/// Of a plain or gz file, unpacked piece by piece.
/// Errors   InputError: not readable, or a gz file that is damaged. MachineError: the disk failed.
[[nodiscard]] Digests unpacked_digests(const std::string& path);

/// A download that came to nothing, in a sentence.
struct FetchFailure {
  std::string why;
  bool unreachable = false;  ///< No answer at all: the same will happen with the other files.
};

/// What a download asks of its caller.
struct FetchWatch {
  /// Bytes so far and in all (0: not told).
  std::function<void(std::uint64_t got, std::uint64_t of)> progress;
  std::function<bool()> stop_requested;  ///< Asked at least once a second.
  int silent_seconds = 30;               ///< Given up after so long without a byte.
};

/// Loads `address` (http or https, up to ten redirections) into the file that is open as
/// `descriptor`; an empty text is success.
///
/// Gives up where no connection comes about in 15 s (or in `silent_seconds`, if that is less), or
/// not a byte comes for `silent_seconds` (and up to 5 s: libcurl looks at the speed of the last
/// few). Never goes on with an answer that is shorter than announced, nor beyond 256 MiB. Errors
/// MachineError: the disk failed. Threads  One download at a time.
[[nodiscard]] FetchFailure download(const std::string& address, int descriptor,
                                    const FetchWatch& watch);

}  // namespace mlpsweep::runner
