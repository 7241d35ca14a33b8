// The matrix product with vectors of 128 bits.
#include "gemm_tables.h"

namespace puregrad {
namespace generic {

#define PG_VECTOR_BYTES 16
#define PG_TILE_ROWS 4
#include "gemm.inc"

}  // namespace generic
}  // namespace puregrad
