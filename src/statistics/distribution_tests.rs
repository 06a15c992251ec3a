//! Reference values from 40-digit arithmetic (mpmath) and R 4.2; the tolerance is relative.

use super::*;

const TOLERANCE: f64 = 2e-13;

fn assert_close(got: f64, want: f64, what: &str) {
    assert!((got - want).abs() <= TOLERANCE * want.abs(), "{what}: got {got:e}, want {want:e}");
}

#[test]
fn t_quantiles_are_right_at_any_degrees_of_freedom() {
    for (df, want) in T_QUANTILES {
        assert_close(student_t_quantile(0.975, df), want, &format!("qt(.975, {df})"));
    }
}

#[test]
fn t_tails_are_right_where_one_minus_cdf_is_zero() {
    for (t, df, want) in T_TAILS {
        assert_close(student_t_upper(t, df), want, &format!("pt({t}, {df}, lower = FALSE)"));
    }
}

#[test]
fn normal_tails_are_right_from_the_middle_to_the_far_end() {
    for (z, want) in NORMAL_TAILS {
        assert_close(normal_upper(z), want, &format!("pnorm({z}, lower = FALSE)"));
    }
}

#[test]
fn fair_coin_tails_are_right_for_a_million_throws() {
    for (k, n, want) in COIN_TAILS {
        assert_close(fair_binomial_lower(k, n), want, &format!("pbinom({k}, {n}, 1/2)"));
    }
}

#[test]
fn the_logarithm_keeps_what_the_tail_loses() {
    assert!(student_t_upper(1e4, 1e6) < 1e-300);
    assert_close(student_t_ln_two_sided(1e4, 1e6), LN_T_1E4_1E6, "ln p");
}

const T_QUANTILES: [(f64, f64); 9] = [
    (0.5, 164.55767348048852),
    (1.0, 12.706204736174705),
    (1.3, 7.5005293255620336),
    (2.7, 3.392148383173752),
    (9.0, 2.2621571627982053),
    (329.0, 1.9672006833568594),
    (10000.0, 1.9602012398906263),
    (500000.0, 1.9599687290938048),
    (3000000.0, 1.9599647752974445),
];
const T_TAILS: [(f64, f64, f64); 6] = [
    (0.3, 4.5, 0.38876677351971567),
    (-2.0, 7.0, 0.957190335718512),
    (12.0, 59.0, 9.00203269339157e-18),
    (40.0, 300.0, 1.4262090197655937e-122),
    (2.5, 500000.0, 0.006209824176774862),
    (31.0, 20000.0, 1.991866095570128e-206),
];
const NORMAL_TAILS: [(f64, f64); 6] = [
    (-1.0, 0.8413447460685429),
    (0.5, 0.3085375387259869),
    (1.5, 0.06680720126885807),
    (3.0, 0.0013498980316300946),
    (8.0, 6.220960574271784e-16),
    (36.0, 4.182624065797283e-284),
];
const COIN_TAILS: [(u64, u64, f64); 5] = [
    (0, 5, 0.03125),
    (3, 10, 0.171875),
    (40, 120, 0.00016520000919566035),
    (900, 2000, 4.228544767751963e-06),
    (498000, 1000000, 3.1804668750412444e-05),
];
const LN_T_1E4_1E6: f64 = -2307567.386992356;
