#include "runner/interrupts.h"

#include <atomic>
#include <csignal>
#include <initializer_list>

#include <unistd.h>

#include "runner/exit_codes.h"

namespace mlpsweep::runner {
namespace {

// Any thread may be the one that a signal comes to, so two handlers may run at once.
std::atomic<bool> flag = false;
std::atomic<bool> again = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a handler may use it");

extern "C" void on_signal(int number) {
  if (flag.exchange(true) && number == SIGINT) {
    _exit(kExitInterrupted);
  }
}

extern "C" void on_signal_to_launcher(int number) {
  if (flag.exchange(true) && number == SIGINT) {
    again = true;
  }
}

/// What nohup has said stays so.
bool is_ignored(int number) {
  struct sigaction now {};
  return sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

void install(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    if (number != SIGHUP || !is_ignored(SIGHUP)) {
      sigaction(number, &action, nullptr);
    }
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace

void catch_signals() {
  install(on_signal);
}

void catch_signals_of_launcher() {
  install(on_signal_to_launcher);
}

bool interrupted() {
  return flag;
}

bool must_end_at_once() {
  return again;
}

}  // namespace mlpsweep::runner
