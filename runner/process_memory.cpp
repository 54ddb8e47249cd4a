#include "runner/process_memory.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

#include <malloc.h>

namespace mlpsweep::runner {
namespace {

constexpr int kLargeArray = 1024 * 1024;  // bytes

/// "VmHWM:     1234 kB" of its line, in bytes.
double bytes_behind(const std::string& status, const std::string& key) {
  const std::size_t at = status.find("\n" + key + ":");
  return at == std::string::npos
             ? 0
             : std::strtod(status.c_str() + at + key.size() + 2, nullptr) * 1024;
}

}  // namespace

ProcessMemory process_memory(const std::string& status) {
  return {bytes_behind(status, "VmRSS"), bytes_behind(status, "VmHWM")};
}

ProcessMemory process_memory() {
  std::ifstream file("/proc/self/status");
  std::ostringstream text;
  text << file.rdbuf();
  return process_memory(text.str());
}

void return_freed_memory() {
#ifdef __GLIBC__
  // A threshold that is set stays; by itself it grows with what was freed.
  mallopt(M_MMAP_THRESHOLD, kLargeArray);
#endif
}

}  // namespace mlpsweep::runner
