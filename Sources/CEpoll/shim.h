// Linux' epoll and eventfd, which the Glibc module leaves out.
#if defined(__linux__)
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif
