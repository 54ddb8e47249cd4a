#include "results/guarded_child.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/errors.h"

#include "sample_record.h"

namespace mlpsweep::results {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr ChildLimits kEnough = {std::uint64_t{64} << 20U, 60};

using Work = std::function<void(const SendMessage&)>;

void ignore(std::string_view) {}

/// What is said of work that goes wrong.
template <class Error = InputError>
std::string complaint(const Work& work, const ChildLimits& limits = kEnough) {
  try {
    run_in_child(limits, work, ignore);
  } catch (const Error& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("another error: ") + error.what();
  }
  return "no error";
}

/// A limit of the user's, until it goes.
class UsersLimit {
 public:
  UsersLimit(__rlimit_resource resource, rlim_t value) : resource_(resource) {
    ::getrlimit(resource_, &before_);
    const rlimit narrow = {value, before_.rlim_max};
    ::setrlimit(resource_, &narrow);
  }
  ~UsersLimit() { ::setrlimit(resource_, &before_); }
  UsersLimit(const UsersLimit&) = delete;
  UsersLimit& operator=(const UsersLimit&) = delete;

 private:
  __rlimit_resource resource_;
  rlimit before_ = {};
};

void loop_for_ever(const SendMessage&) {
  for (volatile bool on = true; on;) {
  }
}

TEST(BelievedBytes, AreTheSizeWhereTheDiskHoldsLessOfIt) {
  EXPECT_EQ(believed_bytes(1'000'000, 0), 1'000'000U);              // allocated late
  EXPECT_EQ(believed_bytes(100'000'000, 5'000'000), 100'000'000U);  // compressed
}

TEST(BelievedBytes, AreFewOfAFileOfHoles) {
  EXPECT_EQ(believed_bytes(std::uint64_t{1} << 40U, 8192), 8'192'000U);
}

TEST(RunInChild, MessagesOfAnyLengthComeInOrder) {
  std::vector<std::string> got;
  const std::string large(5'000'000, 'x');
  run_in_child(
      kEnough,
      [&](const SendMessage& send) {
        send("one");
        send("");
        send(large);
      },
      [&](std::string_view message) { got.emplace_back(message); });
  EXPECT_THAT(got, ElementsAre("one", "", large));
}

TEST(RunInChild, AnExceptionComesWithItsWords) {
  EXPECT_EQ(complaint([](const SendMessage&) { throw InputError("no column 'x'"); }),
            "no column 'x'");
}

TEST(RunInChild, AFaultOfTheMachineStaysOne) {
  EXPECT_EQ(complaint<MachineError>([](const SendMessage&) { throw MachineError("EIO"); }), "EIO");
}

TEST(RunInChild, ASignalFromOutsideIsAFaultOfTheMachine) {
  EXPECT_EQ(complaint<MachineError>([](const SendMessage&) { std::raise(SIGKILL); }),
            "what reads it was ended from outside (signal 9, Killed): the system does so where "
            "memory runs out");
  EXPECT_EQ(complaint<MachineError>([](const SendMessage&) {
              std::signal(SIGTERM, SIG_DFL);
              std::raise(SIGTERM);
            }),
            "what reads it was ended from outside (signal 15, Terminated)");
}

TEST(RunInChild, ALimitOfTheUsersIsAFaultOfTheMachine) {
  {
    std::signal(SIGXCPU, SIG_IGN);  // this process may have used more already
    const UsersLimit seconds(RLIMIT_CPU, 1);
    EXPECT_THAT(complaint<MachineError>(loop_for_ever), HasSubstr("ulimit -t"));
  }
  if (memory_is_limited()) {
    const UsersLimit memory(RLIMIT_DATA, rlim_t{48} << 20U);
    EXPECT_THAT(complaint<MachineError>([](const SendMessage& send) {
                  send(std::string(std::size_t{60} << 20U, 'x'));
                }),
                HasSubstr("ulimit -v"));
  }
}

TEST(RunInChild, ACrashIsAnInputErrorThatNamesTheSignal) {
  // The signal's default: AddressSanitizer would make an exit code of it.
  const std::string text = complaint([](const SendMessage&) {
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);
  });
  EXPECT_EQ(text,
            "what reads it crashed on it (signal 11, Segmentation fault): it is damaged, or made "
            "to do harm");
}

TEST(RunInChild, AnEndWithoutAWordIsTold) {
  EXPECT_EQ(complaint([](const SendMessage&) { ::_exit(7); }),
            "reading it ended without a word (exit code 7)");
}

TEST(RunInChild, ALoopThatNeverEndsIsEnded) {
  const std::string text = complaint(loop_for_ever, {kEnough.memory_bytes, 1});
  EXPECT_EQ(text, "reading it takes more processor time than a file of its size should (1 s)");
}

TEST(RunInChild, MemoryBeyondTheLimitIsTold) {
  if (!memory_is_limited()) {
    GTEST_SKIP() << "memory is not limited under sanitizers, which take terabytes of addresses";
  }
  const std::string text =
      complaint([](const SendMessage& send) { send(std::string(std::size_t{80} << 20U, 'x')); });
  EXPECT_EQ(text, "reading it needs more memory than a file of its size should (64 MiB)");
}

TEST(RunInChild, OpensOneFileAtATimeAndWritesNone) {
  const ScratchFolder folder;
  const std::string path = (folder / "file").string();
  std::vector<std::string> got;
  run_in_child(
      kEnough,
      [&](const SendMessage& send) {
        std::signal(SIGXFSZ, SIG_IGN);
        std::ofstream out(path);
        send(out.is_open() ? "open" : "closed");
        send(std::ifstream("/dev/null").is_open() ? "open" : "closed");
        out << "x";
        out.flush();
        send(out.good() ? "written" : "not written");
      },
      [&](std::string_view message) { got.emplace_back(message); });
  EXPECT_THAT(got, ElementsAre("open", "closed", "not written"));
}

TEST(RunInChild, WhatTakingThrowsEndsTheChildAndIsPassedOn) {
  const auto endless = [](const SendMessage& send) {
    while (true) {
      send("again");
    }
  };
  EXPECT_THROW(
      run_in_child(kEnough, endless, [](std::string_view) { throw MachineError("enough"); }),
      MachineError);
}

}  // namespace
}  // namespace mlpsweep::results
