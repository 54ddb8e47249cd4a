#include "runner/interrupts.h"

#include <csignal>
#include <initializer_list>

#include <unistd.h>

#include "runner/exit_codes.h"

namespace mlpsweep::runner {
namespace {

volatile std::sig_atomic_t flag = 0;

extern "C" void on_signal(int number) {
  if (flag != 0 && number == SIGINT) {
    _exit(kExitInterrupted);
  }
  flag = 1;
}

}  // namespace

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    sigaction(number, &action, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

bool interrupted() {
  return flag != 0;
}

}  // namespace mlpsweep::runner
