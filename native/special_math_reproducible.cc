// Made by scripts/special-math.ts of src/core/kernel/special.
// To be compiled without contraction of a · b + c.
#if defined(__clang__)
#pragma clang fp contract(off)
#else
#pragma GCC optimize("fp-contract=off")
#endif

#include "special_math.h"
#include "polynomial.h"
#include "portable_math.h"

namespace puregrad {
namespace portable {

constexpr double besselI0Small[] = {
  1.0,
  1.0,
  0.2500000000000001,
  0.02777777777777738,
  0.0017361111111117921,
  0.00006944444444374311,
  0.000001929012346150075,
  3.936759867467583e-8,
  6.151188030410106e-10,
  7.594042056860363e-12,
  7.594332316666484e-14,
  6.272818473623551e-16,
  4.385331925320659e-18,
  2.43315360562954e-20,
  1.7736502612357044e-22,
};
constexpr double besselI0To16[] = {
  0.4047788088833053,
  0.05738955793989779,
  0.043068514622775556,
  0.07610483400378797,
  0.26205619380131645,
  1.032228167956986,
  -1.7536087567294396,
  -76.54327853324304,
  -264.3535199393474,
  4384.827141558128,
  18937.16896284694,
  -327647.1844882652,
  -433394.8612524666,
  24956857.895281754,
  -77383519.0602847,
  -1368298848.9868696,
  10307335068.195093,
  32546261344.37727,
  -411469848601.5942,
};
constexpr double besselI0Tail[] = {
  0.40052897918718267,
  0.051712492812246415,
  0.031083533790746742,
  0.03586438626191756,
  0.063190514677514,
  0.1533366653578074,
  0.48378906402371485,
  1.9167586580624303,
  9.31695179409077,
  52.118469444677956,
  351.9132900591798,
  5054.525519062787,
  56859.839539910135,
};
constexpr double besselI1Small[] = {
  1.0,
  0.5000000000000001,
  0.08333333333333272,
  0.00694444444444619,
  0.00034722222221963663,
  0.00001157407407636644,
  2.755731909241563e-7,
  4.920950373483901e-9,
  6.834638716018751e-11,
  7.594322554658427e-13,
  6.900170037202471e-15,
  5.262117552159566e-17,
  3.1635464405823487e-19,
  2.483351252562442e-21,
};
constexpr double besselI1To16[] = {
  0.38195592276784746,
  -0.16172275161056296,
  -0.06694490824329236,
  -0.09821203152493996,
  -0.3096832609972017,
  -1.2066035175890653,
  1.3764229742304206,
  81.54361141900287,
  314.64981995588835,
  -4499.978016809725,
  -22005.57628293371,
  336540.4836100725,
  577225.1592246119,
  -25995265.162425328,
  85545510.48480664,
  1384903638.5877028,
  -13960341703.611444,
  -8311371753.46546,
  787728804422.3599,
  -3546840319034.381,
};
constexpr double besselI1Tail[] = {
  0.394220213406121,
  -0.15265274530923337,
  -0.05096139881081706,
  -0.049376239712228834,
  -0.07986853548894929,
  -0.18416826468331826,
  -0.5616274419881971,
  -2.1713864197088966,
  -10.361268723351479,
  -57.226582513945516,
  -381.9325183849458,
  -5388.222322515862,
  -60250.6834857384,
};
constexpr double besselJ0Small[] = {
  1.0,
  -0.25,
  0.015624999999999997,
  -0.0004340277777777732,
  0.000006781684027774501,
  -6.781684027638287e-8,
  4.709502793255655e-10,
  -2.402807479689676e-12,
  9.385958229531605e-15,
  -2.8968278584671586e-17,
  7.237852279010992e-20,
  -1.4796740476465028e-22,
  2.22641857737376e-25,
};
constexpr double besselJ0To8[] = {
  0.15064525725099692,
  0.2766838581275656,
  -0.0983796168027956,
  -0.03936749830014451,
  0.009276407324868143,
  0.0015513507450473783,
  -0.0003059706348624307,
  -0.000030037971983084223,
  0.000005227183605000051,
  3.5106184109231037e-7,
  -5.5113219941444694e-8,
  -2.7609575441727847e-9,
  3.9607746255537913e-10,
  1.5644694317399996e-11,
  -2.069112805189098e-12,
  -6.688901625772108e-14,
  8.211484484930289e-15,
  2.1315622986281633e-16,
  -2.4437975157658487e-17,
};
constexpr double besselJ0P[] = {
  1.0,
  -0.0010986328124987458,
  0.000027380883620060956,
  -0.0000021839178876546186,
  3.6201997727624913e-7,
  -1.0230311668957661e-7,
  4.342279684441386e-8,
  -2.425495980236503e-8,
  1.4953925525263033e-8,
  -8.424552895664085e-9,
  3.6629022652092997e-9,
  -1.0306603979084527e-9,
  1.3678395660149744e-10,
};
constexpr double besselJ0Q[] = {
  -0.125,
  0.0011444091796868653,
  -0.000055446289429957835,
  0.000006590755823673059,
  -0.000001453166983173714,
  5.132084842076316e-7,
  -2.6388857764530235e-7,
  1.8061266853303634e-7,
  -1.4579903567771142e-7,
  1.1979331503930995e-7,
  -8.740250011730663e-8,
  5.06887192005453e-8,
  -2.108489663521944e-8,
  5.487724476169578e-9,
  -6.647659402148093e-10,
};
constexpr double besselJ1Small[] = {
  0.5,
  -0.0625,
  0.0026041666666666665,
  -0.000054253472222222057,
  6.781684027776597e-7,
  -5.651403356431221e-9,
  3.363930567960792e-11,
  -1.5017546932982963e-13,
  5.214422950873938e-16,
  -1.4484245048661211e-18,
  3.290350313275182e-21,
  -6.174833890117722e-24,
  8.658720530942156e-27,
};
constexpr double besselJ1To8[] = {
  -0.27668385812756563,
  0.1967592336055912,
  0.11810249490043401,
  -0.03710562929947278,
  -0.007756753725240499,
  0.0018358238091755641,
  0.00021026580389168998,
  -0.000041817468842123236,
  -0.0000031595565838992254,
  5.511322018910846e-7,
  3.037054392801457e-8,
  -4.752931239281171e-9,
  -2.0338599981435149e-10,
  2.8968272038440814e-11,
  1.0046469857958943e-12,
  -1.3155199488014808e-13,
  -3.809486014428951e-15,
  4.621510247697806e-16,
  1.0931182750651385e-17,
  -1.2370817739959901e-18,
};
constexpr double besselJ1P[] = {
  1.0,
  0.0018310546874986734,
  -0.000035203993242596516,
  0.000002580994081095415,
  -4.10290920749526e-7,
  1.1307956374722232e-7,
  -4.7222972656087914e-8,
  2.6103445465706578e-8,
  -1.599392035845848e-8,
  8.979116348957172e-9,
  -3.896357601864384e-9,
  1.095074858049799e-9,
  -1.4522620075528588e-10,
};
constexpr double besselJ1Q[] = {
  0.375,
  -0.001602172851561833,
  0.0000677676870895973,
  -0.000007604718418856156,
  0.0000016241295434912113,
  -5.620973688813211e-7,
  2.850541241585821e-7,
  -1.932420630707461e-7,
  1.5502633787479051e-7,
  -1.2689770560917224e-7,
  9.238313515650686e-8,
  -5.350722765956462e-8,
  2.2239134425067667e-8,
  -5.785019663321193e-9,
  7.005178209232837e-10,
};
constexpr double pi = 3.141592653589793;
constexpr double ln2 = 0.6931471805599453;
constexpr double largestOrder = 10000.0;
constexpr double rootHalf = 0.7071067811865476;
constexpr double root2 = 1.4142135623730951;
constexpr double halfRootPi = 0.886226925452758;
constexpr double erfcxTo1[] = {
  0.5069376502931449,
  -0.3679726916557954,
  0.23095813155129885,
  -0.12983606199487926,
  0.06679054252742722,
  -0.03189726204000095,
  0.014289198678925183,
  -0.006051532271018811,
  0.0024376367899266605,
  -0.0009385131949658117,
  0.00034676366455485335,
  -0.0001233280251332211,
  0.00004222279425234787,
  -0.000014397632846020514,
  0.000005263313798496944,
};
constexpr double erfcxTo2[] = {
  0.3215854164543175,
  -0.16362291773256005,
  0.07615103985547739,
  -0.03293090529956528,
  0.013377340953068514,
  -0.005145957547837465,
  0.0018861348769560913,
  -0.0006619300701144945,
  0.00022330994586494148,
  -0.00007265887295658764,
  0.000022864294789192754,
  -0.00000697536253852349,
  0.000002067088579100719,
  -5.944952833098167e-7,
  1.6708682000427109e-7,
  -4.9546691987492514e-8,
  1.3298664186682517e-8,
};
constexpr double erfcxTo4[] = {
  0.17900115118138996,
  -0.05437226000717289,
  0.01588437115987136,
  -0.004479431018371134,
  0.001223039052375977,
  -0.0003241255445221507,
  0.00008355413963931287,
  -0.000020989464258652767,
  0.000005146436493577689,
  -0.0000012333685964701693,
  2.8926693017436393e-7,
  -6.646465834152534e-8,
  1.4977111542990704e-8,
  -3.3162353123021116e-9,
  7.206569825011898e-10,
  -1.507721646468952e-10,
  3.1649750343485987e-11,
  -8.135054148110955e-12,
  1.6649372607256146e-12,
};
constexpr double erfcxTail[] = {
  0.5641895835477563,
  -0.28209479177387,
  0.4231421876507962,
  -1.057855464283155,
  3.702492895978291,
  -16.661030126181714,
  91.61691088313171,
  -594.2265649466591,
  4394.678711955558,
  -35204.44012734601,
  280754.18833955465,
  -1991101.4407881463,
  11027157.625620686,
  -40468885.996307306,
  71753556.60471092,
};
constexpr double erfinvSmall[] = {
  0.8862269254110074,
  0.23201368757548305,
  0.12755444303423538,
  0.08660611647478084,
  0.06414157945643781,
  0.05834710306068424,
  0.014197303127289382,
  0.09556821705495783,
};
constexpr double erfcInvTo2[] = {
  1.0412867667188372,
  1.0336697252605447,
  0.03461701982995008,
  -0.038691436865696135,
  0.02709413273560398,
  -0.015216484693819487,
  0.007014430271975382,
  -0.0024549490755514524,
  0.00041911304444838934,
  0.0003553614246999549,
  -0.0005933987818837536,
  0.0003298550535971624,
};
constexpr double erfcInvTo6[] = {
  3.7513593440164383,
  1.0318530166985853,
  -0.00428068324590715,
  0.00047751701756155307,
  -0.00001405273998862041,
  -0.000015890194397976932,
  0.000007535886794340116,
  -0.0000024889396320069522,
  7.268969104395982e-7,
  -2.1533720166349346e-7,
  5.5300465056244726e-8,
  -7.565329313307542e-9,
  1.8621386154843993e-9,
  -1.4639875453293626e-9,
  3.2171374792612573e-10,
};
constexpr double erfcInvTo28[] = {
  16.899662667087586,
  1.0041853056313186,
  -0.00019614068236251984,
  0.000009591117905493666,
  -4.790775085771023e-7,
  2.4213567552732033e-8,
  -1.2223150279367894e-9,
  6.141548062060564e-11,
  -3.3596585710518316e-12,
  1.8843379122608094e-13,
  -5.517162714456485e-15,
  4.00129312151333e-17,
  -3.729153788953574e-17,
  3.4111007243062544e-18,
  -8.884441322422815e-21,
  -4.4812532687813276e-21,
};
constexpr double lgammaNear1[] = {
  0.5772156649015329,
  -0.24525136852258034,
  0.15543426586395642,
  -0.11514654256385358,
  0.09223900846288907,
  -0.07731816852777043,
  0.06673172851195774,
  -0.05877794181272133,
  0.05255630484141702,
  -0.04754310150107702,
  0.043411693759848526,
  -0.03994408572644437,
  0.0369694388784038,
  -0.03441806821196257,
  0.032532439572856356,
  -0.03063111038542864,
  0.025759313191639228,
  -0.023996738107859083,
  0.03910328105644054,
  -0.0380693561307424,
};
constexpr double lgammaTo2[] = {
  0.46255265130791806,
  -0.12899464699759286,
  0.05080886108209769,
  -0.023033078923686376,
  0.011245122483438756,
  -0.005740729886749167,
  0.0030178133965438193,
  -0.0016192168297792513,
  0.0008819391764528525,
  -0.0004859006031960394,
  0.00027014026804598497,
  -0.00015137301098721738,
  0.00008530757185307772,
  -0.000047623059289661676,
  0.00002703336587462098,
  -0.000018678194685126222,
  0.000010825235945069494,
};
constexpr double lgammaTo3[] = {
  0.37957716063055885,
  -0.07466357415449941,
  0.01990515430474318,
  -0.006018768527036938,
  0.001949057488948724,
  -0.000658639706563968,
  0.00022905363739856327,
  -0.00008130229410013784,
  0.000029299284323678596,
  -0.000010682258930175953,
  0.000003930575810435434,
  -0.0000014575551885709035,
  5.43656922193763e-7,
  -2.0150630125907854e-7,
  7.573714902482513e-8,
  -3.386110171488286e-8,
  1.2968009422004454e-8,
};
constexpr double gammaTo3[] = {
  1.329340388179137,
  0.9347345216260858,
  0.6545585779813361,
  0.2538712468410806,
  0.10967323400222673,
  0.028360780598315743,
  0.010392403423184675,
  0.0016074003979148095,
  0.0007544741845553543,
  0.00000394293729641808,
  0.00006132933502302795,
  -0.00001281027799791392,
  0.0000072581880432596835,
  -0.0000025237113883298307,
  0.0000010654353273017196,
  -5.06091351545179e-7,
  2.0596536908194426e-7,
};
constexpr double stirlingTail[] = {
  0.08333333333333333,
  -0.0027777777777740443,
  0.0007936507897939822,
  -0.0005952365958109722,
  0.0008414714760941705,
  -0.0018904619118929264,
  0.005067585376254391,
};
constexpr double digammaTo2[] = {
  0.9510558760318328,
  -0.4236274212814606,
  0.24054248424078736,
  -0.14840492305388006,
  0.09498872445282817,
  -0.06192213327556183,
  0.040760833944741226,
  -0.02697579665686472,
  0.01790724819228875,
  -0.011908220169786002,
  0.007927024136843637,
  -0.0052799364178857415,
  0.0035180792717028125,
  -0.0023455016279107115,
  0.0015635739915515125,
  -0.0010364227247828023,
  0.0006899428514219089,
  -0.00048606417050412354,
  0.00032689316473621455,
  -0.00014460384609240088,
  0.00009158816882117,
  -0.00017837342400462423,
  0.00012241591000024265,
};
constexpr double digammaTo3[] = {
  0.7031566406452432,
  0.49035775610023485,
  -0.11810202582086307,
  0.03731764146954112,
  -0.013073166646180622,
  0.004821409821455783,
  -0.001830564035530446,
  0.0007073881631882985,
  -0.0002764393102116248,
  0.00010882587646435264,
  -0.00004305204667015857,
  0.000017088819558604737,
  -0.000006803241298797442,
  0.00000271139186439816,
  -0.0000010640490405665057,
  4.239080335219694e-7,
  -2.068973365087423e-7,
  8.352968085904161e-8,
};
constexpr double digammaTail[] = {
  0.08333333333333333,
  -0.008333333333329154,
  0.003968253961523215,
  -0.0041666625908644605,
  0.007574576739417587,
  -0.020915506210387118,
  0.06981786581923828,
};
constexpr double rootLess1 = 0.46163214496836236;
constexpr double rootLess1Low = -1.5522348162858677e-17;
constexpr double nearOverflow = 709.7;
constexpr double large = 268435456.0;
constexpr double largeShape = 10000000.0;
constexpr double temme[] = {
  -1.0 / 3.0,
  1.0 / 12.0,
  -2.0 / 135.0,
  1.0 / 864.0,
  1.0 / 2835.0,
};
constexpr double odd[] = {
  0.3333333333333333,
  0.2,
  0.14285714285714285,
  0.1111111111111111,
  0.09090909090909091,
  0.07692307692307693,
  0.06666666666666667,
  0.058823529411764705,
  0.05263157894736842,
  0.047619047619047616,
  0.043478260869565216,
  0.04,
  0.037037037037037035,
  0.034482758620689655,
  0.03225806451612903,
  0.030303030303030304,
  0.02857142857142857,
  0.02702702702702703,
};
constexpr double bernoulli[] = {
  0.08333333333333333,
  -0.001388888888888889,
  0.00003306878306878307,
  -8.267195767195768e-7,
  2.08767569878681e-8,
  -5.284190138687493e-10,
  1.3382536530684679e-11,
  -3.3896802963225827e-13,
  8.586062056277845e-15,
  -2.174868698558062e-16,
  5.5090028283602295e-18,
  -1.3954464685812522e-19,
  3.534707039629467e-21,
  -8.953517427037546e-23,
};
constexpr double log10e = 0.4342944819032518;
constexpr double log10Of2 = 0.301029995663157;
constexpr double log10Of2Low = 8.241712586023572e-13;
constexpr double leastNormal = 2.2250738585072014e-308;
constexpr double two54 = 18014398509481984.0;
constexpr double farTail = 1e-20;
constexpr double leastExact = 1e-290;
constexpr double longestWalk = 32.0;
constexpr double lostDigits = 0.00001;
constexpr double piLow = 1.2246467991473532e-16;
constexpr double atanTail[] = {
  -0.3333333333333333,
  0.19999999999999427,
  -0.14285714285570172,
  0.11111111096913852,
  -0.0909090836661247,
  0.07692285818028705,
  -0.06666245844775404,
  0.05876983989525027,
  -0.052169105091077396,
  0.04493140299287651,
  -0.03314713971779567,
  0.014790887175516092,
};
constexpr double asinTail[] = {
  0.16666666666666666,
  0.07500000000000125,
  0.04464285714253574,
  0.030381944476963723,
  0.02237215737767329,
  0.01735281834070849,
  0.013963748435199949,
  0.011566830427132645,
  0.009618864779963437,
  0.009335970060991405,
  0.0029838811037374503,
  0.01970071180526169,
  -0.01944563642504257,
  0.0297378456439969,
};

static double besselISmall(double n, double x);
static double besselIAmplitude(double n, double x);
static double besselIeFirst(double n, double x);
static double besselIeUpwards(double n, double x);
static double besselScaled(double start, double k, double power);
static double besselIDownwards(double n, double x, double power);
static double besselISize(double n, double x, double power);
static bool isOdd(double n);
static double besselJFirst(double n, double x);
static double besselJUpwards(double n, double x);
static double besselJDownwards(double n, double x);
static double besselJSize(double n, double x);
static double logGammaRatio(double a, double b);
static double logBetaOrdered(double a, double b);
static double logOfShare(double x, double y);
static double logShareLess(double a, double b, double x, double y, double lambda);
static double betaExponent(double a, double b, double x, double y);
static double betaNearNormal(double a, double b, double x, double y);
static double betaFraction(double a, double b, double x, double y);
static double betaLower(double a, double b, double x, double y);
static bool isBelowMean(double a, double b, double x);
static bool isOutside(double a, double b, double x);
static double erfcxPositive(double x);
static double gaussian(double x, double c);
static double erfcInvTail(double q);
static double normalTail(double x);
static double lgammaBelow8(double x);
static double stirlingRoot(double x);
static double stirlingRest(double x);
static double gammaBelow12(double x);
static double gammaOfWhole(double x);
static double gammaNegative(double x);
static double digammaFrom3(double x);
static double digamma1p(double x);
static double digammaPositive(double x);
static double halfExp(double x);
static double sinhSize(double x);
static double asinhSize(double x);
static double gammaPrefix(double a, double x);
static double gammaFraction(double a, double x);
static double upperNear0(double a, double x);
static double nearNormal(double a, double x, double side);
static bool isShape(double a);
static double slopeBySeries(double a, double x);
static double slopeByFraction(double a, double x);
static double hurwitz(double s, double a);
static double hurwitzOfAny(double s, double x);
static double factorialTimes(double n, double x);
static double log2Normal(double x, double shift);
static double log10Normal(double x, double shift);
static double cbrtNormal(double x, double shift);
static double cbrtSize(double x);
static double guessedGammaQuantile(double a, double p);
static double gammaTailQuantile(double a, double p, double guess);
static double guessedCount(double mean, double deviation, double skewness, double u);
static double shareUpTo(double n, double p, double k);
static double searchedCount(double n, double p, double u, double from);
static double binomialChance(double n, double p, double k);
static double sineDerivative(double k, double x);
static double sincFar(double n, double x);
static double sincNear(double n, double u);
static bool isNegative(double x);
static double atanRest(double t);
static double atanBeside(double high, double low, double t);
static double atanSize(double x);
static double angleOf(double y, double x, bool backwards);
static double asinPart(double z);

static double besselISmall(double n, double x) {
  return n == 0.0 ? polynomial(besselI0Small, 0.25 * x * x) : 0.5 * x * polynomial(besselI1Small, 0.25 * x * x);
}

static double besselIAmplitude(double n, double x) {
  const auto w = 1.0 / x;
  if (x < 16.0) {
    return n == 0.0 ? polynomial(besselI0To16, w - 0.109375) : polynomial(besselI1To16, w - 0.109375);
  }
  return n == 0.0 ? polynomial(besselI0Tail, w - 0.03125) : polynomial(besselI1Tail, w - 0.03125);
}

static double besselIeFirst(double n, double x) {
  return x < 6.0 ? exp(-x) * besselISmall(n, x) : besselIAmplitude(n, x) / squareRoot(x);
}

static double besselIeUpwards(double n, double x) {
  double before = besselIeFirst(0.0, x);
  double value = besselIeFirst(1.0, x);
  for (double k = 1.0; k < n; k++) {
    const auto next = before - ((2.0 * k) / x) * value;
    before = value;
    value = next;
  }
  return value;
}

static double besselScaled(double start, double k, double power) {
  double value = start;
  double downs = k;
  double ups = power > 0.0 ? 1.0 : 0.0;
  while (power > 200.0 * ups && ups > 0.0) {
    ups *= 2.0;
  }
  const auto up = ups > 0.0 ? exp(power / ups) : 1.0;
  while (ups > 0.0 && value < infinity) {
    const auto isLarge = downs > 0.0 && value > 1e+100;
    value *= isLarge ? 1e-120 : up;
    downs -= isLarge ? 1.0 : 0.0;
    ups -= isLarge ? 0.0 : 1.0;
  }
  while (downs > 0.0 && value > 0.0) {
    value *= 1e-120;
    downs -= 1.0;
  }
  return value;
}

static double besselIDownwards(double n, double x, double power) {
  double after = 0.0;
  double value = 1.0;
  double found = 0.0;
  double downs = 0.0;
  for (double k = floor(n + squareRoot(n * n + 90.0 * x)) + 24.0; k > 0.0; k--) {
    const auto before = after + ((2.0 * k) / x) * value;
    after = value;
    value = before;
    if ((k - 1.0) == n) {
      found = value;
      downs = 0.0;
    }
    if (value > 1e+120) {
      value *= 1e-120;
      after *= 1e-120;
      downs += 1.0;
    }
  }
  return besselScaled((found / value) * besselIeFirst(0.0, x), downs, power);
}

static double besselISize(double n, double x, double power) {
  if (n < 2.0) {
    return x < 6.0 && power > 0.0 ? besselISmall(n, x) : besselScaled(besselIeFirst(n, x), 0.0, power);
  }
  if (x < 1e-100) {
    return 0.0;
  }
  return x > n * n ? besselScaled(besselIeUpwards(n, x), 0.0, power) : besselIDownwards(n, x, power);
}

static bool isOdd(double n) {
  return n != (2.0 * floor(0.5 * n));
}

double besselIe(double n, double x) {
  if (!isOrder(n) || x != x) {
    return nan;
  }
  const auto size = abs(x);
  const auto value = size == infinity ? 0.0 : besselISize(n, size, 0.0);
  return x < 0.0 && isOdd(n) ? -value : value;
}

double besselI(double n, double x) {
  if (!isOrder(n) || x != x) {
    return nan;
  }
  const auto size = abs(x);
  const auto value = size == infinity ? size : besselISize(n, size, size);
  return x < 0.0 && isOdd(n) ? -value : value;
}

static double besselJFirst(double n, double x) {
  if (x < 4.0) {
    return n == 0.0 ? polynomial(besselJ0Small, x * x) : x * polynomial(besselJ1Small, x * x);
  }
  if (x < 8.0) {
    return n == 0.0 ? polynomial(besselJ0To8, x - 6.0) : polynomial(besselJ1To8, x - 6.0);
  }
  if (x == infinity) {
    return 0.0;
  }
  const auto z = 64.0 / (x * x);
  const auto p = n == 0.0 ? polynomial(besselJ0P, z) : polynomial(besselJ1P, z);
  const auto q = (n == 0.0 ? polynomial(besselJ0Q, z) : polynomial(besselJ1Q, z)) / x;
  const auto s = sin(x);
  const auto c = cos(x);
  return (n == 0.0 ? p * (c + s) - q * (s - c) : p * (s - c) + q * (s + c)) / squareRoot(pi) / squareRoot(x);
}

static double besselJUpwards(double n, double x) {
  double before = besselJFirst(0.0, x);
  double value = besselJFirst(1.0, x);
  for (double k = 1.0; k < n; k++) {
    const auto next = ((2.0 * k) / x) * value - before;
    before = value;
    value = next;
  }
  return value;
}

static double besselJDownwards(double n, double x) {
  double after = 0.0;
  double value = 1.0;
  double sum = 0.0;
  double found = 0.0;
  for (double k = 2.0 * floor(0.5 * (n + squareRoot(60.0 * n) + 20.0)) + 2.0; k > 0.0; k--) {
    const auto before = ((2.0 * k) / x) * value - after;
    after = value;
    value = before;
    if ((k - 1.0) == n) {
      found = value;
    }
    if (!isOdd(k - 1.0)) {
      sum += k == 1.0 ? value : 2.0 * value;
    }
    if (abs(value) > 1e+120) {
      value *= 1e-120;
      after *= 1e-120;
      found *= 1e-120;
      sum *= 1e-120;
    }
  }
  return found / sum;
}

static double besselJSize(double n, double x) {
  if (n < 2.0) {
    return besselJFirst(n, x);
  }
  if (x < 1e-100 || x == infinity) {
    return 0.0;
  }
  return x > n ? besselJUpwards(n, x) : besselJDownwards(n, x);
}

double besselJ(double n, double x) {
  if (!isOrder(n) || x != x) {
    return nan;
  }
  const auto value = besselJSize(n, abs(x));
  return x < 0.0 && isOdd(n) ? -value : value;
}

static double logGammaRatio(double a, double b) {
  return stirling(b) - stirling(a + b) - ((b - 0.5) * log1p(a / b) + a * (log(a + b) - 1.0));
}

static double logBetaOrdered(double a, double b) {
  if (a >= 8.0) {
    const auto h = a / b;
    const auto corrections = stirling(a) + stirling(b) - stirling(a + b);
    return 0.9189385332046728 - 0.5 * log(b) + corrections + (a - 0.5) * log(h / (1.0 + h)) - b * log1p(h);
  }
  if (b >= 8.0) {
    return lgammaPositive(a) + logGammaRatio(a, b);
  }
  if (a < 1e-200) {
    return -log(a);
  }
  return log((gammaPositive(a) / gammaPositive(a + b)) * gammaPositive(b));
}

double logBeta(double a, double b) {
  if (a != a || b != b) {
    return nan;
  }
  if (a <= 0.0 || b <= 0.0) {
    return lgamma(a) + lgamma(b) - lgamma(a + b);
  }
  if (a == infinity || b == infinity) {
    return -infinity;
  }
  return a < b ? logBetaOrdered(a, b) : logBetaOrdered(b, a);
}

static double logOfShare(double x, double y) {
  return (x < 0.5 ? log(x) : log1p(-y));
}

static double logShareLess(double a, double b, double x, double y, double lambda) {
  const auto u = lambda / a;
  return u > 0.5 || u < -0.4 ? logOfShare(x, y) + log1p(b / a) - u : log1pLess(u);
}

static double betaExponent(double a, double b, double x, double y) {
  const auto lambda = x * b - a * y;
  return a * logShareLess(a, b, x, y, lambda) + b * logShareLess(b, a, y, x, -lambda);
}

double betaPrefix(double a, double b, double x, double y) {
  if (a < 8.0 || b < 8.0) {
    return exp(a * logOfShare(x, y) + b * logOfShare(y, x) - logBeta(a, b));
  }
  const auto corrections = stirling(a + b) - stirling(a) - stirling(b);
  return exp(betaExponent(a, b, x, y) + corrections) * squareRoot((a / (a + b)) * (b / 6.283185307179586));
}

static double betaNearNormal(double a, double b, double x, double y) {
  const auto exponent = betaExponent(a, b, x, y);
  if (exponent < -746.0) {
    return 0.0;
  }
  const auto size = squareRoot(-exponent);
  const auto v = (a / (a + b)) * b;
  const auto away = (a - b) / (a + b) / 3.0 - ((1.0 - v / (a + b)) / 12.0) * size * squareRoot(2.0 / v);
  return 0.5 * erfc(size) - exp(exponent) * squareRoot(1.0 / (6.283185307179586 * v)) * away;
}

static double betaFraction(double a, double b, double x, double y) {
  const auto first = 1.0 + a * y - b * x;
  double value = (a / (a + 1.0)) * first;
  double c = value;
  double d = 0.0;
  for (double k = 1.0; k < 100000.0; k++) {
    const auto s = a + 2.0 * k - 1.0;
    const auto term = ((a + k - 1.0) / s) * x * (((a + b + k - 1.0) / s) * x) * k * (b - k);
    const auto rest = k + (k * (b - k) * x) / s + ((a + k) / (s + 2.0)) * (first + k * (1.0 + y));
    d = 1.0 / (rest + term * d);
    c = rest + term / c;
    value *= c * d;
    if (abs(c * d - 1.0) < 1e-16) {
      return value;
    }
  }
  return value;
}

static double betaLower(double a, double b, double x, double y) {
  if (a > 1000000000.0 && b > 1000000000.0) {
    return betaNearNormal(a, b, x, y);
  }
  const auto value = betaPrefix(a, b, x, y) / betaFraction(a, b, x, y);
  return value < 1.0 ? value : 1.0;
}

static bool isBelowMean(double a, double b, double x) {
  return a > 1000000000.0 && b > 1000000000.0 ? x * b < a * (1.0 - x) : x < (a + 1.0) / (a + b + 2.0);
}

static bool isOutside(double a, double b, double x) {
  return !(a > 0.0 && b > 0.0 && a < infinity && b < infinity && x >= 0.0 && x <= 1.0);
}

double betaInc(double a, double b, double x) {
  if (isOutside(a, b, x)) {
    return nan;
  }
  if (x == 0.0 || x == 1.0) {
    return x;
  }
  const auto y = 1.0 - x;
  return isBelowMean(a, b, x) ? betaLower(a, b, x, y) : 1.0 - betaLower(b, a, y, x);
}

double betaIncRest(double a, double b, double x) {
  if (isOutside(a, b, x)) {
    return nan;
  }
  if (x == 0.0 || x == 1.0) {
    return 1.0 - x;
  }
  const auto y = 1.0 - x;
  return isBelowMean(a, b, x) ? 1.0 - betaLower(a, b, x, y) : betaLower(b, a, y, x);
}

bool isOrder(double n) {
  return n >= 0.0 && n <= largestOrder && floor(n) == n;
}

static double erfcxPositive(double x) {
  if (x < 1.0) {
    return polynomial(erfcxTo1, x - 0.75);
  }
  if (x < 2.0) {
    return polynomial(erfcxTo2, x - 1.5);
  }
  if (x < 4.0) {
    return polynomial(erfcxTo4, x - 3.0);
  }
  return polynomial(erfcxTail, 1.0 / (x * x)) / x;
}

static double gaussian(double x, double c) {
  const auto square = x * x;
  return exp(-c * square) * (1.0 - c * productError(x, x, square));
}

double erfc(double x) {
  if (x != x) {
    return x;
  }
  if (x > 27.3) {
    return 0.0;
  }
  if (x < -6.0) {
    return 2.0;
  }
  if (abs(x) < 0.45) {
    return 1.0 - erf(x);
  }
  return x > 0.0 ? gaussian(x, 1.0) * erfcxPositive(x) : 2.0 - gaussian(x, 1.0) * erfcxPositive(-x);
}

double erfcx(double x) {
  if (x != x) {
    return x;
  }
  if (x >= 0.45) {
    return erfcxPositive(x);
  }
  if (x < -27.0) {
    return infinity;
  }
  if (x > -0.45) {
    return exp(x * x) * (1.0 - erf(x));
  }
  return 2.0 * gaussian(x, -1.0) - erfcxPositive(-x);
}

static double erfcInvTail(double q) {
  if (q == 0.0) {
    return infinity;
  }
  const auto level = log(q);
  const auto s = squareRoot(-level);
  const auto y = s < 2.0 ? polynomial(erfcInvTo2, s - 1.4) : s < 6.0 ? polynomial(erfcInvTo6, s - 4.0) : polynomial(erfcInvTo28, s - 17.0);
  const auto e = erfcxPositive(y);
  return y + (log(e) - y * y - level) * e * halfRootPi;
}

double erfinv(double x) {
  const auto size = abs(x);
  if (!(size <= 1.0)) {
    return nan;
  }
  if (size > 0.5) {
    return x > 0.0 ? erfcInvTail(1.0 - size) : -erfcInvTail(1.0 - size);
  }
  const auto y = x * polynomial(erfinvSmall, x * x);
  return y - (erf(y) - x) * exp(y * y) * halfRootPi;
}

double erfcinv(double q) {
  if (!(q >= 0.0 && q <= 2.0)) {
    return nan;
  }
  if (q < 0.5) {
    return erfcInvTail(q);
  }
  return q > 1.5 ? -erfcInvTail(2.0 - q) : erfinv(1.0 - q);
}

static double normalTail(double x) {
  return x > 38.6 ? 0.0 : 0.5 * gaussian(x, 0.5) * erfcxPositive(x * rootHalf);
}

double ndtr(double x) {
  if (x != x) {
    return x;
  }
  if (abs(x) < 0.64) {
    return 0.5 + 0.5 * erf(x * rootHalf);
  }
  return x < 0.0 ? normalTail(-x) : 1.0 - normalTail(x);
}

double logNdtr(double x) {
  if (x < -1.0) {
    return -0.5 * x * x + log(0.5 * erfcxPositive(-x * rootHalf));
  }
  return x < 0.0 ? log(ndtr(x)) : log1p(-ndtr(-x));
}

double ndtri(double p) {
  if (!(p >= 0.0 && p <= 1.0)) {
    return nan;
  }
  if (p < 0.25) {
    return -root2 * erfcInvTail(2.0 * p);
  }
  return p > 0.75 ? root2 * erfcInvTail(2.0 * (1.0 - p)) : root2 * erfinv(2.0 * p - 1.0);
}

double stirling(double x) {
  return polynomial(stirlingTail, 1.0 / (x * x)) / x;
}

static double lgammaBelow8(double x) {
  double y = x;
  double product = 1.0;
  while (y >= 3.0) {
    y -= 1.0;
    product *= y;
  }
  return log(product) + (y - 1.0) * (y - 2.0) * polynomial(lgammaTo3, y - 2.5);
}

double lgamma1p(double x) {
  return x * (x - 1.0) * (x < 0.3 ? polynomial(lgammaNear1, x) : polynomial(lgammaTo2, x - 0.65));
}

double lgammaPositive(double x) {
  if (x < 0.7) {
    return lgamma1p(x) - log(x);
  }
  if (x < 1.3) {
    return (x - 1.0) * (x - 2.0) * polynomial(lgammaNear1, x - 1.0) + 0.0;
  }
  if (x < 2.0) {
    return (x - 1.0) * (x - 2.0) * polynomial(lgammaTo2, x - 1.65) + 0.0;
  }
  if (x < 3.0) {
    return (x - 1.0) * (x - 2.0) * polynomial(lgammaTo3, x - 2.5) + 0.0;
  }
  if (x < 8.0) {
    return lgammaBelow8(x);
  }
  if (x > 100000000000000000.0) {
    return x * (log(x) - 1.0);
  }
  return (x - 0.5) * (log(x) - 1.0) + (stirling(x) + 0.4189385332046728);
}

double lgamma(double x) {
  if (x != x) {
    return x;
  }
  if (abs(x) == infinity) {
    return infinity;
  }
  if (x > 0.0) {
    return lgammaPositive(x);
  }
  if (floor(x) == x) {
    return infinity;
  }
  if (x > -1e-17) {
    return -log(-x);
  }
  return log(pi / (-x * abs(sinPi(x)))) - lgammaPositive(-x);
}

static double stirlingRoot(double x) {
  return pow(x, 0.5 * x - 0.25);
}

static double stirlingRest(double x) {
  return 2.5066282746310007 * exp(stirling(x)) * exp(-x);
}

static double gammaBelow12(double x) {
  double y = x;
  double product = 1.0;
  while (y >= 3.0) {
    y -= 1.0;
    product *= y;
  }
  return product * polynomial(gammaTo3, y - 2.5);
}

static double gammaOfWhole(double x) {
  double product = 1.0;
  for (double k = 2.0; k < x; k++) {
    product *= k;
  }
  return product;
}

double gammaPositive(double x) {
  if (x <= 23.0 && floor(x) == x) {
    return gammaOfWhole(x);
  }
  if (x < 1.0) {
    return polynomial(gammaTo3, x - 0.5) / (x * (x + 1.0));
  }
  if (x < 2.0) {
    return polynomial(gammaTo3, x - 1.5) / x;
  }
  if (x < 12.0) {
    return gammaBelow12(x);
  }
  const auto root = stirlingRoot(x);
  return root * stirlingRest(x) * root;
}

static double gammaNegative(double x) {
  const auto size = -x;
  const auto factor = pi / (size * -sinPi(size));
  if (size < 20.0) {
    return factor / gammaPositive(size);
  }
  const auto root = stirlingRoot(size);
  return factor / root / stirlingRest(size) / root;
}

double gamma(double x) {
  if (x != x || x == infinity) {
    return x;
  }
  if (x == 0.0) {
    return 1.0 / x;
  }
  if (x > 0.0) {
    return x > 171.7 ? infinity : gammaPositive(x);
  }
  if (floor(x) == x) {
    return nan;
  }
  if (x > -1e-17) {
    return 1.0 / x;
  }
  return x < -185.0 ? 0.0 : gammaNegative(x);
}

static double digammaFrom3(double x) {
  double y = x;
  double sum = 0.0;
  while (y >= 3.0) {
    y -= 1.0;
    sum += 1.0 / y;
  }
  return sum + polynomial(digammaTo3, y - 2.5);
}

static double digamma1p(double x) {
  return (x - rootLess1 - rootLess1Low) * polynomial(digammaTo2, x - 0.5);
}

static double digammaPositive(double x) {
  if (x < 1.0) {
    return digamma1p(x) - 1.0 / x;
  }
  if (x < 2.0) {
    return digamma1p(x - 1.0);
  }
  if (x < 3.0) {
    return polynomial(digammaTo3, x - 2.5);
  }
  if (x < 10.0) {
    return digammaFrom3(x);
  }
  const auto square = 1.0 / (x * x);
  return log(x) - (0.5 / x + square * polynomial(digammaTail, square));
}

double digamma(double x) {
  if (x == 0.0) {
    return -1.0 / x;
  }
  if (x > 0.0) {
    return x == infinity ? x : digammaPositive(x);
  }
  if (x != x || floor(x) == x) {
    return nan;
  }
  return (x > -1.0 ? digamma1p(-x) : digammaPositive(-x) - 1.0 / x) - pi * cotPi(x);
}

static double halfExp(double x) {
  if (x < nearOverflow) {
    return 0.5 * exp(x);
  }
  const auto root = exp(0.5 * x);
  return 0.5 * root * root;
}

static double sinhSize(double x) {
  if (x >= 22.0) {
    return halfExp(x);
  }
  const auto t = expm1(x);
  return x < 1.0 ? 0.5 * (2.0 * t - (t * t) / (t + 1.0)) : 0.5 * (t + t / (t + 1.0));
}

double sinh(double x) {
  if (x != x || abs(x) < 1e-9) {
    return x;
  }
  return x < 0.0 ? -sinhSize(-x) : sinhSize(x);
}

double cosh(double x) {
  const auto size = abs(x);
  if (x != x) {
    return x;
  }
  if (size >= 22.0) {
    return halfExp(size);
  }
  if (size < 0.35) {
    const auto t = expm1(size);
    return 1.0 + (t * t) / (2.0 * (1.0 + t));
  }
  const auto e = exp(size);
  return 0.5 * e + 0.5 / e;
}

static double asinhSize(double x) {
  if (x > large) {
    return log(x) + ln2;
  }
  if (x > 2.0) {
    return log(2.0 * x + 1.0 / (squareRoot(x * x + 1.0) + x));
  }
  const auto z = x * x;
  return log1p(x + z / (1.0 + squareRoot(1.0 + z)));
}

double asinh(double x) {
  if (x != x || abs(x) < 1e-9) {
    return x;
  }
  return x < 0.0 ? -asinhSize(-x) : asinhSize(x);
}

double acosh(double x) {
  if (!(x >= 1.0)) {
    return nan;
  }
  if (x > large) {
    return log(x) + ln2;
  }
  if (x > 2.0) {
    return log(2.0 * x - 1.0 / (x + squareRoot(x * x - 1.0)));
  }
  const auto t = x - 1.0;
  return log1p(t + squareRoot(2.0 * t + t * t));
}

double atanh(double x) {
  const auto size = abs(x);
  if (!(size <= 1.0)) {
    return nan;
  }
  if (size < 1e-9) {
    return x;
  }
  const auto t = 2.0 * size;
  const auto value = size < 0.5 ? 0.5 * log1p(t + (t * size) / (1.0 - size)) : 0.5 * log1p(t / (1.0 - size));
  return x < 0.0 ? -value : value;
}

static double gammaPrefix(double a, double x) {
  if (a < 20.0) {
    const auto root = exp(-0.5 * x);
    return ((pow(x, a) * root) / gammaPositive(a + 1.0)) * root;
  }
  return exp(a * logLess(x / a, (x - a) / a) - stirling(a)) / squareRoot(6.283185307179586 * a);
}

double logGammaPrefix(double a, double x) {
  return a < 20.0 ? a * log(x) - x - log(gammaPositive(a + 1.0)) : a * logLess(x / a, (x - a) / a) - stirling(a) - 0.5 * log(6.283185307179586 * a);
}

double gammaSeries(double a, double x) {
  double term = 1.0;
  double sum = 1.0;
  for (double k = 1.0; k < 100000.0 && term > sum * 1e-17; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum;
}

static double gammaFraction(double a, double x) {
  double b = x + 1.0 - a;
  double c = 1e+300;
  double d = 1.0 / b;
  double value = d;
  for (double k = 1.0; k < 100000.0; k++) {
    const auto step = k * (a - k);
    b += 2.0;
    d = 1.0 / (step * d + b);
    c = b + step / c;
    value *= c * d;
    if (abs(c * d - 1.0) < 1e-16) {
      return value;
    }
  }
  return value;
}

static double upperNear0(double a, double x) {
  const auto u = a * log(x) - (a < 0.7 ? lgamma1p(a) : log(gammaPositive(a + 1.0)));
  double term = x;
  double sum = x / (a + 1.0);
  for (double k = 2.0; abs(term) > 1e-18 * sum; k++) {
    term *= -x / k;
    sum += term / (a + k);
  }
  return exp(u) * a * sum - expm1(u);
}

static double nearNormal(double a, double x, double side) {
  const auto u = (x - a) / a;
  const auto half = -log1pLess(u);
  const auto eta = u < 0.0 ? -squareRoot(2.0 * half) : squareRoot(2.0 * half);
  if (a * half > 745.0) {
    return u * side > 0.0 ? 0.0 : 1.0;
  }
  const auto correction = exp(-a * half) * (polynomial(temme, eta) - 1.0 / (540.0 * a));
  return 0.5 * erfc(side * eta * squareRoot(0.5 * a)) + (side * correction) / squareRoot(6.283185307179586 * a);
}

static bool isShape(double a) {
  return a > 0.0 && a < infinity;
}

double gammaP(double a, double x) {
  if (!isShape(a) || !(x >= 0.0)) {
    return nan;
  }
  if (x == 0.0) {
    return 0.0;
  }
  if (x == infinity) {
    return 1.0;
  }
  if (a > largeShape) {
    return nearNormal(a, x, -1.0);
  }
  if (a < 1.0 && x < 1.5) {
    return gammaPrefix(a, x) * gammaSeries(a, x);
  }
  return x < a + 1.0 ? gammaPrefix(a, x) * gammaSeries(a, x) : 1.0 - gammaPrefix(a, x) * a * gammaFraction(a, x);
}

double gammaQ(double a, double x) {
  if (!isShape(a) || !(x >= 0.0)) {
    return nan;
  }
  if (x == 0.0) {
    return 1.0;
  }
  if (x == infinity) {
    return 0.0;
  }
  if (a > largeShape) {
    return nearNormal(a, x, 1.0);
  }
  if (a < 1.0 && x < 1.5) {
    return upperNear0(a, x);
  }
  return x < a + 1.0 ? 1.0 - gammaPrefix(a, x) * gammaSeries(a, x) : gammaPrefix(a, x) * a * gammaFraction(a, x);
}

double gammaDensity(double a, double x) {
  if (!isShape(a) || !(x >= 0.0)) {
    return nan;
  }
  if (x == 0.0) {
    return a < 1.0 ? infinity : a == 1.0 ? 1.0 : 0.0;
  }
  return x == infinity ? 0.0 : (gammaPrefix(a, x) * a) / x;
}

static double slopeBySeries(double a, double x) {
  double term = 1.0;
  double sum = 1.0;
  double harmonic = 0.0;
  double weighted = 0.0;
  for (double k = 1.0; k < 100000.0 && term * (1.0 + harmonic) > sum * 1e-17; k++) {
    term *= x / (a + k);
    harmonic += 1.0 / (a + k);
    sum += term;
    weighted += term * harmonic;
  }
  return gammaPrefix(a, x) * ((log(x) - digamma(a + 1.0)) * sum - weighted);
}

static double slopeByFraction(double a, double x) {
  double beforeTop = 0.0;
  double top = 1.0;
  double beforeBottom = 1.0;
  double bottom = x + 1.0 - a;
  double beforeTopSlope = 0.0;
  double topSlope = 0.0;
  double beforeBottomSlope = 0.0;
  double bottomSlope = -1.0;
  double value = top / bottom;
  double slope = value / bottom;
  for (double k = 1.0; k < 100000.0; k++) {
    const auto step = k * (a - k);
    const auto b = x + 2.0 * k + 1.0 - a;
    const auto nextTopSlope = b * topSlope - top + k * beforeTop + step * beforeTopSlope;
    const auto nextBottomSlope = b * bottomSlope - bottom + k * beforeBottom + step * beforeBottomSlope;
    const auto nextTop = b * top + step * beforeTop;
    const auto nextBottom = b * bottom + step * beforeBottom;
    const auto scale = 1.0 / nextBottom;
    beforeTop = top * scale;
    beforeBottom = bottom * scale;
    beforeTopSlope = topSlope * scale;
    beforeBottomSlope = bottomSlope * scale;
    top = nextTop * scale;
    bottom = 1.0;
    topSlope = nextTopSlope * scale;
    bottomSlope = nextBottomSlope * scale;
    const auto nextSlope = topSlope - top * bottomSlope;
    const auto isClose = abs(top - value) <= 1e-16 * top && abs(nextSlope - slope) <= 1e-15 * abs(nextSlope);
    value = top;
    slope = nextSlope;
    if (isClose) {
      return -gammaPrefix(a, x) * a * (value * (log(x) - digamma(a)) + slope);
    }
  }
  return -gammaPrefix(a, x) * a * (value * (log(x) - digamma(a)) + slope);
}

double gammaPSlope(double a, double x) {
  if (!isShape(a) || !(x >= 0.0)) {
    return nan;
  }
  if (x == 0.0 || x == infinity) {
    return 0.0;
  }
  if (a > largeShape) {
    return -gammaDensity(a, x) * (0.5 + (0.5 * x) / a);
  }
  return (a < 1.0 ? x < 1.5 : x < a + 1.0) ? slopeBySeries(a, x) : slopeByFraction(a, x);
}

double log1pLess(double u) {
  if (u > 0.5 || u < -0.4) {
    return log1p(u) - u;
  }
  const auto s = u / (2.0 + u);
  const auto r = s * s;
  return 2.0 * s * r * polynomial(odd, r) - s * u;
}

double logLess(double ratio, double u) {
  return u > 0.5 || u < -0.4 ? log(ratio) - u : log1pLess(u);
}

static double hurwitz(double s, double a) {
  double sum = 0.0;
  double x = a;
  while (x < 12.0 + 0.5 * s) {
    const auto term = pow(x, -s);
    sum += term;
    if (term < sum * 1e-18) {
      return sum;
    }
    x += 1.0;
  }
  const auto last = pow(x, -s);
  double tail = 0.0;
  double factor = (last * s) / x;
  for (double j = 0.0; j < 14.0; j++) {
    const auto term = bernoulli[static_cast<int>(j)] * factor;
    tail += term;
    factor *= ((s + 2.0 * j + 1.0) * (s + 2.0 * j + 2.0)) / (x * x);
  }
  return sum + ((last * x) / (s - 1.0) + (0.5 * last + tail));
}

static double hurwitzOfAny(double s, double x) {
  if (x > 0.0) {
    return hurwitz(s, x);
  }
  const auto size = -x;
  const auto above = floor(size) + 1.0;
  const auto before = size - (above - 1.0);
  const auto negatives = hurwitz(s, before) - hurwitz(s, size + 1.0);
  const auto isEven = s == (2.0 * floor(0.5 * s));
  return hurwitz(s, above - size) + (isEven ? negatives : -negatives);
}

static double factorialTimes(double n, double x) {
  if (n > 150.0) {
    return exp(lgammaPositive(n + 1.0) + log(x));
  }
  double product = x;
  for (double k = 2.0; k <= n; k++) {
    product *= k;
  }
  return product;
}

double polygamma(double n, double x) {
  if (n == 0.0) {
    return digamma(x);
  }
  if (!isOrder(n) || x != x || x == -infinity) {
    return nan;
  }
  const auto isOdd = n != (2.0 * floor(0.5 * n));
  if (x == infinity) {
    return isOdd ? 0.0 : -0.0;
  }
  if (x <= 0.0 && floor(x) == x) {
    return isOdd ? infinity : nan;
  }
  const auto sum = hurwitzOfAny(n + 1.0, x);
  const auto value = factorialTimes(n, abs(sum));
  return (sum < 0.0) == isOdd ? -value : value;
}

static double log2Normal(double x, double shift) {
  const auto k = exponentOf(x);
  return k + shift + log(shifted(x, k)) * log2e;
}

double log2(double x) {
  if (!(x > 0.0) || x == infinity) {
    return log(x);
  }
  return x < leastNormal ? log2Normal(x * two54, -54.0) : log2Normal(x, 0.0);
}

static double log10Normal(double x, double shift) {
  const auto k = exponentOf(x);
  const auto n = k + shift;
  return n * log10Of2 + (n * log10Of2Low + log(shifted(x, k)) * log10e);
}

double log10(double x) {
  if (!(x > 0.0) || x == infinity) {
    return log(x);
  }
  const auto value = x < leastNormal ? log10Normal(x * two54, -54.0) : log10Normal(x, 0.0);
  const auto whole = floor(value + 0.5);
  const auto isNear = abs(value - whole) < 1e-13 && whole >= 0.0 && whole <= 22.0;
  return isNear && pow(10.0, whole) == x ? whole : value;
}

double exp2(double x) {
  if (x != x) {
    return x;
  }
  if (x >= 1024.0) {
    return infinity;
  }
  if (x < -1076.0) {
    return 0.0;
  }
  const auto n = floor(x + 0.5);
  const auto r = (x - n) * ln2;
  return scaled(1.0 + (r + expm1Tail(r)), n);
}

static double cbrtNormal(double x, double shift) {
  const auto k = exponentOf(x);
  const auto third = floor(k / 3.0);
  const auto m = shifted(x, 3.0 * third);
  const auto y = exp(log(m) / 3.0);
  const auto square = y * y;
  const auto cube = square * y;
  const auto error = productError(square, y, cube) + productError(y, y, square) * y;
  return scaled(y + (m - cube - error) / (3.0 * square), third + shift);
}

static double cbrtSize(double x) {
  return (x < leastNormal ? cbrtNormal(x * two54, -18.0) : cbrtNormal(x, 0.0));
}

double cbrt(double x) {
  if ((x - x) != 0.0 || x == 0.0) {
    return x;
  }
  return x < 0.0 ? -cbrtSize(-x) : cbrtSize(x);
}

double hypot(double x, double y) {
  const auto a = abs(x);
  const auto b = abs(y);
  if (a == infinity || b == infinity) {
    return infinity;
  }
  const auto size = a > b ? a : b;
  if (size != size || a != a || b != b) {
    return nan;
  }
  const auto scale = size > 1e+150 ? 1.1113793747425387e-162 : size < 1e-140 ? 8.997827589086393e+161 : 1.0;
  const auto p = a * scale;
  const auto q = b * scale;
  return squareRoot(p * p + q * q) / scale;
}

static double guessedGammaQuantile(double a, double p) {
  const auto root = 1.0 - 1.0 / (9.0 * a) + ndtri(p) / (3.0 * squareRoot(a));
  if (a > 1.0 && root > 0.2) {
    return a * root * root * root;
  }
  const auto bend = 1.0 - a * (0.253 + a * 0.12);
  if (a > 1.0 || p < bend) {
    return pow(p * (a < 100.0 ? gammaPositive(a + 1.0) : 1.0), 1.0 / a);
  }
  return 1.0 - log1p(-(p - bend) / (1.0 - bend));
}

static double gammaTailQuantile(double a, double p, double guess) {
  const auto target = log(p);
  double x = guess < a ? guess : a;
  for (double k = 0.0; k < 40.0 && x > 0.0; k++) {
    const auto series = gammaSeries(a, x);
    const auto step = ((target - logGammaPrefix(a, x) - log(series)) * series) / a;
    x *= exp(step);
    if (abs(step) < 1e-13) {
      return x;
    }
  }
  return x;
}

double gammaPInv(double a, double p) {
  if (!(a > 0.0 && a < infinity && p >= 0.0 && p <= 1.0)) {
    return nan;
  }
  if (p == 0.0) {
    return 0.0;
  }
  if (p == 1.0) {
    return infinity;
  }
  double x = guessedGammaQuantile(a, p);
  if (p < farTail && a <= largeShape) {
    x = gammaTailQuantile(a, p, x);
    if (p < leastExact) {
      return x;
    }
  }
  for (double k = 0.0; k < 20.0; k++) {
    if (!(x > 0.0)) {
      return 0.0;
    }
    const auto error = p < 0.5 ? gammaP(a, x) - p : 1.0 - p - gammaQ(a, x);
    const auto newton = error / gammaDensity(a, x);
    const auto bend = newton * ((a - 1.0) / x - 1.0);
    const auto step = newton / (1.0 - 0.5 * (bend < 1.0 ? bend : 1.0));
    const auto next = x - step;
    const auto value = next > 0.0 ? next : next <= 0.0 ? 0.5 * x : x;
    const auto isClose = abs(value - x) <= 1e-10 * x;
    x = value;
    if (isClose) {
      return x;
    }
  }
  return x;
}

static double guessedCount(double mean, double deviation, double skewness, double u) {
  const auto z = u > 0.0 ? ndtri(u) : -9.0;
  const auto guess = floor(mean + deviation * (z + (skewness * (z * z - 1.0)) / 6.0) + 0.5);
  return guess > 0.0 ? guess : 0.0;
}

static double shareUpTo(double n, double p, double k) {
  return k < 0.0 ? 0.0 : n == infinity ? gammaQ(k + 1.0, p) : k >= n ? 1.0 : betaIncRest(k + 1.0, n - k, p);
}

static double searchedCount(double n, double p, double u, double from) {
  double stride = longestWalk;
  double low = from;
  double high = from;
  while (high < n && shareUpTo(n, p, high) <= u) {
    low = high;
    high += stride;
    stride *= 2.0;
  }
  if (low == high) {
    low -= 1.0;
  }
  while (low >= 0.0 && shareUpTo(n, p, low) > u) {
    high = low;
    low -= stride;
    stride *= 2.0;
  }
  if (low < 0.0) {
    low = -1.0;
  }
  if (high > n) {
    high = n;
  }
  while (high - low > 1.0) {
    const auto middle = floor(0.5 * (low + high));
    const auto isAbove = shareUpTo(n, p, middle) > u;
    high = isAbove ? middle : high;
    low = isAbove ? low : middle;
  }
  return high;
}

double poissonQuantile(double mean, double u) {
  if (!(mean >= 0.0 && mean < 1000000000000000.0 && u >= 0.0 && u < 1.0)) {
    return nan;
  }
  if (mean == 0.0) {
    return 0.0;
  }
  const auto deviation = squareRoot(mean);
  const auto guess = guessedCount(mean, deviation, 1.0 / deviation, u);
  double below = gammaQ(guess + 1.0, mean);
  if (u < leastExact || below < leastExact) {
    return searchedCount(infinity, mean, u, guess);
  }
  double k = guess;
  double chance = gammaDensity(k + 1.0, mean);
  while (below <= u && k - guess < longestWalk) {
    k += 1.0;
    chance *= mean / k;
    below += chance;
  }
  double sure = below;
  while (k > 0.0 && below > u && guess - k < longestWalk) {
    double less = below - chance;
    if (less < lostDigits * sure) {
      less = gammaQ(k, mean);
      sure = less;
    }
    if (less <= u) {
      return k;
    }
    below = less;
    chance *= k / mean;
    k -= 1.0;
  }
  return abs(k - guess) < longestWalk ? k : searchedCount(infinity, mean, u, k);
}

static double binomialChance(double n, double p, double k) {
  return betaPrefix(k + 1.0, n - k, p, 1.0 - p) / (p * (n - k));
}

double binomialQuantile(double n, double p, double u) {
  if (!(n >= 0.0 && n < 1000000000.0 && floor(n) == n && p >= 0.0 && p <= 1.0 && u >= 0.0 && u < 1.0)) {
    return nan;
  }
  if (n == 0.0 || p == 0.0) {
    return 0.0;
  }
  if (p == 1.0) {
    return n;
  }
  const auto deviation = squareRoot(n * p * (1.0 - p));
  const auto guessed = guessedCount(n * p, deviation, (1.0 - 2.0 * p) / deviation, u);
  const auto guess = guessed < n ? guessed : n - 1.0;
  double below = shareUpTo(n, p, guess);
  if (u < leastExact || below < leastExact) {
    return searchedCount(n, p, u, guess);
  }
  const auto odds = p / (1.0 - p);
  double k = guess;
  double chance = binomialChance(n, p, k);
  while (below <= u && k < n && k - guess < longestWalk) {
    chance *= ((n - k) / (k + 1.0)) * odds;
    k += 1.0;
    below += chance;
  }
  double sure = below;
  while (k > 0.0 && below > u && guess - k < longestWalk) {
    double less = below - chance;
    if (less < lostDigits * sure) {
      less = shareUpTo(n, p, k - 1.0);
      sure = less;
    }
    if (less <= u) {
      return k;
    }
    below = less;
    chance *= k / ((n - k + 1.0) * odds);
    k -= 1.0;
  }
  return abs(k - guess) < longestWalk ? k : searchedCount(n, p, u, k);
}

static double sineDerivative(double k, double x) {
  const auto quarter = k - 4.0 * floor(0.25 * k);
  const auto value = quarter == 0.0 || quarter == 2.0 ? sinPi(x) : cosPi(x);
  return quarter < 2.0 ? value : -value;
}

static double sincFar(double n, double x) {
  const auto u = pi * x;
  double value = sinPi(x) / u;
  for (double k = 1.0; k <= n; k++) {
    value = (sineDerivative(k, x) - k * value) / u;
  }
  return value;
}

static double sincNear(double n, double u) {
  const auto first = floor(0.5 * (n + 1.0));
  double power = (2.0 * first) == n ? 1.0 : u;
  double sum = 0.0;
  for (double k = first; k < first + 60.0; k++) {
    const auto term = power / (2.0 * k + 1.0);
    sum += k == (2.0 * floor(0.5 * k)) ? term : -term;
    power *= (u * u) / ((2.0 * k - n + 1.0) * (2.0 * k - n + 2.0));
  }
  return sum;
}

double sinc(double n, double x) {
  if (!isOrder(n) || x != x) {
    return nan;
  }
  if (abs(x) == infinity) {
    return 0.0;
  }
  if (n == 0.0) {
    return abs(x) < 1e-9 ? 1.0 : sinPi(x) / (pi * x);
  }
  const auto u = pi * x;
  return pow(pi, n) * (abs(u) < 0.4 * n + 0.8 ? sincNear(n, u) : sincFar(n, x));
}

double sinPi(double x) {
  const auto size = abs(x);
  const auto turn = size - 2.0 * floor(size * 0.5);
  const auto half = turn > 1.0 ? turn - 1.0 : turn;
  const auto r = half > 0.5 ? 1.0 - half : half;
  const auto value = r <= 0.25 ? sin(pi * r) : cos(pi * (0.5 - r));
  return (turn > 1.0) != (x < 0.0) ? -value : value;
}

double cotPi(double x) {
  const auto r = x - floor(x + 0.5);
  const auto size = abs(r);
  const auto value = size <= 0.25 ? cos(pi * size) / sin(pi * size) : sin(pi * (0.5 - size)) / cos(pi * (0.5 - size));
  return r < 0.0 ? -value : value;
}

double cosPi(double x) {
  const auto size = abs(x);
  const auto turn = size - 2.0 * floor(size * 0.5);
  const auto r = turn > 1.0 ? 2.0 - turn : turn;
  return r <= 0.25 ? cos(pi * r) : r <= 0.75 ? sin(pi * (0.5 - r)) : -cos(pi * (1.0 - r));
}

static bool isNegative(double x) {
  return x < 0.0 || (x == 0.0 && 1.0 / x < 0.0);
}

double tan(double x) {
  return sin(x) / cos(x);
}

static double atanRest(double t) {
  const auto z = t * t;
  return t * z * polynomial(atanTail, z);
}

static double atanBeside(double high, double low, double t) {
  return high + (t + (atanRest(t) + low));
}

static double atanSize(double x) {
  if (x < 0.4375) {
    return x + atanRest(x);
  }
  if (x < 0.6875) {
    return atanBeside(0.4636476090008061, 2.2698777452961687e-17, (2.0 * x - 1.0) / (2.0 + x));
  }
  if (x < 1.1875) {
    return atanBeside(0.7853981633974483, 3.061616997868383e-17, (x - 1.0) / (x + 1.0));
  }
  if (x < 2.4375) {
    return atanBeside(0.982793723247329, 1.3903311031230998e-17, (x - 1.5) / (1.0 + 1.5 * x));
  }
  return atanBeside(halfPi, halfPiLow, -1.0 / x);
}

double atan(double x) {
  if (x != x || x == 0.0) {
    return x;
  }
  return x < 0.0 ? -atanSize(-x) : atanSize(x);
}

static double angleOf(double y, double x, bool backwards) {
  if (y == 0.0) {
    return backwards ? pi : 0.0;
  }
  if (x == infinity) {
    return y == infinity ? (backwards ? 2.356194490192345 : 0.7853981633974483) : backwards ? pi : 0.0;
  }
  if (x == 0.0 || y == infinity) {
    return halfPi;
  }
  const auto angle = atanSize(y / x);
  return backwards ? pi - (angle - piLow) : angle;
}

double atan2(double y, double x) {
  if (x != x || y != y) {
    return nan;
  }
  const auto angle = angleOf(abs(y), abs(x), isNegative(x));
  return isNegative(y) ? -angle : angle;
}

static double asinPart(double z) {
  return z * polynomial(asinTail, z);
}

double asin(double x) {
  const auto size = abs(x);
  if (!(size <= 1.0)) {
    return nan;
  }
  if (size < 0.5) {
    return x + x * asinPart(x * x);
  }
  const auto z = (1.0 - size) * 0.5;
  const auto s = squareRoot(z);
  const auto angle = halfPi - (2.0 * (s + s * asinPart(z)) - halfPiLow);
  return x < 0.0 ? -angle : angle;
}

double acos(double x) {
  if (!(abs(x) <= 1.0)) {
    return nan;
  }
  if (abs(x) < 0.5) {
    return halfPi - (x - (halfPiLow - x * asinPart(x * x)));
  }
  const auto z = (1.0 - abs(x)) * 0.5;
  const auto s = squareRoot(z);
  return x > 0.0 ? 2.0 * (s + s * asinPart(z)) : pi - 2.0 * (s + (s * asinPart(z) - halfPiLow));
}

double copySign(double x, double y) {
  return (isNegative(y) ? -abs(x) : abs(x));
}

}  // namespace portable
}  // namespace puregrad
