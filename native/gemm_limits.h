// How a product is walked on the processor at hand. Found once, from what the processor says of itself and never from
// times, so that the same inputs give the same bytes in every process on it.
#pragma once
#include <cstdint>

namespace puregrad {

struct GemmLimits {
  // Up to so many bytes from its first to its last row the tiles read B where it lies; beyond them A and B are packed.
  int64_t directSpan;
  // Whether tiles may read an A whose rows are not neighbours in memory where it lies.
  bool turnedDirect;
  // Most depths of a packed block: its panel of B is read from the first-level cache for every tile.
  int64_t packedDepth;
};

const GemmLimits &gemmLimits();

// For tests and measurements, before the first product.
void setGemmLimits(const GemmLimits &);

// A third-level cache as fast as that of a core complex of Zen: it feeds tiles whatever B spans.
extern const GemmLimits nearCache;
// A second-level cache of so many bytes, a first-level cache too, and beyond them one that is far away, as on the mesh of
// Intel's servers: rows of B in another page each are then fetched ahead by nothing.
GemmLimits farCache(int64_t first, int64_t second);

}  // namespace puregrad
