#include "hypot.h"

// In double the squares of any two floats neither overflow nor lose a bit that counts.
float hypotf(float x, float y) {
    if (__builtin_isinf(x) || __builtin_isinf(y)) return __builtin_inff();
    return (float)__builtin_sqrt((double)x * x + (double)y * y);
}
