#pragma once

#include <array>
#include <span>
#include <vector>

#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/estimate/record_information.hpp"

namespace dickejump {

/// What is left of a record's clicks when those that the filter expects are taken away.
///
/// lambda_c(t) is the click rate of channel c that the filter predicts from the record so far, 0 while the
/// channel is dead or the gate shut. If the model is right, the counts less int lambda_c dt are a martingale,
/// and waiting times measured in expected clicks, int lambda_c dt from one click to the next, are independent
/// exponentials of mean 1 (time rescaling: Brown et al., Neural Comput. 14, 325 (2002)). The last, open
/// interval is counted as far as it goes.
class ClickResiduals {
public:
    static constexpr std::size_t times = 40,  ///< points of the run at which `excess` is told
        waits = 24;                           ///< quantiles at which `short_waits` is

    /// Of one channel, or of all together.
    struct Process {
        double clicks = 0.0,  ///< that came
            expected = 0.0;   ///< that the filter predicted: int lambda dt
        /// Clicks less expected ones up to (i + 1)/times of the run.
        std::array<double, times> excess = {};
        /// Intervals that have ended within tau less those that should have, at the taus below which an
        /// exponential lies with probability (i + 1/2)/waits: sum over intervals of 1{w <= tau} - min(w,
        /// tau).
        std::array<double, waits> short_waits = {};
        std::vector<double> intervals = {};  ///< those that ended [expected clicks]

        /// Adds another process, interval by interval: of records judged together.
        Process& operator+=(const Process& other);
    };

    /// Channels that the detector sees, in the order of `channels`; of several also all together, last.
    std::vector<Process> processes;

    /// The largest absolute value of `excess` and of `short_waits`, by process: large where the model does
    /// not fit. How large they are by chance is for simulated records to say.
    std::vector<double> distances() const;
};

/// The residuals of a record at one theta, by a pass of the filter.
/// @param start  and all else as the filter's
/// @throws InvalidInput as the filter, also if theta is not finite; Stopped
ClickResiduals residuals(const LikelihoodFilter& filter, const DickeLadder& ladder, const PumpSchedule& pump,
                         double duration, const Eigen::VectorXd& start, const Detector& detector,
                         double side_rate, std::span<const Photon> clicks, double theta,
                         StopRequest stop = {});

/// The same at other values of theta and more parameters.
ClickResiduals residuals(const RecordInformation& filter, const PumpSchedule& pump, double duration,
                         const Eigen::VectorXd& start, std::span<const Photon> clicks,
                         const Eigen::VectorXd& at, StopRequest stop = {});

/// How often chance makes a record like this one or a worse one: distances are measured in their means over
/// the simulated records and this one, the greatest counts, and p = (1 + those at least as great)/(1 +
/// simulated). NaN without simulated records. @throws InvalidInput unless all have as many distances, finite
/// and not negative
double fit_p_value(std::span<const double> observed, std::span<const std::vector<double>> simulated);

}  // namespace dickejump
