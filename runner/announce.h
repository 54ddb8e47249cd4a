// What `run` tells on stderr before it trains.
#pragma once

#include <cstddef>
#include <filesystem>

#include "results/journal.h"
#include "results/lock.h"
#include "runner/plan_trials.h"
#include "runner/worker.h"
#include "runner/world.h"

namespace mlpsweep::runner {

/// What is wrong with the records of earlier runs.
void tell_faults(const results::JournalIndex& journals);

/// Of a run that died in the folder, for whoever has taken its lock over.
void tell_taken_over(const results::SweepLock& lock);

/// Once a run, after its first plan: ranks and threads, and what should be known before it starts.
void tell_surroundings(const World& world, const WorkerOptions& own, const sweeps::Sweep& sweep);

/// Each time that winners gave waiting parts their trials, and before: what is to do now.
void tell_plan(const Planned& planned, const std::filesystem::path& folder, std::size_t waiting);

}  // namespace mlpsweep::runner
