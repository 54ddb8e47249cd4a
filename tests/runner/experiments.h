// Sweeps with experiments, trained in a scratch folder of their own: for tests of what a run does
// and of what is read behind it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "results/file_io.h"
#include "runner/commands.h"

#include "small_sweep.h"

namespace mlpsweep::runner {

/// What becomes of recorded trials that the spec has no more.
enum class Dropped { kRefused, kAgreed };

class Experiments : public testing::Test {
 protected:
  Experiments() : root_((small_.folder() / "sweep").string()) {}

  /// `experiments` stand below a spec whose top level sweeps nothing.
  int run(const std::string& experiments, Dropped dropped = Dropped::kRefused) {
    const std::filesystem::path spec = small_.folder() / "small.yaml";
    results::write_whole(spec, small_.text("{}") + experiments);
    RunOptions options;
    options.target = spec.string();
    options.folder = root_;
    options.extend = dropped == Dropped::kAgreed;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    int code = 0;
    try {
      code = runner::run(World(), options);
    } catch (...) {
      testing::internal::GetCapturedStdout();
      testing::internal::GetCapturedStderr();
      throw;
    }
    printed_ = testing::internal::GetCapturedStdout();
    log_ = testing::internal::GetCapturedStderr();
    return code;
  }

  SmallSweep small_;
  std::string root_;
  std::string printed_;
  std::string log_;
};

}  // namespace mlpsweep::runner
