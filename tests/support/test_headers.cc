// The precompiled headers of the tests belong to this file (tests/CMakeLists.txt).
