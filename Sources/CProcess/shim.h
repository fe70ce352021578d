// prctl takes a variable number of arguments, which Swift cannot call.
#include <sys/prctl.h>

// This process gets the signal when the thread that started it ends. 0, or -1 with errno.
static inline int cprocess_signal_at_parents_end(int number) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)number, 0UL, 0UL, 0UL);
}
