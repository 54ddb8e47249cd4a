#include "runner/slurm_command.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>
#include <sys/wait.h>

#include "engine/errors.h"
#include "runner/exit_codes.h"
#include "runner/job.h"
#include "runner/plan_trials.h"
#include "runner/version.h"
#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;

/// One word of a script, whatever is in it.
std::string for_bash(std::string_view word) {
  std::string text("'");
  for (const char letter : word) {
    text.append(letter == '\'' ? std::string_view("'\\''") : std::string_view(&letter, 1));
  }
  text.push_back('\'');
  return text;
}

std::size_t count(std::string_view text, char letter) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), letter));
}

/// M, M:S, H:M:S, D-H, D-H:M or D-H:M:S. (A job without an end is none that one wants by mistake.)
/// Source   sbatch(1), --time.
bool is_time(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789:-") != std::string_view::npos) {
    return false;
  }
  char before = ':';
  for (const char letter : text) {
    if (!std::isdigit(static_cast<unsigned char>(letter)) &&
        !std::isdigit(static_cast<unsigned char>(before))) {
      return false;
    }
    before = letter;
  }
  const std::size_t dash = text.find('-');
  return std::isdigit(static_cast<unsigned char>(before)) && count(text, '-') <= 1 &&
         count(text, ':') <= 2 && text.find(':') >= (dash == std::string_view::npos ? 0 : dash);
}

void refuse_line_ends(const std::string& text, const char* option) {
  if (text.find_first_of("\r\n") != std::string::npos) {
    throw InputError(fmt::format("{}: expected one line, found several", option));
  }
}

void refuse_unknown_launcher(const std::string& name) {
  constexpr std::array<std::string_view, 2> kLaunchers = {"srun", "mpirun"};
  if (std::find(kLaunchers.begin(), kLaunchers.end(), name) == kLaunchers.end()) {
    const std::string_view near = sweeps::nearest(name, kLaunchers);
    throw InputError(fmt::format("--launcher: expected srun or mpirun, found '{}'{}{}", name,
                                 near.empty() ? "" : "; nearest: ", near));
  }
}

void refuse_bad(const SlurmOptions& options) {
  if (!is_time(options.time)) {
    throw InputError(fmt::format(
        "--time: expected minutes, H:MM:SS or D-HH (sbatch's forms), found '{}'", options.time));
  }
  refuse_unknown_launcher(options.launcher);
  refuse_line_ends(options.partition, "--partition");
  refuse_line_ends(options.mpi, "--mpi");
  for (const std::string& extra : options.extras) {
    refuse_line_ends(extra, "--sbatch");
    if (!extra.starts_with("-")) {
      throw InputError(
          fmt::format("--sbatch: expected an option of sbatch, as in --sbatch=--account=physics, "
                      "found '{}'",
                      extra));
    }
  }
}

std::string directives(const SlurmOptions& options, const std::string& name) {
  std::vector<std::string> lines = {"--job-name=" + name, fmt::format("--nodes={}", options.nodes),
                                    fmt::format("--ntasks-per-node={}", options.ranks_per_node),
                                    options.cores > 0
                                        ? fmt::format("--cpus-per-task={}", options.cores)
                                        : std::string("--exclusive"),
                                    "--time=" + options.time};
  if (!options.partition.empty()) {
    lines.push_back("--partition=" + options.partition);
  }
  if (options.shards > 0) {
    lines.push_back(fmt::format("--array=1-{}", options.shards));
  }
  lines.insert(lines.end(), {"--requeue", "--open-mode=append",
                             fmt::format("--signal=B:USR1@{}", options.notice)});
  lines.insert(lines.end(), options.extras.begin(), options.extras.end());
  return fmt::format("#SBATCH {}\n", fmt::join(lines, "\n#SBATCH "));
}

/// One rank is free to use all cores of its share; several a node are held to a NUMA domain each.
std::string launch(const SlurmOptions& options) {
  const bool several = options.ranks_per_node > 1;
  if (options.launcher == "mpirun") {
    return fmt::format("mpirun -n {} --map-by {} --bind-to {}",
                       options.nodes * options.ranks_per_node, several ? "numa" : "ppr:1:node",
                       several ? "numa" : "none");
  }
  return fmt::format("srun --mpi={}{} --cpu-bind={}", options.mpi,
                     options.cores > 0 ? fmt::format(" --cpus-per-task={}", options.cores) : "",
                     several ? "rank_ldom" : "none");
}

std::string run_words(const SlurmOptions& options, const SlurmJob& job) {
  std::string text = for_bash(job.spec);
  for (const std::string& setting : options.overrides) {
    text.append(" ").append(for_bash(setting));
  }
  text.append(" -o \"$folder\"");
  if (options.shards > 0) {
    text.append(fmt::format(" --shard \"$SLURM_ARRAY_TASK_ID/{}\"", options.shards));
  }
  for (const std::string& word : options.words) {
    text.append(" ").append(for_bash(word));
  }
  return text;
}

constexpr const char* kHead = R"bash(#!/bin/bash
# By {program}, for sbatch: starts the sweep's ranks, and again where one died or could not start, while
# that brings it forward; out of time or preempted, it comes back into the queue until each trial has ended.
{directives}{setup}
program={path}
folder={folder}
part=$folder{part}
job={job}
come_so_far() {{
  "$program" status "$part" 2>/dev/null | head -n 1 | grep -oE '[0-9]+/[0-9]+ done|[0-9]+ failed'
  ls -l --time-style=full-iso "$part/checkpoints" 2>/dev/null
}}

come_back() {{
  if [ "${{SLURM_RESTART_COUNT:-0}}" -ge 3 ] && [ "$(come_so_far)" = "$begun" ]; then
    echo "all of its time brought nothing new, though it was queued again before: not once more" >&2
    return
  fi
  for try in 1 2 3; do
    state=$(squeue -h -j "$job" -o %T) || state=unknown
    case $state in
      RUNNING | PREEMPTED | unknown) scontrol requeue "$job" && sleep 60 ;;  # which ends this script
      *) return ;;  # cancelled, it stays so
    esac
    sleep 5
  done
  echo "Slurm did not take the job back into the queue: submit it again to go on" >&2
}}
time_is_short() {{  # trials stop at their next epoch; if that is too far, or nobody answers, they go on from checkpoints
  stopping=yes
  kill -USR1 "$ranks" 2>/dev/null
  [ -n "$late" ] || {{ sleep {patience} && come_back & late=$!; }}
}}

stopping='' late='' code=75 begun=$(come_so_far)
trap time_is_short USR1
trap '[ -z "$late" ] || kill "$late" 2>/dev/null' EXIT
trap 'stopping=yes' TERM  # preempted: the ranks have heard it too, and this waits for them
for ((start = idle = 0; idle < {most_idle}; ++start)); do
  export {run_part}=$start  # of one run: a trial that ranks die of is given up
  before=$(come_so_far)
  [ -z "$stopping" ] || break
  {launch} "$program" run {words} &
  ranks=$!
  [ -z "$stopping" ] || kill -USR1 "$ranks"  # told in between
  while kill -0 "$ranks" 2>/dev/null; do wait "$ranks"; done
  wait "$ranks"; code=$?
)bash";

constexpr const char* kTail =
    R"bash(  [ "$code" != 2 ] || [ "$start" -gt 0 ] || exit 2  # refused: its words stand above
  "$program" status "$part" --exit-code; left=$?
  case $left in 0 | 1) exit "$left" ;; esac  # each trial has ended
  [ "$code" != 75 ] || stopping=yes
  [ -z "$stopping" ] || break
  if [ "$(come_so_far)" = "$before" ]; then idle=$((idle + 1)); else idle=0; fi
  sleep 2  # what was left of that start may hold the lock still
done
if [ -z "$stopping" ]; then
  echo "exit code $code, and the last starts brought nothing new: not queued again" >&2
  exit "$code"
fi
come_back
exit 75
)bash";

std::string own_path() {
  return fs::read_symlink("/proc/self/exe").string();
}

void submit(const std::string& script) {
  std::fflush(nullptr);
  std::FILE* sbatch = popen("sbatch", "w");
  if (sbatch == nullptr) {
    throw MachineError(fmt::format("sbatch can't be started: {}", std::strerror(errno)));
  }
  std::fwrite(script.data(), 1, script.size(), sbatch);
  const int status = pclose(sbatch);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw MachineError(
        "sbatch did not take the script (its words stand above); nothing was submitted. Without "
        "--submit the script is printed");
  }
}

}  // namespace

std::string batch_script(const SlurmOptions& options, const SlurmJob& job) {
  refuse_bad(options);
  std::string setup;
  for (const std::string& line : options.setup) {
    setup.append("\n").append(line);
  }
  const bool is_array = options.shards > 0;
  const std::string head = fmt::format(
      kHead, fmt::arg("program", kProgram), fmt::arg("directives", directives(options, job.name)),
      fmt::arg("setup", setup.empty() ? "" : setup + "\n"), fmt::arg("path", for_bash(job.program)),
      fmt::arg("folder", for_bash(job.folder)),
      fmt::arg("part", is_array ? "/shard-$SLURM_ARRAY_TASK_ID" : ""),
      fmt::arg("job", is_array ? "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" : "$SLURM_JOB_ID"),
      fmt::arg("most_idle", kMostIdleStarts), fmt::arg("run_part", kPartVariable),
      fmt::arg("patience", options.notice * 2 / 3), fmt::arg("launch", launch(options)),
      fmt::arg("words", run_words(options, job)));
  return head + kTail;
}

int slurm(const SlurmOptions& options) {
  sweeps::ReadOptions reading;
  reading.overrides = options.overrides;
  if (options.yes) {
    reading.most_trials = kNoLimit;
  }
  const sweeps::Sweep sweep = sweeps::read_sweep_file(options.spec, reading);
  const fs::path folder =
      options.folder.empty() ? fs::path("runs") / sweep.name : fs::path(options.folder);
  const std::string script = batch_script(
      options,
      {sweep.name, own_path(), fs::absolute(options.spec).string(), fs::absolute(folder).string()});
  if (options.submit) {
    submit(script);
  } else {
    fmt::print("{}", script);
  }
  return kExitDone;
}

}  // namespace mlpsweep::runner
