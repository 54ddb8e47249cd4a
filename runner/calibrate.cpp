#include "runner/calibrate.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

#include "engine/parallel.h"

namespace mlpsweep::runner {
namespace {

/// Shorter ones would be timed by chance.
constexpr double kShortestPiece = 0.01;
/// Seconds of one measurement, in pieces: three ways, and each finds out first how many rows it
/// can have, and prepares what it trains.
constexpr double kPieces = 4;

/// Runs `task(0) .. task(count - 1)` on a pool of so many threads.
/// Errors   The first exception of a task is thrown again here.
void run_on_pool(int threads, std::size_t count, const std::function<void(std::size_t)>& task) {
  std::mutex mutex;
  std::exception_ptr fault;
  {
    engine::ThreadPool pool(threads);
    for (std::size_t i = 0; i < count; ++i) {
      pool.run([&, i] {
        try {
          task(i);
        } catch (...) {
          const std::lock_guard lock(mutex);
          fault = fault ? fault : std::current_exception();
        }
      });
    }
  }
  if (fault) {
    std::rethrow_exception(fault);
  }
}

engine::Pace mean_of(const std::vector<engine::Pace>& paces) {
  engine::Pace mean;
  for (const engine::Pace& pace : paces) {
    mean.fixed += pace.fixed / static_cast<double>(paces.size());
    mean.epoch += pace.epoch / static_cast<double>(paces.size());
  }
  return mean;
}

}  // namespace

MeasureKind measure_on(int cores, engine::DatasetCache& data) {
  return [cores, &data](const engine::TrainSpec& spec, double seconds) {
    const auto set = data.get(spec.data);
    const auto count = static_cast<std::size_t>(cores);
    std::vector<std::unique_ptr<engine::Rehearsal>> trials(count);
    std::vector<engine::Pace> busy(count);
    run_on_pool(cores, count, [&](std::size_t i) {
      trials[i] = std::make_unique<engine::Rehearsal>(spec, *set);
      busy[i] = trials[i]->piece(seconds);
    });
    Paces paces;
    paces.busy = paces.alone = paces.joined = mean_of(busy);
    if (cores > 1) {
      run_on_pool(1, 1, [&](std::size_t) { paces.alone = trials[0]->piece(seconds); });
      run_on_pool(cores, 1, [&](std::size_t) { paces.joined = trials[0]->piece(seconds); });
    }
    return paces;
  };
}

Calibration calibrate(const std::vector<Kind>& kinds, double seconds, const MeasureKind& measure,
                      const engine::ReadClock& now) {
  const std::vector<std::size_t> chosen = chosen_kinds(kinds.size(), kMostMeasured);
  const double pieces = kRounds * kPieces * static_cast<double>(chosen.size());
  const double piece = std::max(seconds / pieces, kShortestPiece);
  const double enough = now() + kMostOver * piece * pieces;
  Calibration calibration{{}, chosen.size()};
  for (int round = 0; round < kRounds && (round < kFewestRounds || now() < enough); ++round) {
    std::vector<Paces> measured;
    for (const std::size_t kind : chosen) {
      measured.push_back(measure(kinds[kind].spec, piece));
    }
    calibration.rounds.push_back(paces_of_all(kinds, chosen, measured));
  }
  return calibration;
}

}  // namespace mlpsweep::runner
