#include "results/process_state.h"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mlpsweep::results {
namespace {

TEST(StateOf, AChildIsToldByItsParentAndWhetherItStopped) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    raise(SIGSTOP);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, WUNTRACED), child);
  const ProcessState stopped = state_of(child);
  EXPECT_EQ(stopped.state, 'T');
  EXPECT_EQ(stopped.parent, getpid());
  EXPECT_GE(stopped.start, state_of(getpid()).start);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  EXPECT_EQ(state_of(child).state, '?');
}

TEST(AllProcesses, HaveThisOne) {
  EXPECT_THAT(all_processes(), testing::Contains(getpid()));
}

}  // namespace
}  // namespace mlpsweep::results
