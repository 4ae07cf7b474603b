// Preloaded: a system in which no thread can be had.
#include <cerrno>
#include <pthread.h>

extern "C" int pthread_create(pthread_t *, const pthread_attr_t *,
                              void *(*)(void *), void *) noexcept {
  return EAGAIN;
}
