#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "numeric/sum_of_squares.hpp"

namespace dickejump {

/// Amplitudes for an integrator: real and imaginary parts in turn, as std::complex has them.
using Amplitudes = std::vector<double>;

/// |psi|^2.
inline double squared_norm(const Amplitudes& psi) {
    return numeric::sum_of_squares(psi.data(), psi.size());
}

/// y = sum_k factors[k] x[k], over `size` numbers; y is none of the x.
/// @param terms  2..7
void combine(std::size_t terms, const double* const* x, const double* factors, double* y, std::size_t size);

/// Odeint's algebra on Amplitudes with its operations: each stage of a step is one vectorised loop.
struct AmplitudeAlgebra {
    template <std::size_t terms>
    struct Combination {
        std::array<double, terms> factors;

        template <class... Factors>
        explicit Combination(Factors... f) : factors{f...} {}

        template <class... X>
        void operator()(Amplitudes& y, const X&... x) const {
            const std::array<const double*, terms> pointers{x.data()...};
            combine(terms, pointers.data(), factors.data(), y.data(), y.size());
        }
    };
    struct Operations {
        template <class...>
        using scale_sum2 = Combination<2>;
        template <class...>
        using scale_sum3 = Combination<3>;
        template <class...>
        using scale_sum4 = Combination<4>;
        template <class...>
        using scale_sum5 = Combination<5>;
        template <class...>
        using scale_sum6 = Combination<6>;
        template <class...>
        using scale_sum7 = Combination<7>;
    };

    using A = Amplitudes;
    static void for_each3(A& y, const A& a, const A& b, const Combination<2>& sum) { sum(y, a, b); }
    static void for_each4(A& y, const A& a, const A& b, const A& c, const Combination<3>& sum) {
        sum(y, a, b, c);
    }
    static void for_each5(A& y, const A& a, const A& b, const A& c, const A& d, const Combination<4>& sum) {
        sum(y, a, b, c, d);
    }
    static void for_each6(A& y, const A& a, const A& b, const A& c, const A& d, const A& e,
                          const Combination<5>& sum) {
        sum(y, a, b, c, d, e);
    }
    static void for_each7(A& y, const A& a, const A& b, const A& c, const A& d, const A& e, const A& f,
                          const Combination<6>& sum) {
        sum(y, a, b, c, d, e, f);
    }
    static void for_each8(A& y, const A& a, const A& b, const A& c, const A& d, const A& e, const A& f,
                          const A& g, const Combination<7>& sum) {
        sum(y, a, b, c, d, e, f, g);
    }
};

/// The error of a step as a part of the state's norm, over the tolerance: Odeint accepts up to 1.
class StateErrorChecker {
public:
    explicit StateErrorChecker(double tolerance) : tolerance_(tolerance) {}

    double error(const AmplitudeAlgebra&, const Amplitudes& psi, const Amplitudes&, const Amplitudes& error,
                 double) const;

private:
    double tolerance_;
};

}  // namespace dickejump
