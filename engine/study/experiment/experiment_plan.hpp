#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/spin_filter.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/study/experiment/experiment.hpp"

namespace dickejump {

/// The estimators of a leg, in their order everywhere here.
inline constexpr std::array leg_estimators{Estimator::first_crossing, Estimator::last_crossing,
                                           Estimator::mid_crossing, Estimator::area};

/// Legs and rests of an experiment at one shift of the pump.
struct Course {
    struct Stretch {
        PumpSchedule pump;
        double duration;
        LocalSpins spins;            ///< with the rates that act here
        std::optional<ScanLeg> leg;  ///< empty: a rest
    };
    std::vector<Stretch> stretches;
    StartState start;

    Course(const ExperimentConfig& config, double theta);
};

/// What one run shows.
struct CourseRun {
    struct Leg {
        std::array<double, leg_estimators.size()> estimates;  ///< in s, NaN where missing
        SpinState end;
    };
    std::vector<Leg> legs;
    std::int64_t jumps = 0;
};
/// Trajectory `index` of an experiment.
/// @param photons  those that it emits are added to these, if there are any
CourseRun run_course(const Course& course, std::uint64_t seed, std::int64_t index,
                     std::vector<Photon>* photons = nullptr);

/// What records of one detector are estimated with.
struct CourseRecords {
    Detector detector;
    SpinFilter filter;
    ThetaRange range;
    double duration;  ///< of all legs and rests
    double scale;     ///< expected standard error of theta [gamma]; 0: it learns nothing
};

/// The sums of one detector's records.
struct RecordTally {
    Moments information;
    ScoredMoments maximum, bayes;
    NoMaximumCounts no_maximum;
    std::array<std::int64_t, 2> maximum_holds{}, bayes_holds{};  ///< theta, of 68 % and 95 %

    void add(const LikelihoodEstimate& estimate);
    void merge(const RecordTally& other);
};

/// What PreparedExperiment holds.
struct PreparedExperiment::Plan {
    struct Leg {
        std::array<std::optional<Calibration>, leg_estimators.size()> calibrations;
        std::optional<double> information;  ///< bound 3 up to its end
    };
    ExperimentConfig config;
    Course course;
    std::vector<Leg> legs;
    std::vector<CourseRecords> records;
    std::optional<double> full_record, paper;
    double parked_full_record;
};

/// The records of a detector, with the scale of its likelihood from a few runs. @throws Stopped
CourseRecords prepare_records(const ExperimentConfig& config, const Course& course, const Detector& detector,
                              StopRequest stop);
/// What the record of one run says.
LikelihoodEstimate estimate_record(const CourseRecords& records, std::span<const Photon> photons,
                                   std::uint64_t seed, std::int64_t index, StopRequest stop);
/// All records of a detector.
ExperimentRecord result_of(const CourseRecords& records, const RecordTally& tally);

/// Which estimators a plan is calibrated for, and whether bounds are computed: a search needs one number.
enum class Extent { all, area_alone };
std::shared_ptr<PreparedExperiment::Plan> make_experiment_plan(const ExperimentConfig& config, Extent extent,
                                                               const RunControl& control);

/// The sums of some runs.
struct ExperimentTally {
    struct Leg {
        std::array<Moments, leg_estimators.size()> runs;
        std::array<std::int64_t, leg_estimators.size()> missing{};
        Moments jz_end, j2_end;
    };
    std::vector<Leg> legs;
    std::vector<Covariance> together;  ///< by estimator: over legs, of runs that have all
    std::vector<RecordTally> records;  ///< by detector
    std::int64_t jumps = 0;

    ExperimentTally(std::size_t count, std::size_t detectors)
        : legs(count),
          together(leg_estimators.size(), Covariance(static_cast<Eigen::Index>(count))),
          records(detectors) {}
    void add(const CourseRun& run);
    void merge(const ExperimentTally& other);
};

/// The combination of one estimator's legs.
CombinedEstimate combined(Estimator estimator, const Covariance& together,
                          std::span<const Calibration> calibrations, std::int64_t atoms);

}  // namespace dickejump
