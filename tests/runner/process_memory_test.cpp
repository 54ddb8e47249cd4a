#include "runner/process_memory.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace mlpsweep::runner {
namespace {

TEST(ProcessMemory, IsReadAsTheKernelWritesIt) {
  const ProcessMemory got = process_memory(
      "Name:\tmlpsweep\nVmHWM:\t  129024 kB\nVmRSS:\t   81920 kB\nRssAnon:\t  1 kB\n");
  EXPECT_DOUBLE_EQ(got.peak_bytes, 126 * kMebibyte);
  EXPECT_DOUBLE_EQ(got.bytes, 80 * kMebibyte);
}

TEST(ProcessMemory, IsNothingWhereTheSystemDoesNotTell) {
  EXPECT_DOUBLE_EQ(process_memory("").peak_bytes, 0);
  EXPECT_DOUBLE_EQ(process_memory("Name:\tx\n").bytes, 0);
}

TEST(ProcessMemory, OfThisProcessCountsWhatItTouches) {
  const ProcessMemory before = process_memory();
  if (before.peak_bytes == 0) {
    GTEST_SKIP() << "this system does not tell a process's memory";
  }
  // Filled first. The kernel counts in batches: a peak may stand a little below what is in use.
  const double freed = std::max(0.0, before.peak_bytes - before.bytes);
  const std::vector<char> touched(static_cast<std::size_t>(freed) + 64 * 1024 * 1024, 'x');
  EXPECT_GT(process_memory().peak_bytes, before.peak_bytes + 32 * kMebibyte) << touched.size();
}

}  // namespace
}  // namespace mlpsweep::runner
