// Made by scripts/special-math.ts of src/core/kernel/special.
#pragma once

namespace puregrad {
namespace portable {

double besselIe(double n, double x);
double besselI(double n, double x);
double besselJ(double n, double x);
double logBeta(double a, double b);
double betaPrefix(double a, double b, double x, double y);
double betaInc(double a, double b, double x);
double betaIncRest(double a, double b, double x);
bool isOrder(double n);
double erfc(double x);
double erfcx(double x);
double erfinv(double x);
double erfcinv(double q);
double ndtr(double x);
double logNdtr(double x);
double ndtri(double p);
double stirling(double x);
double lgamma1p(double x);
double lgammaPositive(double x);
double lgamma(double x);
double gammaPositive(double x);
double gamma(double x);
double digamma(double x);
double sinh(double x);
double cosh(double x);
double asinh(double x);
double acosh(double x);
double atanh(double x);
double logGammaPrefix(double a, double x);
double gammaSeries(double a, double x);
double gammaP(double a, double x);
double gammaQ(double a, double x);
double gammaDensity(double a, double x);
double gammaPSlope(double a, double x);
double log1pLess(double u);
double logLess(double ratio, double u);
double polygamma(double n, double x);
double log2(double x);
double log10(double x);
double exp2(double x);
double cbrt(double x);
double hypot(double x, double y);
double gammaPInv(double a, double p);
double poissonQuantile(double mean, double u);
double binomialQuantile(double n, double p, double u);
double sinc(double n, double x);
double sinPi(double x);
double cotPi(double x);
double cosPi(double x);
double tan(double x);
double atan(double x);
double atan2(double y, double x);
double asin(double x);
double acos(double x);
double copySign(double x, double y);

}  // namespace portable
}  // namespace puregrad
