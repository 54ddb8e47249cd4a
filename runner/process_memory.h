// How much memory this process takes, as the kernel counts it.
#pragma once

#include <string>

namespace mlpsweep::runner {

inline constexpr double kMebibyte = 1024.0 * 1024.0;

/// Pages in memory, shared ones counted whole: a data set that several ranks map is in each one's
/// figure. (Pss would share it out, but the kernel keeps no peak of that.)
///
/// Units    Bytes; 0 where the system doesn't tell.
/// Source   proc(5), /proc/self/status: VmRSS, VmHWM.
struct ProcessMemory {
  double bytes = 0;
  double peak_bytes = 0;  ///< The most there ever was since the program began.
};
[[nodiscard]] ProcessMemory process_memory();

/// Of that file's text.
[[nodiscard]] ProcessMemory process_memory(const std::string& status);

/// Has the C library give large arrays back to the system as soon as they are freed. By itself it
/// keeps those that threads other than the main one had, up to 64 MiB a thread: where networks of
/// 22 MiB a layer followed each other, a rank held 245 MiB where 174 MiB were in use.
void return_freed_memory();

}  // namespace mlpsweep::runner
