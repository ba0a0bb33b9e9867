// The C library's hypotf under a version that Amazon Linux 2023 has: linked on a newer system, the
// static Swift library would bind it to GLIBC_2.35, and the bootstrap would not load there.
#pragma once
float hypotf(float x, float y);
